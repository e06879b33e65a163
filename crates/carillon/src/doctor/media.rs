//! How browsers will find each other: our own STUN, the servers that the operator named, and two ICE agents on this machine.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use carillon_media::{
    Config, Stun,
    probe::{self, RelayError},
};
use carillon_platform::{config::Secret, tasks::Tasks};
use futures::future::{join, join_all};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{
    Subject,
    finding::{Check, Finding},
};
use crate::{data::Holder, roles::Role};

pub(super) const STUN: Check = Check {
    name: "STUN",
    why: "without it a browser behind a router does not learn its public address, and calls stay within one network",
};
pub(super) const SERVERS: Check =
    Check { name: "STUN and TURN", why: "browsers are told of these servers; where one does not answer, some calls find no way" };
pub(super) const ICE: Check =
    Check { name: "ICE loop", why: "calls find their way by ICE over UDP: what stops it on this machine stops it for a client here" };

/// Somewhat less than a check has, so that it is said which one is silent.
const PATIENCE: Duration = Duration::from_secs(4);
/// RFC 5389, section 9; RFC 7065, section 3.
const PORT: u16 = 3478;
const TLS_PORT: u16 = 5349;

pub(super) async fn own_stun(subject: Arc<Subject>) -> Vec<Finding> {
    let Config { stun, stun_listen, .. } = &subject.config.media;
    if !stun || !subject.config.roles.contains(&Role::Media) {
        return vec![STUN.well("not answered here: media.stun is off, or the part media does not run")];
    }
    if matches!(subject.holder, Holder::Server(_)) {
        if stun_listen.port() == 0 {
            return vec![STUN.well("the server answers at a free port, which is not known here")];
        }
        return vec![ask(here(*stun_listen)).await];
    }
    // No server runs: our own responder stands in for it, for the moment.
    let tasks = Tasks::new();
    let config = Config { stun_listen: SocketAddr::new(here(*stun_listen).ip(), 0), ..subject.config.media.clone() };
    let finding = match Stun::bind(&config).await {
        Ok(Some(stun)) => {
            let address = stun.address();
            stun.serve(&tasks);
            ask(address).await
        }
        Ok(None) => STUN.well("not answered here"),
        Err(why) => STUN.error(why.to_string(), "ip address; choose another media.stun_listen"),
    };
    tasks.stop(Duration::ZERO).await;
    vec![finding]
}

async fn ask(address: SocketAddr) -> Finding {
    match within(probe::binding(address)).await {
        Ok(seen) => STUN.well(format!("a Binding to {address} is answered: it saw {seen}")),
        Err(why) => STUN.error(
            format!("a Binding to UDP {address} is not answered: {why}"),
            format!("nft list ruleset; ss -lnup 'sport = :{}'", address.port()),
        ),
    }
}

/// How this machine itself comes to what listens there.
fn here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(), // `[::]` is IPv4 as well
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

pub(super) async fn servers(subject: Arc<Subject>) -> Vec<Finding> {
    let Config { stun_servers, turn_servers, turn_username, turn_credential, .. } = &subject.config.media;
    if stun_servers.is_empty() && turn_servers.is_empty() {
        return vec![SERVERS.well("none named: our own STUN, and no relay")];
    }
    let user = turn_username.as_deref().zip(turn_credential.as_ref().map(Secret::expose));
    join_all(stun_servers.iter().chain(turn_servers).map(|url| server(url, user))).await
}

/// What a server did for us.
enum Done {
    Seen(SocketAddr),
    Relayed(SocketAddr),
    Connected,
}

/// By UDP a Binding of STUN, a relay address of TURN; by TCP only whether somebody takes the connection.
async fn server(url: &str, user: Option<(&str, &str)>) -> Finding {
    let (scheme, rest) = url.split_once(':').unwrap_or(("stun", url));
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let tls = scheme.ends_with('s');
    let stream = tls || query == "transport=tcp";
    let standard = if tls { TLS_PORT } else { PORT };
    let place = if has_port(place) { place.to_owned() } else { format!("{place}:{standard}") };
    let asked = within(async {
        let mut why = io::Error::other("the name has no address");
        // As browsers do: where one address of a name does not answer, another may.
        for address in lookup_host(&place).await? {
            let asked = async {
                Ok(match user.filter(|_| scheme.starts_with("turn")) {
                    _ if stream => TcpStream::connect(address).await.map(|_| Done::Connected)?,
                    Some((name, password)) => Done::Relayed(probe::relay(address, name, password).await?),
                    None => Done::Seen(probe::binding(address).await?),
                })
            };
            match timeout(PATIENCE / 2, asked).await {
                Ok(Ok(done)) => return Ok(Ok(done)),
                Ok(Err(RelayError::Io(refused))) => why = refused,
                Ok(Err(refused)) => return Ok(Err(refused)),
                Err(_) => why = io::Error::new(io::ErrorKind::TimedOut, format!("{address} is silent")),
            }
        }
        Err(why)
    });
    match asked.await {
        Ok(Ok(Done::Seen(seen))) => SERVERS.well(format!("{url} answers a Binding: it saw {seen}")),
        Ok(Ok(Done::Relayed(at))) => SERVERS.well(format!("{url} relays: it gave the address {at}, and took it back")),
        Ok(Ok(Done::Connected)) if scheme.starts_with("turn") => {
            SERVERS.well(format!("{url} takes connections. That it relays is tried by UDP only"))
        }
        Ok(Ok(Done::Connected)) => SERVERS.well(format!("{url} takes connections")),
        Ok(Err(why @ RelayError::Credential(_))) => SERVERS.error(
            format!("{url} relays nothing for our clients: {why}"),
            "set media.turn_username and media.turn_credential to a user of that server; with coturn: user= in /etc/turnserver.conf",
        ),
        Ok(Err(why)) => SERVERS.error(
            format!("{url} relays nothing for our clients: {why}"),
            "look into the log of that server; with coturn: journalctl -u coturn",
        ),
        Err(why) => {
            let tool = if stream {
                format!("nc -vz {}", place.replace(':', " "))
            } else {
                format!("turnutils_stunclient {}", place.split(':').next().unwrap_or_default())
            };
            SERVERS.error(
                format!("{url} does not answer: {why}"),
                format!("{tool}; start it, open its port, or take it out of the configuration"),
            )
        }
    }
}

fn has_port(place: &str) -> bool {
    match place.strip_prefix('[') {
        Some(_) => place.contains("]:"),
        None => place.contains(':'),
    }
}

pub(super) async fn ice() -> Vec<Finding> {
    let (v4, v6) = (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST));
    let (by_v4, by_v6) = join(within(Box::pin(probe::ice_loop(v4))), within(Box::pin(probe::ice_loop(v6)))).await;
    let by_v4 = match by_v4 {
        Ok(found) => ICE.well(format!("two agents found each other over loopback, IPv4, in {} ms", found.took.as_millis())),
        Err(why) => {
            ICE.error(format!("two agents do not find each other over loopback, IPv4: {why}"), "ip address show lo; nft list ruleset")
        }
    };
    let by_v6 = match by_v6 {
        Ok(found) => ICE.well(format!("two agents found each other over loopback, IPv6, in {} ms", found.took.as_millis())),
        // Many machines have none, and calls do without.
        Err(why) if why.kind() == io::ErrorKind::AddrNotAvailable => ICE.well("this machine has no IPv6"),
        Err(why) => {
            ICE.warning(format!("two agents do not find each other over loopback, IPv6: {why}"), "ip -6 address show lo; nft list ruleset")
        }
    };
    vec![by_v4, by_v6]
}

async fn within<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, format!("nothing within {} s", PATIENCE.as_secs()))))
}
