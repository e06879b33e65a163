//! What the stories of this crate share: a table, and units made of closures.
#![allow(dead_code, reason = "each story needs a part of it")]

use carillon_core::{Kind, Problem, Timestamp};
use carillon_db::{Database, Migration, Tx, Unit, Verdict, testing::Ground};
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000);
pub(crate) const NOTES: Migration = Migration {
    owner: "stories",
    number: 1,
    name: "notes",
    both: &["CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT NOT NULL, amount BIGINT NOT NULL)"],
    sqlite: &[],
    postgres: &[],
};

pub(crate) async fn open(ground: &Ground) -> Database {
    Database::open(&ground.config, &[NOTES], NOW).await.expect("it opens")
}

/// A unit as the gate makes them: a problem undoes it, a conflict runs it again.
struct Act<F> {
    run: F,
    locks: Vec<Uuid>,
    problem: Option<Problem>,
    told: oneshot::Sender<Result<(), Problem>>,
}

impl<F> Unit for Act<F>
where
    F: for<'t> FnMut(Tx<'t>) -> BoxFuture<'t, Result<(), Problem>> + Send,
{
    fn locks(&self) -> Vec<Uuid> {
        self.locks.clone()
    }
    fn run<'t>(&'t mut self, tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            self.problem = (self.run)(tx).await.err();
            match &self.problem {
                None => Verdict::Keep,
                Some(problem) if problem.kind == Kind::Again => Verdict::Again,
                Some(_) => Verdict::Undo,
            }
        })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let _ = self.told.send(self.problem.map_or(committed, Err));
    }
}

/// Queues it; the answer comes when it is settled.
pub(crate) async fn queue<F>(database: &Database, locks: &[u128], run: F) -> oneshot::Receiver<Result<(), Problem>>
where
    F: for<'t> FnMut(Tx<'t>) -> BoxFuture<'t, Result<(), Problem>> + Send + 'static,
{
    let (told, answer) = oneshot::channel();
    let locks = locks.iter().map(|number| Uuid::from_u128(*number)).collect();
    if let Err(problem) = database.write(Box::new(Act { run, locks, problem: None, told })).await {
        let (told, refused) = oneshot::channel();
        let _ = told.send(Err(problem));
        return refused;
    }
    answer
}

pub(crate) async fn act<F>(database: &Database, run: F) -> Result<(), Problem>
where
    F: for<'t> FnMut(Tx<'t>) -> BoxFuture<'t, Result<(), Problem>> + Send + 'static,
{
    queue(database, &[], run).await.await.expect("every unit is settled")
}

pub(crate) async fn note(tx: &mut Tx<'_>, id: i64, text: &str) -> Result<(), Problem> {
    tx.run("INSERT INTO notes (id, text, amount) VALUES ($1, $2, 0)", &[&id, &text]).await
}

pub(crate) async fn write_note(database: &Database, id: i64) -> Result<(), Problem> {
    act(database, move |mut tx| Box::pin(async move { note(&mut tx, id, "well").await })).await
}

/// The notes there are, in order.
pub(crate) async fn notes(database: &Database) -> Vec<i64> {
    let look = database.read(|mut tx| {
        Box::pin(async move {
            let rows = tx.rows("SELECT id FROM notes ORDER BY id", &[]).await?;
            rows.iter().map(|row| row.get(0)).collect()
        })
    });
    look.await.expect("readers read")
}
