//! What can be done with calls: one file each.

mod end;
mod initiate;
mod join;
mod leave;
mod purge_stats;
mod rate;
mod set_leg;
mod stats;
mod tick;
mod toggle;

pub use end::EndCall;
pub use initiate::InitiateCall;
pub use join::JoinCall;
pub use leave::{LeaveCall, Leaving};
pub(crate) use purge_stats::PurgeStats;
pub use rate::RateCall;
pub use set_leg::{LegWord, SetLeg};
pub use stats::KeepStats;
pub(crate) use tick::{GracesAnew, LoseLeg, PutOut, TickCall};
pub use toggle::{ToggleAudio, ToggleVideo};
