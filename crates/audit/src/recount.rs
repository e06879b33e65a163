//! Recounting while the server serves: one at a time, so that nobody keeps the readers busy by asking often.

use carillon_core::Problem;
use carillon_db::Database;
use tokio::sync::Mutex;

use crate::{Report, verify};

/// Seconds after which it may be asked again.
const SOON: u32 = 5;

/// Recounts the record of one database.
pub struct Recount {
    database: Database,
    turn: Mutex<()>,
}

impl Recount {
    pub fn new(database: Database) -> Self {
        Self { database, turn: Mutex::new(()) }
    }

    /// All of it, page by page; whoever asks meanwhile is told to wait.
    pub async fn run(&self) -> Result<Report, Problem> {
        let Ok(_turn) = self.turn.try_lock() else { return Err(Problem::flooding(SOON)) };
        verify(&self.database).await
    }
}
