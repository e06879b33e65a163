//! SQLite's readers: several at a time, each on one consistent moment, none able to write.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Instant,
};

use carillon_core::Problem;
use futures::{FutureExt, future::BoxFuture};
use rusqlite::{Connection, OpenFlags};
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    Tx,
    tx::Engine,
    unit::Harm,
    writer::{BUSY, PATIENCE, problem, step},
};

/// Views that look at the same time; the next one waits.
const READERS: u32 = 16;
/// SQL texts are `'static`: room for all of them in each connection's cache.
const TEXTS: usize = 4096;

pub(crate) struct Readers {
    path: PathBuf,
    seats: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, seats: Arc::new(Semaphore::new(READERS as usize)), idle: Mutex::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn read<T, F>(self: Arc<Self>, look: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>> + Send + 'static,
    {
        let seat = timeout(PATIENCE, self.seats.clone().acquire_owned()).await.map_err(|_| Problem::again("the readers were too busy"))?;
        let seat = seat.map_err(|_| Problem::again("the database is being closed"))?;
        let looking = tokio::task::spawn_blocking(move || {
            let _seat = seat; // held until the look is over, also when its asker left long before
            self.look(look)
        });
        looking.await.map_err(|_| Harm::Panicked.problem())?
    }

    fn look<T, F>(&self, look: F) -> Result<T, Problem>
    where
        F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>>,
    {
        let told = |why: rusqlite::Error| problem(&why);
        let idle = self.idle.lock().expect("no panic while held").pop();
        let mut db = idle.map_or_else(|| connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY), Ok).map_err(told)?;
        // A look without end would keep the log from starting over.
        let until = Instant::now() + PATIENCE;
        db.progress_handler(10_000, Some(move || Instant::now() > until)).map_err(told)?;
        step(&db, "BEGIN").map_err(told)?;
        let failed = AtomicBool::new(false);
        let seen = look(Tx::new(Engine::Sqlite(&mut db, until), &failed)).now_or_never().unwrap_or_else(|| Err(Harm::Waited.problem()));
        step(&db, "COMMIT").map_err(told)?;
        self.idle.lock().expect("no panic while held").push(db);
        seen
    }

    /// Waits for those who look, and lets nobody in any more.
    pub(crate) async fn close(&self) {
        let all = self.seats.acquire_many(READERS).await;
        self.seats.close();
        self.idle.lock().expect("no panic while held").clear();
        drop(all);
    }
}

pub(crate) fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    db.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; PRAGMA trusted_schema=OFF;",
    )?;
    db.set_prepared_statement_cache_capacity(TEXTS);
    Ok(db)
}
