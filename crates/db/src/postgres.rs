//! PostgreSQL: a transaction is a task of its own, so that it ends well even when its asker has gone.

use std::{
    mem::take,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
};

use carillon_core::{Kind, Problem};
use deadpool_postgres::{Client, Pool};
use futures::{
    FutureExt,
    future::{BoxFuture, join, poll_immediate, try_join_all},
};
use tokio_postgres::{Error, error::SqlState, types::ToSql};

use crate::{Counters, Row, Tx, Unit, Value, Verdict, failpoint, migrate, tx::Engine};

/// A unit that keeps meeting others in between gives up after this many tries.
const TRIES: usize = 4;

pub(crate) struct Pg {
    client: Arc<Client>,
    /// Writes on their way: nobody waits for one alone.
    sent: Mutex<Vec<BoxFuture<'static, Result<u64, Error>>>>,
}

impl Pg {
    async fn begin(pool: &Pool, how: &str, order: Vec<i64>) -> Result<Self, Problem> {
        let client = pool.get().await.map_err(Problem::again)?;
        let begun = if order.is_empty() {
            client.batch_execute(how).await
        } else {
            // Both are sent before either is answered.
            let lock = client.prepare_cached("SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) k").await.map_err(problem)?;
            let (begun, locked) = join(client.batch_execute(how), client.query(&lock, &[&order])).await;
            begun.and(locked.map(drop))
        };
        let pg = Self { client: Arc::new(client), sent: Mutex::default() };
        match begun {
            Ok(()) => Ok(pg),
            Err(why) => {
                let _ = pg.end("ROLLBACK").await;
                Err(problem(why))
            }
        }
    }

    pub(crate) async fn rows(&self, sql: &'static str, args: &[Value]) -> Result<Vec<Row>, Problem> {
        let statement = self.client.prepare_cached(sql).await.map_err(problem)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect();
        match self.client.query(&statement, &args).await {
            Ok(rows) => rows
                .iter()
                .map(|row| (0..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>().map(Row))
                .collect::<Result<_, _>>()
                .map_err(problem),
            // An earlier write may have been what failed.
            Err(why) => {
                let sent = take(&mut *self.sent.lock().expect("no panic while held"));
                Err(problem(try_join_all(sent).await.err().unwrap_or(why)))
            }
        }
    }

    /// Sends a write and goes on; whether it went well is known at the end.
    pub(crate) async fn send(&self, sql: &'static str, args: Vec<Value>) -> Result<(), Problem> {
        let statement = self.client.prepare_cached(sql).await.map_err(problem)?;
        let client = self.client.clone();
        let mut write = Box::pin(async move {
            let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect();
            client.execute(&statement, &args).await
        });
        match poll_immediate(&mut write).await {
            Some(done) => done.map(drop).map_err(problem),
            None => {
                self.sent.lock().expect("no panic while held").push(write);
                Ok(())
            }
        }
    }

    /// COMMIT of an aborted transaction says yes and rolls back: only the statements tell.
    async fn end(&self, how: &str) -> Result<(), Error> {
        let sent = take(&mut *self.sent.lock().expect("no panic while held"));
        let (sent, ended) = join(try_join_all(sent), self.client.batch_execute(how)).await;
        sent.and(ended)
    }

    /// When the connection dies after COMMIT was sent, nobody knows what became of it.
    async fn commit(&self) -> Result<(), Problem> {
        failpoint::hit();
        let done = self.end("COMMIT").await;
        failpoint::hit();
        done.map_err(|why| if why.as_db_error().is_none() { Problem::unknown(why) } else { problem(why) })
    }
}

pub(crate) async fn write(pool: Pool, counters: Arc<Counters>, mut unit: Box<dyn Unit>) {
    let mut order: Vec<i64> = unit.locks().iter().map(|id| id.as_u64_pair()).map(|(high, low)| (high ^ low) as i64).collect();
    order.sort_unstable();
    order.dedup();
    let mut ended = Ok(());
    for attempts in 0..TRIES {
        Counters::add(&counters.rerun, u64::from(attempts > 0));
        ended = attempt(&pool, &counters, &mut *unit, order.clone()).await;
        if !matches!(&ended, Err(problem) if problem.kind == Kind::Again) {
            break;
        }
    }
    unit.settle(ended);
}

async fn attempt(pool: &Pool, counters: &Counters, unit: &mut dyn Unit, order: Vec<i64>) -> Result<(), Problem> {
    let pg = Pg::begin(pool, "BEGIN", order).await?;
    let ran = AssertUnwindSafe(unit.run(Tx::new(Engine::Postgres(&pg)))).catch_unwind().await;
    if let Ok(Verdict::Keep) = ran {
        pg.commit().await?;
        Counters::add(&counters.commits, 1);
        Counters::add(&counters.kept, 1);
        return Ok(());
    }
    let _ = pg.end("ROLLBACK").await; // a connection that cannot even do this is dropped by the pool, and the server undoes it
    Counters::add(&counters.undone, 1);
    if let Ok(Verdict::Again) = ran { Err(Problem::again("another came in between")) } else { Ok(()) }
}

pub(crate) async fn read<T, F>(pool: Pool, look: F) -> Result<T, Problem>
where
    F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>>,
{
    let pg = Pg::begin(&pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", vec![]).await?;
    let seen = AssertUnwindSafe(look(Tx::new(Engine::Postgres(&pg)))).catch_unwind().await;
    let ended = pg.end("COMMIT").await;
    let seen = seen.unwrap_or_else(|_| Err(Problem::broken("a view panicked")))?;
    ended.map(|()| seen).map_err(problem)
}

/// All pending steps in one transaction; another process that starts at the same time waits for it.
pub(crate) async fn migrate(pool: &Pool, plan: &migrate::Plan<'_>) -> Result<(), Problem> {
    let mut client = pool.get().await.map_err(|why| Problem::again(why).because("PostgreSQL cannot be reached"))?;
    let tx = client.transaction().await.map_err(problem)?;
    tx.batch_execute("SELECT pg_advisory_xact_lock(4846801)").await.map_err(problem)?;
    tx.batch_execute(migrate::TABLE).await.map_err(problem)?;
    let done: Vec<_> = tx.query(migrate::KNOWN, &[]).await.map_err(problem)?.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    for step in migrate::pending(plan.steps, &done)? {
        for statement in step.both.iter().chain(step.postgres) {
            tx.batch_execute(statement).await.map_err(problem)?;
        }
        tx.execute(migrate::NOTE, &[&step.owner, &step.number, &step.name, &plan.now.0]).await.map_err(problem)?;
    }
    tx.commit().await.map_err(problem)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn problem(why: Error) -> Problem {
    const AGAIN: [SqlState; 5] = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::ADMIN_SHUTDOWN,
    ];
    match why.as_db_error() {
        Some(told) if AGAIN.contains(told.code()) => Problem::again(told),
        Some(told) => Problem::broken(told),
        None => Problem::again(why), // the connection died before COMMIT was sent: nothing was kept
    }
}
