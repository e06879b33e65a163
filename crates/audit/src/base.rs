//! Where places begin: so that they go on rising when the record is restored elsewhere.
//!
//! On PostgreSQL a place is the number of the transaction, counted from a base. Another cluster counts its transactions anew, and what is
//! recorded there would lie before the end of the chain, where nobody chains it. So whoever opens a record looks whether it ends before
//! the transactions of now, and if not moves the base.

use carillon_core::Problem;
use carillon_db::{Database, EngineKind};

/// In one cluster a transaction always has a higher number than all that were committed before it: then nothing is moved.
const MOVE: &str = "UPDATE events_base SET base = last.place + 1 - pg_current_xact_id()::text::bigint \
                    FROM (SELECT MAX(place) AS place FROM events) last WHERE last.place >= base + pg_current_xact_id()::text::bigint";

/// To be called before the first event is recorded, by everybody who opens a database to act on it.
pub async fn lay_base(database: &Database) -> Result<(), Problem> {
    match database.kind() {
        EngineKind::Sqlite => Ok(()), // the file brings its count of places with it
        EngineKind::Postgres => database.run(Vec::new(), |tx| Box::pin(tx.run(MOVE, &[]))).await,
    }
}
