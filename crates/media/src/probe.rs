//! What a browser would find, asked by the server's own machine: does STUN answer, does TURN relay, do two ICE agents find each other.

mod ice_loop;
mod relay;

pub use ice_loop::{IceLoop, ice_loop};
pub use relay::{RelayError, relay};

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use carillon_platform::random;
use tokio::{net::UdpSocket, time::timeout};

use crate::stun::Ask;

/// Between two requests (RFC 8489, section 6.2.1: 500 ms at first).
const REPEAT: Duration = Duration::from_millis(500);

/// Asks a STUN server for the address that it sees, again and again: how long to wait is the caller's to say.
pub async fn binding(server: SocketAddr) -> io::Result<SocketAddr> {
    let (socket, ask) = (towards(server).await?, Ask::new(random::bytes()));
    exchange(&socket, &ask.request(), |datagram| ask.answer(datagram)).await
}

async fn towards(server: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    // Who is connected also hears that nobody listens there.
    socket.connect(server).await?;
    Ok(socket)
}

/// Asks until something is read as the answer.
async fn exchange<T>(socket: &UdpSocket, request: &[u8], answer: impl Fn(&[u8]) -> Option<T>) -> io::Result<T> {
    let mut datagram = [0; 1500];
    loop {
        socket.send(request).await?;
        let hearing = async {
            loop {
                let length = socket.recv(&mut datagram).await?;
                if let Some(said) = answer(&datagram[..length]) {
                    return Ok(said);
                }
            }
        };
        if let Ok(heard) = timeout(REPEAT, hearing).await {
            return heard;
        }
    }
}
