//! The socket at which STUN is answered: one buffer in, one out, and nothing kept of a datagram.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use carillon_platform::tasks::Tasks;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use tokio::{
    net::UdpSocket,
    time::{Instant, sleep},
};
use tracing::{debug, info};

use crate::{
    Config,
    stun::{self, Pace},
};

/// A pause after the socket could not be read.
const BREATH: Duration = Duration::from_millis(100);

/// A bound socket; nobody is answered before [`Stun::serve`].
pub struct Stun {
    socket: UdpSocket,
    address: SocketAddr,
    pace: Pace,
    metrics: Metrics,
}

#[derive(Debug, thiserror::Error)]
pub enum StunError {
    #[error(
        "UDP port {} is taken by another program (another STUN or TURN server?): choose another port with media.stun_listen, or do without \
         our STUN by media.stun = false", .0.port()
    )]
    Taken(SocketAddr),
    #[error("media.stun_listen: cannot listen on {address} by UDP: {source}")]
    Bind { address: SocketAddr, source: io::Error },
}

impl Stun {
    /// None when it is switched off.
    pub async fn bind(config: &Config) -> Result<Option<Self>, StunError> {
        if !config.stun {
            return Ok(None);
        }
        let asked = config.stun_listen;
        let all = asked.is_ipv6() && asked.ip().is_unspecified();
        let socket = match UdpSocket::bind(asked).await {
            // A machine without IPv6.
            Err(why) if all && why.kind() != io::ErrorKind::AddrInUse => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, asked.port())).await,
            socket => socket,
        };
        let socket = socket.map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => StunError::Taken(asked),
            _ => StunError::Bind { address: asked, source },
        })?;
        let address = socket.local_addr().map_err(|source| StunError::Bind { address: asked, source })?;
        Ok(Some(Self { socket, address, pace: Pace::new(config.stun_per_second), metrics: Metrics::default() }))
    }

    /// Where it listens; the port is the real one, also when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("stun_answered", "STUN requests that were answered", self.metrics.answered.clone());
        registry.register("stun_dropped", "Datagrams at the STUN port that got no answer, by reason", self.metrics.dropped.clone());
    }

    /// Answers until the tasks are told to stop.
    pub fn serve(self, tasks: &Tasks) {
        let stopping = tasks.stopping().clone();
        info!(address = %self.address, "STUN is answered");
        tasks.spawn("stun", async move {
            stopping.run_until_cancelled(self.answer()).await;
        });
    }

    async fn answer(mut self) {
        let since = Instant::now();
        // One byte more than is read: what fills it was longer.
        let (mut datagram, mut room) = ([0; stun::LONGEST + 1], [0; stun::ROOM]);
        loop {
            let (length, from) = match self.socket.recv_from(&mut datagram).await {
                Ok(received) => received,
                Err(why) => {
                    debug!(%why, "the STUN socket cannot be read");
                    sleep(BREATH).await;
                    continue;
                }
            };
            if !self.pace.allows(from.ip(), since.elapsed()) {
                self.metrics.dropped("pace");
            } else if let Some(answer) = stun::respond(&datagram[..length], from, &mut room) {
                // Where the kernel takes no more, the answer is lost as it could be on the way: the client repeats its request.
                match self.socket.try_send_to(answer, from) {
                    Ok(_) => _ = self.metrics.answered.inc(),
                    Err(_) => self.metrics.dropped("unsent"),
                }
            } else {
                self.metrics.dropped("malformed");
            }
        }
    }
}

#[derive(Default)]
struct Metrics {
    answered: Counter,
    dropped: Family<Label, Counter>,
}

impl Metrics {
    fn dropped(&self, reason: &'static str) {
        self.dropped.get_or_create(&Label { reason }).inc();
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Label {
    reason: &'static str,
}
