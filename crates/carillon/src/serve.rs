//! `carillon serve`: everything in its order, and back.

use std::process::ExitCode;

use anyhow::Result;
use carillon_gateway::{Certificates, Door, Lan, Readiness, Router, StartError, operator};
use carillon_media::Stun;
use carillon_platform::{clock, config::Loaded, telemetry};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::Instant;
use tracing::{info, warn};

use crate::{
    admin,
    announce::{Announcement, LocalNetwork},
    config::Config,
    data::Data,
    house::{self, House, grace},
    roles::{self, Role, Stop},
    signals::Signals,
    sweep,
};

/// Serves until it is told to stop.
pub(crate) async fn serve(loaded: Loaded<Config>, json: bool) -> Result<ExitCode> {
    let telemetry = telemetry::start(&loaded.config.telemetry)?;
    loaded.warnings.iter().for_each(|warning| warn!(warning, "the configuration holds, but"));
    allow_all_files();
    let mut signals = Signals::listen()?;
    let started = tokio::select! {
        started = Started::start(loaded.config) => started?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    started.announcement.print(json);
    signals.next().await;
    info!("stopping: what runs may end; a second signal ends it at once");
    let stopped = tokio::select! {
        () = started.stop() => true,
        () = signals.next() => false,
    };
    if stopped {
        telemetry.stop().await;
        return Ok(ExitCode::SUCCESS);
    }
    warn!("stopped at once: what had not been answered is not known to its askers");
    Ok(ExitCode::FAILURE)
}

/// Each connection is a file. What a shell gives is for programs that count in a set of 1024; what is allowed is more.
fn allow_all_files() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if let Err(why) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        warn!(%why, ?current, "no more files may be open than a shell allows");
    }
}

/// A server that runs.
struct Started {
    announcement: Announcement,
    house: Running,
}

/// What it takes to end it.
struct Running {
    readiness: Readiness,
    stops: Vec<Stop>,
    house: House,
    /// Held until the very end: then the next process may have it.
    _data: Data,
}

impl Started {
    async fn start(config: Config) -> Result<Self> {
        let data = Data::hold(&config)?;
        let doors = Doors::bind(&config, &data).await?;
        let (stun_at, listen) = (doors.stun.as_ref().map(Stun::address), doors.public.as_ref().map(Door::address));
        let mut house = House::open(config, doors.url, doors.public, doors.stun, doors.authority).await?;
        sweep::refusals(house.gate.clone(), &house.tasks);
        let stops = roles::start(&mut house).await?;
        let database = house.database.clone();
        let readiness = Readiness::new(move || {
            let database = database.clone();
            async move { database.answers().await }
        });
        let registry = std::mem::replace(&mut house.registry, telemetry::registry());
        let operator_url = doors.operator.url();
        carillon_gateway::serve(operator(registry, readiness.clone()), doors.operator, &house.tasks);
        if let Some(certificates) = doors.certificates {
            certificates.keep_fresh(&house.tasks);
        }
        data.keep_address(&house.url)?;
        let first = if house.config.roles.contains(&Role::Gateway) { admin::first_link(&house, &data).await? } else { None };
        info!(url = house.url, operator = operator_url, "serving");
        let announcement = Announcement::new(&house, listen, operator_url, stun_at, first, doors.lan);
        Ok(Self { announcement, house: Running { readiness, stops, house, _data: data } })
    }

    /// Nothing new, then the end of what runs, then what must be durable, then the database.
    async fn stop(self) {
        let Running { readiness, stops, house, _data } = self.house;
        let grace = grace(&house.config);
        let until = Instant::now() + grace;
        readiness.drain();
        for stop in stops {
            stop(until.saturating_duration_since(Instant::now())).await;
        }
        let late = house.tasks.stop(until.saturating_duration_since(Instant::now()).max(house::LEAST)).await;
        if !late.is_empty() {
            warn!(?late, "some tasks were cut off");
        }
        // Whoever was refused last was so by a task.
        house.gate.flush_refusals().await;
        crate::chain::finish(house.database.clone()).await;
        house.database.close().await;
        info!("stopped");
    }
}

/// What is bound before anything is opened, so that a port that is taken is told at once.
struct Doors {
    url: String,
    public: Option<Door>,
    operator: Door,
    stun: Option<Stun>,
    certificates: Option<Certificates>,
    /// The authority of a local network: what it shows, and its certificate as a route.
    lan: Option<LocalNetwork>,
    authority: Option<Router>,
}

impl Doors {
    async fn bind(config: &Config, data: &Data) -> Result<Self> {
        let now = clock::now();
        let lan = config.gateway.lan.then(|| Lan::open(&data.path, now)).transpose()?;
        let authority = lan.as_ref().map(Lan::routes);
        let shown = lan.as_ref().map(|lan| (lan.name(), lan.fingerprint()));
        let certificates = Certificates::choose(&config.gateway, lan, now)?;
        let gateway = config.roles.contains(&Role::Gateway);
        let public = if gateway { Some(Door::public(&config.gateway, certificates.clone()).await?) } else { None };
        let operator = Door::operator(&config.gateway, certificates.clone()).await?;
        let stun = if config.roles.contains(&Role::Media) { Stun::bind(&config.media).await? } else { None };
        let mut url = config.gateway.public_url.clone().unwrap_or_default();
        if url.is_empty() {
            url = match &public {
                Some(door) if shown.is_some() => there(door)?,
                Some(door) => door.url(),
                None => format!("http://{}", config.gateway.listen),
            };
        }
        let url = url.trim_end_matches('/').to_owned();
        let lan = shown.map(|(name, fingerprint)| LocalNetwork::new(&url, name, fingerprint)).transpose()?;
        Ok(Self { url, public, operator, stun, certificates, lan, authority })
    }
}

/// The door's address as the devices of the local network see it.
fn there(door: &Door) -> Result<String, StartError> {
    let address = Lan::address(door.address().ip())?;
    Ok(format!("https://{}", std::net::SocketAddr::new(address, door.address().port())))
}
