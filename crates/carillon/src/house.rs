//! What all parts of the server share, opened in its order.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use carillon_audit::Recount;
use carillon_core::Problem;
use carillon_gate::{Database, Engines, Gate, Hub, Migration, Policy};
use carillon_gateway::{Door, Router};
use carillon_identity::{Passwords, Tokens};
use carillon_media::{IceServers, Stun};
use carillon_platform::{bus::Bus, cache::Cache, clock, jobs, limits::Limits, secrets::Secrets, tasks::Tasks, telemetry};
use prometheus_client::registry::Registry;

use crate::{config::Config, metrics};

/// One process, as its parts find it.
pub(crate) struct House {
    pub config: Config,
    /// By which address people come.
    pub url: String,
    pub database: Database,
    pub gate: Gate,
    pub limits: Arc<Limits>,
    pub tasks: Tasks,
    pub registry: Registry,
    /// What was bound before anything else was opened, until its part takes it.
    pub door: Option<Door>,
    pub stun: Option<Stun>,
    /// Where phones of a local network find the authority's certificate.
    pub lan: Option<Router>,
}

/// The tables of all crates, those that others build on first.
pub(crate) fn migrations() -> Vec<Migration> {
    [carillon_audit::MIGRATIONS, jobs::MIGRATIONS, carillon_identity::MIGRATIONS, carillon_rooms::MIGRATIONS, carillon_calls::MIGRATIONS]
        .concat()
}

/// The gate over a database, for a server and for commands beside it. `url` is in whose name tokens are signed.
pub(crate) async fn gate(
    database: Database,
    config: &Config,
    url: &str,
    ice: IceServers,
    tasks: &Tasks,
    registry: &mut Registry,
) -> Result<(Gate, Arc<Limits>)> {
    carillon_audit::lay_base(&database).await.map_err(plain)?;
    let secrets = Arc::new(Secrets::open(&config.secrets).await?);
    let (bus, cache) = (Bus::open(&config.bus).await?, Cache::open(&config.cache).await?);
    let limits = Arc::new(Limits::new(&config.limits));
    let passwords = Passwords::new(limits.clone());
    passwords.register(registry);
    let policy = Policy::load(carillon_policy::EMBEDDED)?;
    let (hub, work) = Hub::new();
    let stopping = tasks.stopping().clone();
    tasks.spawn("hub", async move {
        stopping.run_until_cancelled(work).await;
    });
    bus.register(registry);
    cache.register(registry);
    limits.register(registry);
    tasks.register(registry);
    metrics::register(&database, registry);
    let engines = Engines::default()
        .with(Tokens::new(secrets.clone(), url)?)
        .with(passwords)
        .with(ice)
        .with(config.identity)
        .with(config.rooms)
        .with(config.webrtc)
        .with(secrets)
        .with(limits.clone())
        .with(Recount::new(database.clone()))
        .with(bus)
        .with(cache);
    let gate = Gate::new(database, policy, engines, hub, clock::now);
    gate.metrics().register(registry);
    Ok((gate, limits))
}

impl House {
    /// Opens what every process needs, once its doors are bound.
    pub(crate) async fn open(config: Config, url: String, door: Option<Door>, stun: Option<Stun>, lan: Option<Router>) -> Result<Self> {
        let (tasks, mut registry) = (Tasks::new(), telemetry::registry());
        let ours = stun.as_ref().map(|stun| (host(&url), stun.address().port()));
        let ice = IceServers::new(&config.media, ours)?;
        let steps = migrations();
        let database = Database::open(&config.database.engine(), &steps, clock::now()).await.map_err(plain)?;
        let (gate, limits) = gate(database.clone(), &config, &url, ice, &tasks, &mut registry).await?;
        Ok(Self { config, url, database, gate, limits, tasks, registry, door, stun, lan })
    }
}

/// Tasks get this much to end by themselves, also when requests took all the time there was.
pub(crate) const LEAST: Duration = Duration::from_secs(1);

/// How long what still runs is given to end.
pub(crate) fn grace(config: &Config) -> Duration {
    Duration::from_secs(config.gateway.drain_seconds.into())
}

/// An operator reads the sentence and its cause; the name of the problem is for programs.
pub(crate) fn plain(problem: Problem) -> anyhow::Error {
    match problem.source {
        Some(cause) => anyhow::anyhow!("{cause}").context(problem.detail),
        None => anyhow::anyhow!("{}", problem.detail),
    }
}

/// The host of an address such as `https://talk.example.org:8443/`, and its port.
pub(crate) fn place(url: &str) -> Option<(&str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    let port = port.or(match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })?;
    Some((host(url), port))
}

/// The host of an address such as `https://talk.example.org:8443/`.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let place = rest.split(['/', '?']).next().unwrap_or(rest);
    match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((v6, _)) => v6,
        None => place.split(':').next().unwrap_or(place),
    }
}

#[cfg(test)]
mod tests {
    use super::{host, place};

    #[test]
    fn the_host_of_an_address_is_found() {
        for (url, there) in [
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("https://talk.example.org", "talk.example.org"),
            ("https://talk.example.org/", "talk.example.org"),
            ("https://[fd00::7]:8443/x", "fd00::7"),
        ] {
            assert_eq!(host(url), there);
        }
    }

    #[test]
    fn a_port_is_that_of_the_scheme_unless_it_is_said() {
        assert_eq!(place("https://talk.example.org/"), Some(("talk.example.org", 443)));
        assert_eq!(place("http://[fd00::7]:8080"), Some(("fd00::7", 8080)));
        assert_eq!(place("http://[fd00::7]"), Some(("fd00::7", 80)));
        assert_eq!(place("talk.example.org"), None);
    }
}
