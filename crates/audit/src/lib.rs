//! The append-only, verifiable record of who did what (ALCOA+).
//!
//! [`record`] writes one row of `events` in the transaction of the change itself. The [`Sequencer`] chains afterwards, in the order of
//! the commits, [`verify`] recounts, and [`list`] reads. Triggers refuse updates and deletes; what a superuser does in spite of them, the chain
//! shows.

mod base;
mod chain;
mod event;
mod migrations;
mod record;
mod recount;
mod store;
mod verify;

pub use base::lay_base;
pub use chain::{BLOCK, Sequencer, head};
pub use event::{Actor, Event, Outcome};
pub use migrations::MIGRATIONS;
pub use record::record;
pub use recount::Recount;
pub use store::{Asked, Recorded, RecordedActor, list};
pub use verify::{Report, verify, verify_end};
