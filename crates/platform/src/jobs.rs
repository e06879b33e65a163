//! Work that must happen, at its time, also when the server is killed meanwhile.
//!
//! A job is a row: what sort of work (`kind`), on what (`key`), when. It is set in the transaction of the verb that needs it, so it is
//! there exactly if that verb's change is. There is one of a kind for a key: setting it again moves it. A [`Worker`] takes what is due
//! under a lease, and runs the handler of that kind **at least once**: a handler asks first whether its work is still to be done.
//!
//! A handler that fails is tried again, later each time; after `attempts` it is parked with its error, which `jobs_parked` shows, and
//! stays there until it is scheduled anew.

mod store;
mod worker;

pub use store::{MIGRATIONS, cancel, schedule};
pub use worker::{Turn, Wake, Worker};

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use carillon_core::{Problem, Timestamp};
use futures::{FutureExt, future::BoxFuture};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Work in the background: the timers of calls, and the erasing of what is past its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Jobs that run at the same time in one process; the others wait for their turn.
    pub at_once: usize,
    /// Seconds after which a job is begun anew when the process that ran it has died. One that takes longer than three quarters of them is
    /// cut off and tried again: the clocks of processes that share a database must agree within the last quarter.
    pub lease_seconds: u32,
    /// Times that a job is tried before it is given up and kept with its error, where the metric `carillon_jobs_parked` counts it. Between
    /// two tries pass 1, 2, 4 .. seconds, 5 minutes at most.
    pub attempts: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { at_once: 32, lease_seconds: 30, attempts: 12 }
    }
}

/// A job that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub kind: &'static str,
    /// What it is about: a call, a session.
    pub key: Uuid,
    /// When it should run.
    pub run_at: Timestamp,
    /// What the handler needs to know: JSON, at most 16 KiB.
    pub payload: String,
    /// 1 at the first try.
    pub attempt: u32,
}

/// How a handler ends that has not failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The same again, then. It is not a failure and may go on for ever.
    Again(Timestamp),
}

type Run = Arc<dyn Fn(Job) -> BoxFuture<'static, Result<Outcome, Problem>> + Send + Sync>;

#[derive(Clone)]
struct Handler {
    run: Run,
    /// Of work that takes longer than a lease: it is lengthened meanwhile, up to this.
    longest: Option<Duration>,
}

/// What to do for each kind of job. Each crate has a table, the worker role joins them.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<&'static str, Handler>);

impl Handlers {
    pub fn new() -> Self {
        Self::default()
    }

    /// # Panics
    /// When the kind has a handler already.
    #[must_use]
    pub fn on<F>(self, kind: &'static str, handler: impl Fn(Job) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Outcome, Problem>> + Send + 'static,
    {
        self.put(kind, Arc::new(move |job| handler(job).boxed()), None)
    }

    /// For work that takes minutes: its lease is lengthened as long as it runs, and it is cut off after `longest`.
    ///
    /// # Panics
    /// When the kind has a handler already.
    #[must_use]
    pub fn on_long<F>(self, kind: &'static str, longest: Duration, handler: impl Fn(Job) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Outcome, Problem>> + Send + 'static,
    {
        self.put(kind, Arc::new(move |job| handler(job).boxed()), Some(longest))
    }

    fn put(mut self, kind: &'static str, run: Run, longest: Option<Duration>) -> Self {
        let twice = self.0.insert(kind, Handler { run, longest });
        assert!(twice.is_none(), "two handlers for the job {kind}");
        self
    }

    /// # Panics
    /// When both have a handler for one kind.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        for (kind, handler) in others.0 {
            assert!(self.0.insert(kind, handler).is_none(), "two handlers for the job {kind}");
        }
        self
    }
}
