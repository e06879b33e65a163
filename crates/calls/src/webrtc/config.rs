//! What can be configured of the REST signalling.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Signalling by REST: how long a session stands. An engine of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Minutes after which a session expires to which nobody posted anything. Its leg of the call ends then, its SDP and candidates are
    /// erased. A client in a longer call posts an empty list of candidates now and then.
    #[schema(minimum = 1)]
    pub idle_minutes: u32,
    /// Days for which the history of a session that is over (who, when, how many) is shown to the members of its room. Afterwards only times,
    /// state, counts and hashes are kept.
    pub history_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { idle_minutes: 60, history_days: 30 }
    }
}

impl Config {
    pub(crate) fn idle(self) -> Duration {
        Duration::from_secs(60 * u64::from(self.idle_minutes.max(1)))
    }
    pub(crate) fn history(self) -> Duration {
        Duration::from_secs(86_400 * u64::from(self.history_days))
    }
}
