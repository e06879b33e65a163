//! Signalling by REST. To come.

use carillon_gate::{Entries, Gate, Migration};
use carillon_platform::jobs::Handlers;

pub(crate) const MIGRATION: Migration =
    Migration { owner: "webrtc", number: 1, name: "sessions of the REST signalling", both: &[], sqlite: &[], postgres: &[] };

pub(crate) fn entries(entries: Entries) -> Entries {
    entries
}

pub(crate) fn jobs(_: &Gate) -> Handlers {
    Handlers::new()
}
