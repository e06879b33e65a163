//! The one way to act, to see and to signal.
//!
//! Whatever can be done is a [`Verb`], whatever can be seen is a [`View`], and whoever passes signals holds a [`Pass`]. Nobody else
//! holds a writing transaction, so no change can miss its decision or its record. The [`Entries`] table says by which names the world
//! reaches them; it knows nothing of HTTP.

mod act;
mod door;
mod engines;
mod entries;
mod hub;
mod metrics;
mod pass;
mod places;
mod refusals;
mod schema;
mod see;
mod signals;
mod verb;

pub use carillon_db::{
    Arg, Column, Config as DatabaseConfig, Database, EngineKind, Migration, Piece, Row, Rows, Step, Table, Trial, Tx, Value,
};
pub use carillon_policy::{Decision, Policy};
pub use door::Gate;
pub use engines::Engines;
pub use entries::{Answer, Call, Entries, Entry, Marks, Way, Wire, parse};
pub use hub::{Hint, Hub, Topic};
pub use metrics::Metrics;
pub use pass::{Opening, Pass};
pub use schema::{Empty, InputSchema};
pub use signals::{Delivery, Mailbox, Signal, Signals};
pub use verb::{Change, Cx, Done, Prep, UNRECORDED, Verb, View};
