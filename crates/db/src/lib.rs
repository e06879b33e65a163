//! SQLite and PostgreSQL behind one transaction.
//!
//! This crate knows how a transaction is opened, shared and ended; what happens inside one is the business of whoever brings the
//! [`Unit`]. Only `gate`, `audit` and the jobs of `platform` depend on it; the subject crates get a [`Tx`] from the gate.
//!
//! The SQL is one `'static` text for both engines: `$1`, `RETURNING`, `ON CONFLICT`, row values, and
//! `CAST($1 AS TEXT) IS NULL` for filters that may be absent.

mod copy;
mod counters;
mod database;
mod failpoint;
mod migrate;
mod postgres;
mod reader;
mod tls;
mod tx;
mod unit;
mod value;
mod work;
mod writer;

#[cfg(feature = "testing")]
pub mod testing;

pub use copy::{Piece, Rows, Step, Table, Trial};
pub use counters::Counters;
pub use database::{Config, Database, EngineKind};
pub use migrate::Migration;
pub use tx::{Row, Tx};
pub use unit::{Unit, Verdict};
pub use value::{Arg, Column, Value};
