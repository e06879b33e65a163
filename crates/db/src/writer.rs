//! SQLite has one writer, a thread of its own: units queue here, and many share one fsync.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use carillon_core::Problem;
use futures::FutureExt;
use rusqlite::{Connection, ErrorCode, ffi};
use tokio::sync::mpsc;

use crate::{Counters, Tx, Unit, Verdict, failpoint, tx::Engine, unit::Harm};

/// At most this many units share a commit, so that the first never waits long for the last.
const SHARE: usize = 256;
/// All others wait while one runs: a statement is stopped when its unit has taken this long.
const LONGEST: Duration = Duration::from_millis(250);
/// Beyond this not even a short statement is begun. Longer, since the time may have gone to a disk or a machine that is busy.
const LONGEST_OF_ALL: Duration = Duration::from_secs(1);
/// A unit that waited longer is refused instead of run: its asker has lost patience, and those behind it have not.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// A log beyond this is started over, and waits for those who still read it; what they do not give up in time is tried again when the
/// log has grown by as much once more.
const WAL_BYTES: u64 = 64 * 1024 * 1024;
const WAL_PATIENCE: Duration = Duration::from_millis(100);
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// A unit in the queue, and since when.
pub(crate) struct Waiting {
    unit: Box<dyn Unit>,
    since: Instant,
    /// Of its last run.
    harm: Option<Harm>,
}

impl Waiting {
    pub(crate) fn new(unit: Box<dyn Unit>) -> Self {
        Self { unit, since: Instant::now(), harm: None }
    }

    fn settle(self, committed: Result<(), Problem>) {
        let ended = committed.and(self.harm.map_or(Ok(()), |harm| Err(harm.problem())));
        let _ = catch_unwind(AssertUnwindSafe(|| self.unit.settle(ended))); // the writer outlives any answer
    }
}

pub(crate) struct Writer {
    db: Connection,
    counters: Arc<Counters>,
    start: Instant,
    /// When the running unit must be done, in milliseconds after `start`; the progress handler looks at it.
    until: Arc<AtomicU64>,
    /// The length of the log beyond which it is started over.
    wal_limit: u64,
}

impl Writer {
    pub(crate) fn new(db: Connection, counters: Arc<Counters>) -> rusqlite::Result<Self> {
        let (start, until) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let limit = until.clone();
        db.progress_handler(10_000, Some(move || start.elapsed().as_millis() as u64 > limit.load(Relaxed)))?;
        Ok(Self { db, counters, start, until, wal_limit: WAL_BYTES })
    }

    /// Runs until the queue is closed and empty.
    pub(crate) fn work(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut taken = Vec::with_capacity(SHARE);
        while queue.blocking_recv_many(&mut taken, SHARE) > 0 {
            let (mut batch, late): (Vec<_>, Vec<_>) = taken.drain(..).partition(|waiting| waiting.since.elapsed() < PATIENCE);
            Counters::add(&self.counters.late, late.len() as u64);
            for waiting in late {
                waiting.settle(Err(Problem::again("the writer was too busy")));
            }
            match self.commit(&mut batch) {
                // One took all of them down (no space, a write stopped midway), and SQLite undid everything: now each alone.
                Err(why) if batch.len() > 1 && why.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) => {
                    Counters::add(&self.counters.rerun, batch.len() as u64);
                    for waiting in batch {
                        let mut alone = [waiting];
                        let committed = self.commit(&mut alone).map_err(|why| uncertain(&why));
                        let [waiting] = alone;
                        waiting.settle(committed);
                    }
                }
                committed => {
                    let committed = committed.map_err(|why| uncertain(&why));
                    for waiting in batch {
                        waiting.settle(committed.clone());
                    }
                }
            }
            self.shorten();
        }
        // Nobody else will: leave a database without a log beside it.
        let _ = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    fn commit(&mut self, units: &mut [Waiting]) -> rusqlite::Result<()> {
        let done = self.run_all(units);
        self.until.store(u64::MAX, Relaxed);
        if done.is_err() && !self.db.is_autocommit() {
            step(&self.db, "ROLLBACK")?;
        }
        done
    }

    /// Each unit in its own savepoint: one that fails, or panics, leaves the others untouched. Nothing is settled before COMMIT.
    fn run_all(&mut self, units: &mut [Waiting]) -> rusqlite::Result<()> {
        if units.is_empty() {
            return Ok(());
        }
        let (mut kept, mut undone) = (0, 0);
        step(&self.db, "BEGIN IMMEDIATE")?;
        for waiting in units {
            step(&self.db, "SAVEPOINT unit")?;
            let until = Instant::now() + LONGEST_OF_ALL;
            self.until.store((self.start.elapsed() + LONGEST).as_millis() as u64, Relaxed);
            let failed = AtomicBool::new(false);
            let verdict =
                catch_unwind(AssertUnwindSafe(|| waiting.unit.run(Tx::new(Engine::Sqlite(&mut self.db, until), &failed)).now_or_never()));
            self.until.store(u64::MAX, Relaxed);
            // SQLITE_FULL and its like drop to autocommit in the middle of a batch: what was written before is gone too.
            if self.db.is_autocommit() {
                let why = "SQLite undid the transaction".to_owned();
                return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), Some(why)));
            }
            waiting.harm = match verdict {
                Ok(Some(Verdict::Keep)) if failed.into_inner() => Some(Harm::IgnoredAFailure),
                Ok(Some(_)) => None,
                Ok(None) => Some(Harm::Waited),
                Err(_) => Some(Harm::Panicked),
            };
            if waiting.harm.is_none() && matches!(verdict, Ok(Some(Verdict::Keep))) {
                kept += 1;
            } else {
                undone += 1;
                step(&self.db, "ROLLBACK TO unit")?;
            }
            step(&self.db, "RELEASE unit")?;
        }
        failpoint::hit();
        step(&self.db, "COMMIT")?;
        failpoint::hit();
        Counters::add(&self.counters.commits, 1);
        Counters::add(&self.counters.kept, kept);
        Counters::add(&self.counters.undone, undone);
        Ok(())
    }

    /// Readers that overlap without end keep the log from starting over: wait for those of now, shortly.
    fn shorten(&mut self) {
        let length = |db: &Connection| db.path().and_then(|path| std::fs::metadata(format!("{path}-wal")).ok()).map_or(0, |wal| wal.len());
        let mut bytes = length(&self.db);
        if bytes > self.wal_limit {
            let _ = self.db.busy_timeout(WAL_PATIENCE);
            let _ = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            let _ = self.db.busy_timeout(BUSY);
            bytes = length(&self.db);
            self.wal_limit = bytes + WAL_BYTES;
        }
        self.counters.wal_bytes.store(bytes, Relaxed);
    }
}

/// An I/O error around COMMIT leaves open whether the commit is on the disk.
fn uncertain(why: &rusqlite::Error) -> Problem {
    match why.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => Problem::unknown(why),
        _ => problem(why),
    }
}

pub(crate) fn problem(why: &rusqlite::Error) -> Problem {
    match why.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DiskFull | ErrorCode::OperationInterrupted) => Problem::again(why),
        _ => Problem::broken(why),
    }
}

pub(crate) fn step(db: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, atomic::AtomicUsize};

    use futures::future::BoxFuture;
    use uuid::Uuid;

    use super::*;

    #[derive(Clone, Default)]
    struct Seen {
        ran: Arc<AtomicUsize>,
        ended: Arc<Mutex<Vec<Result<(), Problem>>>>,
    }

    impl Unit for Seen {
        fn locks(&self) -> Vec<Uuid> {
            Vec::new()
        }
        fn run<'t>(&'t mut self, _: Tx<'t>) -> BoxFuture<'t, Verdict> {
            self.ran.fetch_add(1, Relaxed);
            Box::pin(std::future::ready(Verdict::Keep))
        }
        fn settle(self: Box<Self>, committed: Result<(), Problem>) {
            self.ended.lock().expect("no panic while held").push(committed);
            panic!("the writer outlives any answer");
        }
    }

    #[test]
    fn a_unit_that_waited_too_long_is_refused_instead_of_run() {
        let (seen, counters) = (Seen::default(), Arc::new(Counters::default()));
        let (queue, waiting) = mpsc::channel(2);
        for since in [Some(Instant::now()), Instant::now().checked_sub(PATIENCE)] {
            let since = since.expect("the machine has run for that long");
            assert!(queue.try_send(Waiting { since, ..Waiting::new(Box::new(seen.clone())) }).is_ok());
        }
        drop(queue);
        Writer::new(Connection::open_in_memory().expect("memory"), counters.clone()).expect("a writer").work(waiting);
        let ended = seen.ended.lock().expect("no panic while held");
        let kinds: Vec<_> = ended.iter().map(|ended| ended.as_ref().map_err(|problem| problem.kind)).collect();
        assert_eq!(kinds, [Err(carillon_core::Kind::Again), Ok(&())]);
        assert_eq!((seen.ran.load(Relaxed), counters.late.load(Relaxed), counters.kept.load(Relaxed)), (1, 1, 1));
    }
}
