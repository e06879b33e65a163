//! The listening side of a door: sockets, TLS, limits on connections, and a quiet end.
//!
//! A door is bound first, so that a taken port is told before anything else is started, and served when the house is ready.

mod connection;
mod pace;
mod places;
mod pulse;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use axum::Router;
use carillon_platform::tasks::Tasks;
use prometheus_client::registry::Registry;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{Certificates, Config, StartError, TrustedProxies};
use connection::Connections;
use places::Places;

/// A pause after the kernel could not give us a connection, most often for want of file descriptors.
const BREATH: Duration = Duration::from_millis(500);

/// A bound address that nobody is answered at yet.
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
    certificates: Option<Certificates>,
    proxies: TrustedProxies,
    places: Places,
}

impl Door {
    /// The door that everybody comes to. With certificates it speaks HTTPS; without them it listens to this machine and to trusted proxies,
    /// and closes the connections of others.
    pub async fn public(config: &Config, certificates: Option<Certificates>) -> Result<Self, StartError> {
        let named = Named { key: "gateway.listen", flag: "--listen" };
        let address = named.read(&config.listen)?;
        Self::bind(named, address, config, certificates).await
    }

    /// The operator's door: plain on loopback, otherwise like the public one.
    pub async fn operator(config: &Config, certificates: Option<Certificates>) -> Result<Self, StartError> {
        let named = Named { key: "gateway.operator", flag: "--operator" };
        let address = named.read(&config.operator)?;
        Self::bind(named, address, config, certificates.filter(|_| !address.ip().to_canonical().is_loopback())).await
    }

    async fn bind(named: Named, address: SocketAddr, config: &Config, certificates: Option<Certificates>) -> Result<Self, StartError> {
        let proxies = TrustedProxies::parse(&config.trusted_proxies)?;
        if certificates.is_none() && proxies.is_empty() && !address.ip().to_canonical().is_loopback() {
            return Err(StartError::Plain { address, key: named.key });
        }
        let told = |source| StartError::bind(address, &named, source);
        let listener = TcpListener::bind(address).await.map_err(told)?;
        let address = listener.local_addr().map_err(told)?;
        let places = Places::new(config.max_connections, config.max_connections_per_address);
        Ok(Self { listener, address, certificates, proxies, places })
    }

    /// Where it listens; the port is the real one, also when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn https(&self) -> bool {
        self.certificates.is_some()
    }

    /// What to type on this machine to come to this door.
    pub fn url(&self) -> String {
        let scheme = if self.https() { "https" } else { "http" };
        let host = match self.address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        format!("{scheme}://{}", SocketAddr::new(host, self.address.port()))
    }

    pub fn register(&self, registry: &mut Registry) {
        self.places.register(registry);
    }
}

/// Answers whoever comes to the door, until [`Running::stop`], or until the tasks are told to stop.
pub fn serve(router: Router, door: Door, tasks: &Tasks) -> Running {
    let Door { listener, address, certificates, proxies, places } = door;
    let (stopping, cut) = (tasks.stopping().child_token(), CancellationToken::new());
    let running = Running { address, stopping: stopping.clone(), cut: cut.clone(), places: places.clone() };
    let connections = Connections::new(router, certificates, proxies, tasks.clone(), stopping.clone(), cut);
    tasks.spawn("door", async move {
        loop {
            // First a place, then a connection: who finds no place waits in the kernel's queue, and beyond that is not answered at all.
            let place = tokio::select! {
                () = stopping.cancelled() => break,
                place = places.free() => place,
            };
            let accepted = tokio::select! {
                () = stopping.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let shared = connections.shares(peer.ip());
                    if !connections.speaks_with(peer.ip()) {
                        debug!(%peer, "plain HTTP from elsewhere is not answered");
                    } else if let Some(place) = place.of(peer.ip(), shared) {
                        connections.serve(stream, peer, place);
                    }
                }
                // Who had connected is gone already.
                Err(why) if matches!(why.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
                Err(why) => {
                    warn!(%why, "a connection cannot be accepted");
                    let _ = timeout(BREATH, stopping.cancelled()).await;
                }
            }
        }
    });
    running
}

/// A door at which somebody answers.
pub struct Running {
    address: SocketAddr,
    stopping: CancellationToken,
    cut: CancellationToken,
    places: Places,
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new connection, lets running requests end, and closes what is idle. Who has not ended after `grace` is cut off; answers
    /// how many those were. Upgraded connections count too: their owner tells them to end.
    pub async fn stop(self, grace: Duration) -> usize {
        self.stopping.cancel();
        let late = if timeout(grace, self.places.all_free()).await.is_ok() { 0 } else { self.places.taken() };
        self.cut.cancel();
        info!(address = %self.address, late, "a door is closed");
        late
    }
}

/// How an operator calls an address.
pub(crate) struct Named {
    pub key: &'static str,
    pub flag: &'static str,
}

impl Named {
    fn read(&self, text: &str) -> Result<SocketAddr, StartError> {
        text.trim().parse().map_err(|_| StartError::Address { key: self.key, text: text.into() })
    }
}
