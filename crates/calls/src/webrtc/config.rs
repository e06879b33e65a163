//! What can be configured of the REST signalling.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Calls that are set up by plain requests (`/webrtc/sessions`): how long such a session stands, and what is kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Minutes after which a session expires to which nobody posted anything. Its leg of the call ends then, its SDP and candidates are
    /// erased. A client in a longer call posts an empty list of candidates now and then.
    #[schema(minimum = 1)]
    pub idle_minutes: u32,
    /// Days for which the history of a session that is over (who, when, how many) is shown to the members of its room. Afterwards only times,
    /// state, counts and hashes are kept. The figures of a call's connections, however it was set up, and what people said of it afterwards
    /// are erased as long after its end.
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
