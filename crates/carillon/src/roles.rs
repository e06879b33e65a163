//! The parts of the server. One process runs all of them, or those that it is told.

use std::{fmt, time::Duration};

use anyhow::{Context, Result};
use carillon_gate::Topic;
use carillon_gateway::App;
use carillon_identity::Authenticator;
use carillon_platform::jobs::Worker;
use futures::{
    FutureExt,
    future::{BoxFuture, join},
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::{
    backup::Daily,
    chain,
    house::{House, plain},
    sweep,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Worker,
    Media,
    Gateway,
}

/// Ends a part, within the time that it is given.
pub(crate) type Stop = Box<dyn FnOnce(Duration) -> BoxFuture<'static, ()> + Send>;
type Start = for<'h> fn(&'h mut House) -> BoxFuture<'h, Result<Stop>>;

/// Each part, in the order of starting: whoever lets people in comes last, and is stopped first.
const TABLE: &[(Role, &str, Start)] = &[
    (Role::Worker, "runs what is due: timers, purges; chains the audit record", worker),
    (Role::Media, "answers STUN, by which browsers learn their public address", media),
    (Role::Gateway, "the public door: web app, API, sockets", gateway),
];

impl Role {
    pub(crate) const ALL: [Self; 3] = [Self::Worker, Self::Media, Self::Gateway];
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Worker => "worker",
            Self::Media => "media",
            Self::Gateway => "gateway",
        })
    }
}

/// A line for each part.
pub(crate) fn list() -> String {
    let lines: Vec<_> = TABLE.iter().map(|(role, about, _)| format!("{:<8} {about}\n", role.to_string())).collect();
    lines.concat()
}

/// Starts those that the configuration names; answers with what ends them, in the order in which that is to be done.
pub(crate) async fn start(house: &mut House) -> Result<Vec<Stop>> {
    let mut stops = Vec::new();
    for (role, _, start) in TABLE {
        if house.config.roles.contains(role) {
            stops.push(start(house).await.with_context(|| format!("starting the part {role}"))?);
        }
    }
    stops.reverse();
    Ok(stops)
}

/// Nothing to do: its tasks end when all are told to.
fn with_the_tasks() -> Stop {
    Box::new(|_| async {}.boxed())
}

fn worker(house: &mut House) -> BoxFuture<'_, Result<Stop>> {
    async move {
        let House { gate, tasks, database, config, registry, .. } = house;
        carillon_calls::graces_anew(gate).await.map_err(plain)?;
        carillon_identity::keep_house(gate).await.map_err(plain)?;
        carillon_rooms::keep_house(gate).await.map_err(plain)?;
        let daily = Daily::new(gate.clone(), database.clone(), config.clone());
        daily.register(registry);
        daily.begin(tasks).await?;
        let jobs = carillon_calls::jobs(gate).and(carillon_rooms::jobs(gate)).and(carillon_identity::jobs(gate)).and(daily.jobs());
        let worker = Worker::new(database.clone(), jobs, config.jobs.clone(), tasks.clone());
        worker.register(registry);
        let (mut told, wake, stopping) = (gate.hub().listen(Topic::Jobs), worker.waker(), tasks.stopping().clone());
        tasks.spawn("jobs waker", async move {
            while let Some(Ok(())) = stopping.run_until_cancelled(told.changed()).await {
                wake.wake();
            }
        });
        worker.start();
        chain::start(database.clone(), tasks, registry);
        Ok(with_the_tasks())
    }
    .boxed()
}

fn media(house: &mut House) -> BoxFuture<'_, Result<Stop>> {
    async move {
        if let Some(stun) = house.stun.take() {
            stun.register(&mut house.registry);
            stun.serve(&house.tasks);
        }
        Ok(with_the_tasks())
    }
    .boxed()
}

fn gateway(house: &mut House) -> BoxFuture<'_, Result<Stop>> {
    async move {
        let door = house.door.take().context("the public door was not bound")?;
        door.register(&mut house.registry);
        let (gate, tasks) = (house.gate.clone(), house.tasks.clone());
        sweep::heads(gate.clone(), &tasks);
        let authenticator = Authenticator::new(gate.clone());
        let app = App::new(gate, carillon_gateway::entries(), authenticator, house.limits.clone(), tasks.clone(), door.https());
        let (router, sockets) = app.router(house.lan.take().unwrap_or_default());
        let running = carillon_gateway::serve(router, door, &tasks);
        Ok(Box::new(move |grace| join(running.stop(grace), timeout(grace, async move { sockets.close().await })).map(drop).boxed()) as Stop)
    }
    .boxed()
}
