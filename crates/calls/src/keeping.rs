//! What the server does with calls by itself.

use carillon_core::{CallId, DeviceId, Kind, ParticipantId, PersonId, Problem};
use carillon_gate::{Gate, Topic};
use carillon_platform::jobs::{Handlers, Job, Outcome};
use carillon_rooms::verbs::{MEMBER_LEFT, RemoveMember};
use serde::Deserialize;

use crate::{
    call::Timer,
    legs::{EMPTY, LEG, Lock, PURGE, RING, SYSTEM},
    verbs::{GracesAnew, LoseLeg, PurgeStats, PutOut, TickCall},
    views::{LegsOf, LiveAfter},
};

/// No socket has survived a restart: every leg by socket is out of reach from now on, and has its whole grace to come back. Whoever
/// starts the server calls this before it runs any job.
pub async fn graces_anew(gate: &Gate) -> Result<(), Problem> {
    let mut after = None;
    loop {
        let page = gate.see(&SYSTEM, LiveAfter(after)).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(*last);
        for (room, call) in page {
            gate.act(&SYSTEM, GracesAnew { call, room }).await?;
        }
    }
}

/// The last socket of a device is gone: its legs have a grace to come back. A socket that comes meanwhile follows the device before it asks
/// anything: so what it enters with is no leg that was seen here.
pub async fn device_gone(gate: &Gate, person: PersonId, device: DeviceId) -> Result<(), Problem> {
    let legs = gate.see(&SYSTEM, LegsOf(person, device)).await?;
    if gate.signals().followed(Topic::Device(person, device)) {
        return Ok(());
    }
    for (call, participant, leg) in legs {
        leg_gone(gate, call, participant, leg).await?;
    }
    Ok(())
}

/// The socket that entered with this leg is gone. If somebody has come in anew on that device since, nothing happens.
pub async fn leg_gone(gate: &Gate, call: CallId, participant: ParticipantId, leg: i64) -> Result<(), Problem> {
    gate.act(&SYSTEM, LoseLeg { call, participant, leg, lock: Lock::default() }).await.map(drop)
}

pub(crate) fn jobs(gate: &Gate) -> Handlers {
    let on = |handlers: Handlers, kind| {
        let gate = gate.clone();
        handlers.on(kind, move |job| tick(gate.clone(), job))
    };
    let (leaving, purging) = (gate.clone(), gate.clone());
    [RING, LEG, EMPTY]
        .into_iter()
        .fold(Handlers::new(), on)
        .on(MEMBER_LEFT, move |job| put_out(leaving.clone(), job))
        .on(PURGE, move |job| purge(purging.clone(), job))
}

async fn put_out(gate: Gate, job: Job) -> Result<Outcome, Problem> {
    let RemoveMember { room, member } = serde_json::from_str(&job.payload).map_err(Problem::broken)?;
    gate.act(&SYSTEM, PutOut { room, member }).await?;
    Ok(Outcome::Done)
}

async fn purge(gate: Gate, job: Job) -> Result<Outcome, Problem> {
    gate.act(&SYSTEM, PurgeStats { call: CallId::new(job.key) }).await?;
    Ok(Outcome::Done)
}

#[derive(Deserialize)]
struct Payload {
    call: CallId,
}

async fn tick(gate: Gate, job: Job) -> Result<Outcome, Problem> {
    let Payload { call } = serde_json::from_str(&job.payload).map_err(Problem::broken)?;
    let timer = match job.kind {
        RING => Timer::Ring,
        EMPTY => Timer::Empty,
        _ => Timer::Leg(ParticipantId::new(job.key)),
    };
    match gate.act(&SYSTEM, TickCall { call, timer, due: job.run_at, lock: Lock::default() }).await {
        Err(problem) if problem.kind != Kind::Missing => Err(problem),
        _ => Ok(Outcome::Done),
    }
}
