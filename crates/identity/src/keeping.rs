//! What identity does by itself: it deletes what is over for long, and tells of sessions that were ended beside the server.

use std::time::Duration;

use carillon_core::{Id, Principal, Problem};
use carillon_gate::{Gate, Hint, Topic};
use carillon_platform::jobs::{Handlers, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{verbs::Purge, views::EndedSince};

pub(crate) const PURGE: &str = "identity.purge";
/// Of an account whose sessions another process has ended.
pub(crate) const TELL_ENDED: &str = "identity.tellEnded";
pub(crate) const PAUSE: Duration = Duration::from_hours(1);
/// What ended this long ago has been heard of in some way.
const UNHEARD: Duration = Duration::from_hours(2);
/// Others have a turn in between.
const SOON: Duration = Duration::from_secs(1);
const SYSTEM: Principal = Principal::system("identity");

/// Accounts and how people come in: for how long what is over is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Days for which sessions, invitations and administrators' links are kept that are over; afterwards they are deleted. The audit record
    /// stays.
    pub ended_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { ended_days: 30 }
    }
}

impl Config {
    fn kept(self) -> Duration {
        Duration::from_secs(86_400 * u64::from(self.ended_days))
    }
}

/// Begins to keep house. Whoever starts the server calls it before it runs any job.
pub async fn keep_house(gate: &Gate) -> Result<(), Problem> {
    gate.act(&SYSTEM, Purge { kept: gate.engines().get::<Config>()?.kept(), begin: true }).await.map(drop)
}

/// What becomes due.
pub fn jobs(gate: &Gate) -> Handlers {
    let (gate, telling) = (gate.clone(), gate.clone());
    let handlers = Handlers::new().on(TELL_ENDED, move |job| {
        let gate = telling.clone();
        async move {
            let ended = gate.see(&SYSTEM, EndedSince { person: Id::new(job.key), since: job.run_at.minus(UNHEARD) }).await?;
            for session in ended {
                gate.hub().tell(Hint { topic: Topic::Session(session), head: job.run_at.0 });
            }
            Ok(Outcome::Done)
        }
    });
    handlers.on(PURGE, move |_| {
        let gate = gate.clone();
        async move {
            let more = gate.act(&SYSTEM, Purge { kept: gate.engines().get::<Config>()?.kept(), begin: false }).await?;
            Ok(Outcome::Again(gate.now().plus(if more { SOON } else { PAUSE })))
        }
    })
}
