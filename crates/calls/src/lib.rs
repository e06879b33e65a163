//! Calls: who talks with whom in a room, and how.
//!
//! A call and its participants are rows; each verb loads them, asks the state machine, stores what it says. Timers are jobs, set in the
//! same transaction. What people should find again goes into the room's log. No packet of media passes here, and no SDP is kept but
//! sealed, for the sessions of the REST signalling.

mod call;
mod keeping;
mod legs;
mod migrations;
mod model;
mod rating;
mod snapshot;
mod store;
pub mod verbs;
pub mod views;
pub mod webrtc;

pub use keeping::{device_gone, graces_anew, leg_gone};
pub use legs::{Held, Lock};
pub use model::{CallState, CallView, EndReason, Entered, LeaveReason, LegState, Media, NamedCall, ParticipantView, Told};
pub use rating::{CallProblem, CallRating, RatingWords};
pub use snapshot::{CandidateType, Flow, Snapshot, VideoFlow};

use carillon_gate::{Entries, Gate, Migration};
use carillon_platform::jobs::Handlers;

pub const MIGRATIONS: &[Migration] = &[migrations::CALLS, webrtc::MIGRATION, migrations::RATINGS];

/// The ways in to calls.
pub fn entries(entries: Entries) -> Entries {
    use verbs::{EndCall, InitiateCall, JoinCall, KeepStats, LeaveCall, RateCall, SetLeg, ToggleAudio, ToggleVideo};
    use views::{InspectCall, ListAllCalls, ListCalls, ListOwnCalls};
    let entries = entries
        .event::<InitiateCall>("call:initiate")
        .event::<JoinCall>("call:join")
        .event::<ToggleAudio>("call:toggle-audio")
        .event::<ToggleVideo>("call:toggle-video")
        .event::<SetLeg>("call:state")
        .event::<KeepStats>("call:stats")
        .event::<LeaveCall>("call:leave")
        .event::<EndCall>("call:end")
        .get::<ListCalls>("/api/v1/rooms/{room}/calls")
        .get::<ListOwnCalls>("/api/v1/calls")
        .post::<RateCall>("/api/v1/calls/{call}/rating")
        .get::<ListAllCalls>("/api/v1/admin/calls")
        .get::<InspectCall>("/api/v1/admin/calls/{call}");
    webrtc::entries(entries)
}

/// What becomes due.
pub fn jobs(gate: &Gate) -> Handlers {
    keeping::jobs(gate).and(webrtc::jobs(gate))
}
