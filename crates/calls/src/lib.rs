//! Calls: who talks with whom in a room, and how.
//!
//! A call and its participants are rows; each verb loads them, asks the state machine, stores what it says. Timers are jobs, set in the
//! same transaction. What people should find again goes into the room's log. No packet of media passes here, and no SDP is kept but
//! sealed, for the sessions of the REST signalling.

mod migrations;
mod webrtc;

use carillon_gate::{Entries, Gate, Migration};
use carillon_platform::jobs::Handlers;

pub const MIGRATIONS: &[Migration] = &[migrations::CALLS, webrtc::MIGRATION];

/// The ways in to calls.
pub fn entries(entries: Entries) -> Entries {
    webrtc::entries(entries)
}

/// What becomes due.
pub fn jobs(gate: &Gate) -> Handlers {
    webrtc::jobs(gate)
}
