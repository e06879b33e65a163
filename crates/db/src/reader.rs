//! SQLite's readers: several at a time, each on one consistent moment, none able to write.

use std::{path::PathBuf, sync::Mutex, time::Duration};

use carillon_core::Problem;
use futures::{FutureExt, future::BoxFuture};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::{Tx, tx::Engine, writer::step};

/// Views that look at the same time; the next one waits.
const READERS: usize = 16;
/// SQL texts are `'static`: room for all of them in each connection's cache.
const TEXTS: usize = 4096;

pub(crate) struct Readers {
    path: PathBuf,
    seats: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, seats: Semaphore::new(READERS), idle: Mutex::default() }
    }

    pub(crate) async fn read<T, F>(self: std::sync::Arc<Self>, look: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>> + Send + 'static,
    {
        let readers = self.clone();
        let _seat = self.seats.acquire().await.map_err(Problem::broken)?;
        tokio::task::spawn_blocking(move || {
            let idle = readers.idle.lock().expect("no panic while held").pop();
            let mut db = idle.map_or_else(|| connect(&readers.path, OpenFlags::SQLITE_OPEN_READ_ONLY), Ok).map_err(Problem::broken)?;
            step(&db, "BEGIN").map_err(Problem::broken)?;
            let seen = look(Tx::new(Engine::Sqlite(&mut db)))
                .now_or_never()
                .unwrap_or_else(|| Err(Problem::broken("a view awaits nothing but its transaction")));
            step(&db, "COMMIT").map_err(Problem::broken)?;
            readers.idle.lock().expect("no panic while held").push(db);
            seen
        })
        .await
        .map_err(Problem::broken)?
    }
}

pub(crate) fn connect(path: &std::path::Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA trusted_schema=OFF;")?;
    db.set_prepared_statement_cache_capacity(TEXTS);
    Ok(db)
}
