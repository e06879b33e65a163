//! Two ICE agents on this machine, each with a socket of its own, who look for a way to each other as two browsers do.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use aws_lc_rs::hmac::{Context, HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key};
use is::{
    Candidate, IceAgent, IceAgentEvent, IceCreds, Sha1HmacProvider,
    stun::{StunMessage, StunPacket},
};
use tokio::{
    net::UdpSocket,
    time::{Instant, sleep_until},
};

/// How they found each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IceLoop {
    /// The address that each sends from.
    pub pair: [SocketAddr; 2],
    /// From the first check until both have a way.
    pub took: Duration,
}

struct Side {
    agent: IceAgent,
    socket: UdpSocket,
    address: SocketAddr,
    /// Where it sends to, once that is agreed.
    way: Option<SocketAddr>,
}

/// Host candidates at this address, credentials and checks in both directions, nomination (RFC 8445), and last one datagram each way. It
/// goes on until there is a way: how long to wait is the caller's to say.
pub async fn ice_loop(at: IpAddr) -> io::Result<IceLoop> {
    let (mut one, mut other) = (Side::open(at).await?, Side::open(at).await?);
    one.agent.set_controlling(true);
    one.meet(&other)?;
    other.meet(&one)?;
    let start = Instant::now();
    let (mut left, mut right) = ([0; 1500], [0; 1500]);
    while one.way.is_none() || other.way.is_none() {
        let next = [one.drive().await?, other.drive().await?].into_iter().flatten().min();
        let next = next.unwrap_or_else(|| Instant::now() + Duration::from_millis(50));
        tokio::select! {
            heard = one.socket.recv_from(&mut left) => one.hear(&left, heard?),
            heard = other.socket.recv_from(&mut right) => other.hear(&right, heard?),
            () = sleep_until(next) => {}
        }
    }
    let took = start.elapsed();
    one.passes_to(&other).await?;
    other.passes_to(&one).await?;
    Ok(IceLoop { pair: [one.address, other.address], took })
}

impl Side {
    async fn open(at: IpAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind((at, 0)).await?;
        let address = socket.local_addr()?;
        let mut agent = IceAgent::with_hmac(IceCreds::new(), &Integrity);
        agent.add_local_candidate(candidate(address)?);
        Ok(Self { agent, socket, address, way: None })
    }

    /// What signalling carries: credentials and candidates.
    fn meet(&mut self, other: &Self) -> io::Result<()> {
        self.agent.set_remote_credentials(other.agent.local_credentials().clone());
        self.agent.add_remote_candidate(candidate(other.address)?);
        Ok(())
    }

    /// Lets the agent send what it has to, and answers when it wants to be asked again.
    async fn drive(&mut self) -> io::Result<Option<Instant>> {
        self.agent.handle_timeout(Instant::now().into_std());
        while let Some(packet) = self.agent.poll_transmit() {
            self.socket.send_to(&packet.contents, packet.destination).await?;
        }
        while let Some(event) = self.agent.poll_event() {
            if let IceAgentEvent::NominatedSend { destination, .. } = event {
                self.way = Some(destination);
            }
        }
        Ok(self.agent.poll_timeout().map(Instant::from_std))
    }

    fn hear(&mut self, datagram: &[u8], (length, source): (usize, SocketAddr)) {
        let Ok(message) = StunMessage::parse(&datagram[..length]) else { return };
        let proto = is::Protocol::Udp;
        let packet = StunPacket { proto, source, destination: self.address, message };
        self.agent.handle_packet(Instant::now().into_std(), packet);
    }

    /// A datagram that is no check arrives by the way that was found; checks may still come before it.
    async fn passes_to(&self, other: &Self) -> io::Result<()> {
        const WORD: &[u8] = b"carillon";
        let way = self.way.ok_or_else(|| io::Error::other("there is no way"))?;
        self.socket.send_to(WORD, way).await?;
        let mut datagram = [0; 1500];
        loop {
            let (length, from) = other.socket.recv_from(&mut datagram).await?;
            if from == self.address && &datagram[..length] == WORD {
                return Ok(());
            }
        }
    }
}

/// What a check is signed with (RFC 8489, section 14.5).
#[derive(Debug)]
struct Integrity;

impl Sha1HmacProvider for Integrity {
    fn sha1_hmac(&self, key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
        let mut context = Context::with_key(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key));
        for part in payloads {
            context.update(part);
        }
        context.sign().as_ref().try_into().expect("SHA-1 has 20 bytes")
    }
}

fn candidate(address: SocketAddr) -> io::Result<Candidate> {
    Candidate::host(address, "udp").map_err(io::Error::other)
}
