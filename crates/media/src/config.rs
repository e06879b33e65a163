//! What can be configured of media.

use std::net::{Ipv6Addr, SocketAddr};

use carillon_platform::config::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How browsers find a way to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Whether this server answers STUN, by which a browser learns its public address.
    pub stun: bool,
    /// Where it answers, by UDP. `[::]` is IPv4 as well. On a machine with several addresses in one network, name the one that clients
    /// use: the answer must come from there.
    #[schema(value_type = String)]
    pub stun_listen: SocketAddr,
    /// The `host` or `host:port` of our STUN that clients are told, when they reach it by another name than this server's web address,
    /// or through another port.
    pub stun_announce: Option<String>,
    /// `stun:` URLs that clients are told instead of our own. Our own is still answered while `stun` is on.
    pub stun_servers: Vec<String>,
    /// `turn:` or `turns:` URLs of your TURN server, which relays where two browsers cannot reach each other:
    /// `turn:turn.example.org:3478`, `turns:turn.example.org:5349?transport=tcp`.
    pub turn_servers: Vec<String>,
    /// The user name at that TURN server. Every signed-in client is told it, guests too.
    pub turn_username: Option<String>,
    /// The password at that TURN server. Every signed-in client is told it, guests too.
    pub turn_credential: Option<Secret>,
    /// STUN requests that one address may send in a second; for IPv6 one /64. Beyond that they are dropped, which a client takes for loss
    /// and repeats.
    #[schema(minimum = 1)]
    pub stun_per_second: u16,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            stun: true,
            stun_listen: SocketAddr::from((Ipv6Addr::UNSPECIFIED, 3478)),
            stun_announce: None,
            stun_servers: Vec::new(),
            turn_servers: Vec::new(),
            turn_username: None,
            turn_credential: None,
            stun_per_second: 50,
        }
    }
}
