//! What identity does by itself: it deletes what is over for long.

use std::time::Duration;

use carillon_core::{Principal, Problem};
use carillon_gate::Gate;
use carillon_platform::jobs::{Handlers, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::verbs::Purge;

pub(crate) const PURGE: &str = "identity.purge";
pub(crate) const PAUSE: Duration = Duration::from_hours(1);
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
    let gate = gate.clone();
    Handlers::new().on(PURGE, move |_| {
        let gate = gate.clone();
        async move {
            let more = gate.act(&SYSTEM, Purge { kept: gate.engines().get::<Config>()?.kept(), begin: false }).await?;
            Ok(Outcome::Again(gate.now().plus(if more { SOON } else { PAUSE })))
        }
    })
}
