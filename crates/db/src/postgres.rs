//! PostgreSQL: a transaction is a task of its own, so that it ends well even when its asker has gone.

use std::{
    error::Error as Cause,
    mem::take,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use carillon_core::{Kind, Problem};
use deadpool_postgres::{Client, Pool};
use futures::{
    FutureExt,
    future::{BoxFuture, join, poll_immediate, try_join_all},
};
use tokio::time::timeout;
use tokio_postgres::{
    Error,
    error::{DbError, Severity, SqlState},
    types::ToSql,
};
use uuid::Uuid;

use crate::{Counters, Row, Tx, Unit, Value, Verdict, failpoint, migrate, tx::Engine, unit::Harm, work::PULSE, writer::PATIENCE};

/// A unit that keeps meeting others in between gives up after this many tries.
const TRIES: u32 = 4;

pub(crate) struct Pg {
    client: Arc<Client>,
    /// Writes on their way: nobody waits for one alone.
    sent: Mutex<Vec<BoxFuture<'static, Result<u64, Error>>>>,
    failed: AtomicBool,
    /// Of its tries: what those before could not mend will not mend itself.
    last: bool,
}

impl Pg {
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn failed(&self) -> &AtomicBool {
        &self.failed
    }

    pub(crate) async fn begin(pool: &Pool, how: &str, order: Vec<i64>, last: bool) -> Result<Self, Problem> {
        let client = pool.get().await.map_err(|why| Problem::again(causes(&why)))?;
        let pg = Self { client: Arc::new(client), sent: Mutex::default(), failed: AtomicBool::new(false), last };
        let begun = if order.is_empty() {
            pg.client.batch_execute(how).await
        } else {
            let lock = pg.client.prepare_cached("SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) k").await;
            let lock = lock.map_err(|why| pg.problem(&why))?;
            // Both are sent before either is answered.
            let (begun, locked) = join(pg.client.batch_execute(how), pg.client.query(&lock, &[&order])).await;
            begun.and(locked.map(drop))
        };
        match begun {
            Ok(()) => Ok(pg),
            Err(why) => {
                let _ = pg.end("ROLLBACK").await;
                Err(pg.problem(&why))
            }
        }
    }

    pub(crate) async fn rows(&self, sql: &'static str, args: &[Value]) -> Result<Vec<Row>, Problem> {
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect();
        let asked = async { self.client.query(&self.client.prepare_cached(sql).await?, &args).await };
        match asked.await {
            Ok(rows) => rows
                .iter()
                .map(|row| (0..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>().map(Row))
                .collect::<Result<_, _>>()
                .map_err(|why| self.problem(&why)),
            Err(why) => Err(self.cause(why).await),
        }
    }

    /// Sends a write and goes on; whether it went well is known at the end.
    pub(crate) async fn send(&self, sql: &'static str, args: Vec<Value>) -> Result<(), Problem> {
        let statement = match self.client.prepare_cached(sql).await {
            Ok(statement) => statement,
            Err(why) => return Err(self.cause(why).await),
        };
        let client = self.client.clone();
        let mut write = Box::pin(async move {
            let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect();
            client.execute(&statement, &args).await
        });
        match poll_immediate(&mut write).await {
            Some(Ok(_)) => Ok(()),
            Some(Err(why)) => Err(self.cause(why).await),
            None => {
                self.sent.lock().expect("no panic while held").push(write);
                Ok(())
            }
        }
    }

    /// Why a statement failed: one that was sent before it, and that nobody waited for, may have been what broke the transaction.
    async fn cause(&self, why: Error) -> Problem {
        let sent = take(&mut *self.sent.lock().expect("no panic while held"));
        self.problem(&try_join_all(sent).await.err().unwrap_or(why))
    }

    /// COMMIT of an aborted transaction says yes and rolls back: only the statements tell.
    pub(crate) async fn end(&self, how: &str) -> Result<(), Error> {
        let sent = take(&mut *self.sent.lock().expect("no panic while held"));
        let (sent, ended) = join(try_join_all(sent), self.client.batch_execute(how)).await;
        sent.and(ended)
    }

    async fn commit(&self) -> Result<(), Problem> {
        failpoint::hit();
        if self.client.is_closed() {
            return Err(Problem::again("the connection ended before COMMIT"));
        }
        let done = self.end("COMMIT").await;
        failpoint::hit();
        done.map_err(|why| match why.as_db_error().and_then(DbError::parsed_severity) {
            Some(Severity::Error) => self.problem(&why),
            // The connection is gone, and COMMIT was on its way: nobody knows what became of it.
            _ => Problem::unknown(causes(&why)),
        })
    }

    /// What a failed statement comes to, as long as COMMIT was not sent: nothing was kept.
    fn problem(&self, why: &Error) -> Problem {
        const AGAIN: [SqlState; 8] = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
            SqlState::DISK_FULL,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ];
        let again = match why.as_db_error() {
            // Another has just written it: in the next try it is there to be read.
            Some(told) if *told.code() == SqlState::UNIQUE_VIOLATION => !self.last,
            Some(told) => AGAIN.contains(told.code()),
            None => why.is_closed() || why.source().is_some_and(<dyn Cause>::is::<std::io::Error>),
        };
        if again { Problem::again(causes(why)) } else { Problem::broken(causes(why)) }
    }
}

pub(crate) async fn write(pool: Pool, counters: Arc<Counters>, mut unit: Box<dyn Unit>) {
    let since = Instant::now();
    let mut order: Vec<i64> = unit.locks().iter().map(Uuid::as_u64_pair).map(|(high, low)| (high ^ low) as i64).collect();
    order.sort_unstable();
    order.dedup();
    let mut tries = 1;
    let ended = loop {
        let ended = attempt(&pool, &counters, &mut *unit, order.clone(), tries == TRIES).await;
        let again = matches!(&ended, Err(problem) if problem.kind == Kind::Again);
        let late = again && since.elapsed() > PATIENCE;
        Counters::add(&counters.late, u64::from(late));
        if !again || late || tries == TRIES {
            break ended;
        }
        tries += 1;
        Counters::add(&counters.rerun, 1);
    };
    unit.settle(ended);
}

async fn attempt(pool: &Pool, counters: &Counters, unit: &mut dyn Unit, order: Vec<i64>, last: bool) -> Result<(), Problem> {
    let pg = Pg::begin(pool, "BEGIN", order, last).await?;
    let run = AssertUnwindSafe(unit.run(Tx::new(Engine::Postgres(&pg), &pg.failed))).catch_unwind();
    let verdict = match timeout(PATIENCE, run).await {
        Ok(Ok(Verdict::Keep)) if pg.failed.load(Relaxed) => Err(Harm::IgnoredAFailure),
        Ok(Ok(verdict)) => Ok(verdict),
        Ok(Err(_)) => Err(Harm::Panicked),
        Err(_) => Err(Harm::Waited),
    };
    if verdict == Ok(Verdict::Keep) {
        pg.commit().await?;
        Counters::add(&counters.commits, 1);
        Counters::add(&counters.kept, 1);
        return Ok(());
    }
    let _ = pg.end("ROLLBACK").await; // a connection that cannot even do this is dropped by the pool, and the server undoes it
    Counters::add(&counters.undone, 1);
    match verdict {
        Ok(Verdict::Again) => Err(Problem::again("another came in between")),
        Ok(_) => Ok(()),
        Err(harm) => Err(harm.problem()),
    }
}

pub(crate) async fn read<T, F>(pool: Pool, look: F) -> Result<T, Problem>
where
    F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>>,
{
    let pg = Pg::begin(&pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", vec![], true).await?;
    let look = AssertUnwindSafe(look(Tx::new(Engine::Postgres(&pg), &pg.failed))).catch_unwind();
    let seen = match timeout(PATIENCE, look).await {
        Ok(Ok(seen)) => seen,
        Ok(Err(_)) => Err(Harm::Panicked.problem()),
        Err(_) => Err(Harm::Waited.problem()),
    };
    let ended = pg.end("COMMIT").await;
    let seen = seen?;
    ended.map(|()| seen).map_err(|why| pg.problem(&why))
}

/// All pending steps in one transaction; another process that starts at the same time waits for it.
pub(crate) async fn migrate(pool: &Pool, plan: &migrate::Plan<'_>) -> Result<(), Problem> {
    let broken = |why: Error| Problem::broken(causes(&why));
    let mut client =
        pool.get().await.map_err(|why| Problem::new(Kind::Again, format!("PostgreSQL cannot be reached: {}", causes(&why))))?;
    let tx = client.transaction().await.map_err(broken)?;
    // An index over a large table takes its time, and so does whoever waits for it.
    tx.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await.map_err(broken)?;
    migrate_within(tx.client(), plan).await?;
    tx.commit().await.map_err(broken)
}

/// A trial beside what is in use holds up nobody who opens that.
const MIGRATING: &str = "SELECT pg_advisory_xact_lock(CASE current_schema() WHEN 'carillon_trial' THEN 4846803 ELSE 4846801 END)";

/// Within a transaction of that client.
pub(crate) async fn migrate_within(tx: &tokio_postgres::Client, plan: &migrate::Plan<'_>) -> Result<(), Problem> {
    let broken = |why: Error| Problem::broken(causes(&why));
    tx.batch_execute(MIGRATING).await.map_err(broken)?;
    tx.batch_execute(migrate::TABLE).await.map_err(broken)?;
    tx.batch_execute(PULSE).await.map_err(broken)?;
    let done: Vec<_> =
        tx.query(migrate::KNOWN, &[]).await.map_err(broken)?.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    for step in migrate::pending(plan, &done)? {
        for statement in step.both.iter().chain(step.postgres) {
            tx.batch_execute(statement).await.map_err(broken)?;
        }
        tx.execute(migrate::NOTE, &[&step.owner, &step.number, &step.name, &plan.now.0]).await.map_err(broken)?;
    }
    Ok(())
}

/// An error and all that it came from.
pub(crate) fn causes(why: &(dyn Cause + 'static)) -> String {
    let mut told = said(why);
    let mut next = why.source();
    while let Some(cause) = next {
        told.push_str(": ");
        told.push_str(&said(cause));
        next = cause.source();
    }
    told
}

/// What PostgreSQL adds as DETAIL holds the values of the row: they do not belong into a log.
fn said(why: &(dyn Cause + 'static)) -> String {
    why.downcast_ref::<DbError>().map_or_else(|| why.to_string(), |told| format!("{} ({})", told.message(), told.code().code()))
}
