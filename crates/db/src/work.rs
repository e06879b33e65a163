//! The house's own work: a unit that is only a function.

use carillon_core::{Kind, Problem};
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{Database, Tx, Unit, Verdict};

impl Database {
    /// Runs it in a transaction of its own, again if another came in between. For what no verb does: jobs, the audit chain, the pulse.
    pub async fn run<T, F>(&self, locks: Vec<Uuid>, run: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a, 't> FnMut(&'a mut Tx<'t>) -> BoxFuture<'a, Result<T, Problem>> + Send + 'static,
    {
        let (told, answer) = oneshot::channel();
        self.write(Box::new(Work { locks, run, seen: None, told })).await?;
        answer.await.map_err(|_| Problem::unknown("the unit was dropped"))?
    }

    /// Whether it can be written at this moment: one small row is, durably.
    pub async fn answers(&self) -> Result<(), Problem> {
        self.run(Vec::new(), |tx| Box::pin(tx.run(BEAT, &[]))).await
    }
}

pub(crate) const PULSE: &str = "CREATE TABLE IF NOT EXISTS pulse (id BIGINT PRIMARY KEY, beats BIGINT NOT NULL)";
const BEAT: &str = "INSERT INTO pulse (id, beats) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET beats = pulse.beats + 1";

struct Work<T, F> {
    locks: Vec<Uuid>,
    run: F,
    seen: Option<Result<T, Problem>>,
    told: oneshot::Sender<Result<T, Problem>>,
}

impl<T, F> Unit for Work<T, F>
where
    T: Send,
    F: for<'a, 't> FnMut(&'a mut Tx<'t>) -> BoxFuture<'a, Result<T, Problem>> + Send,
{
    fn locks(&self) -> Vec<Uuid> {
        self.locks.clone()
    }

    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let seen = (self.run)(&mut tx).await;
            let verdict = match &seen {
                Ok(_) => Verdict::Keep,
                Err(why) if why.kind == Kind::Again => Verdict::Again,
                Err(_) => Verdict::Undo,
            };
            self.seen = Some(seen);
            verdict
        })
    }

    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let seen = self.seen.unwrap_or_else(|| Err(Problem::broken("the unit panicked")));
        let _ = self.told.send(committed.and(seen)); // whoever asked may have gone
    }
}
