//! Takes what is due and runs it.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use carillon_core::{Problem, Timestamp};
use carillon_db::Database;
use futures::FutureExt;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};
use tracing::{error, warn};
use uuid::Uuid;

use super::{
    Config, Handlers, Job, Outcome,
    store::{self, End, Taken},
};
use crate::{clock, random, tasks::Tasks};

/// So often it looks for what others have scheduled, whether or not somebody woke it.
const LOOK: Duration = Duration::from_secs(1);
/// What another worker is just taking is not asked for without pause.
const SHORTEST: Duration = Duration::from_millis(10);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// A newer node knows this kind, or an older one has left it.
const UNKNOWN_PAUSE: Duration = Duration::from_mins(1);

/// Runs the jobs that are due, some at the same time. Several may stand on one database.
#[derive(Clone)]
pub struct Worker(Arc<Inner>);

struct Inner {
    db: Database,
    handlers: Handlers,
    config: Config,
    tasks: Tasks,
    places: Arc<Semaphore>,
    wake: Wake,
    metrics: Metrics,
}

/// Wakes the worker of this process, after a commit that scheduled something for now. Others find it within a second.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// What one look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Jobs that were taken, and run now.
    pub taken: usize,
    /// When the next is due.
    pub next: Option<Timestamp>,
}

impl Worker {
    pub fn new(db: Database, handlers: Handlers, config: Config, tasks: Tasks) -> Self {
        let places = Arc::new(Semaphore::new(config.at_once.max(1)));
        Self(Arc::new(Inner { db, handlers, config, tasks, places, wake: Wake::default(), metrics: Metrics::default() }))
    }

    pub fn waker(&self) -> Wake {
        self.0.wake.clone()
    }

    pub fn register(&self, registry: &mut Registry) {
        self.0.metrics.register(registry);
    }

    /// Works until the tasks are told to stop. Jobs that run then have the grace of [`Tasks::stop`]; what is cut off is run again.
    pub fn start(&self) {
        let worker = self.clone();
        self.0.tasks.spawn("jobs", async move {
            let stopping = worker.0.tasks.stopping().clone();
            while !stopping.is_cancelled() {
                let now = clock::now();
                let pause = match worker.turn(now).await {
                    Ok(turn) => turn.next.map_or(LOOK, |next| next.since(now).clamp(SHORTEST, LOOK)),
                    Err(why) => {
                        warn!(%why, "jobs cannot be taken");
                        LOOK
                    }
                };
                tokio::select! {
                    () = stopping.cancelled() => {}
                    () = worker.0.wake.0.notified() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
        });
    }

    /// Takes what is due at `now`, as much as there are places, and starts it.
    pub async fn turn(&self, now: Timestamp) -> Result<Turn, Problem> {
        let Inner { db, places, metrics, .. } = &*self.0;
        let most = places.available_permits();
        let (next, parked) = db.read(|mut tx| async move { store::next(&mut tx).await }.boxed()).await?;
        metrics.parked.set(parked);
        metrics.late.set(next.map_or(0.0, |next| now.since(next).as_secs_f64()));
        if most == 0 || next.is_none_or(|next| next > now) {
            // Without a place, the end of a run wakes.
            let next = if most == 0 { None } else { next };
            return Ok(Turn { taken: 0, next });
        }
        let (engine, lease, until) = (db.kind(), random::uuid(now), now.plus(self.lease()));
        let taken = self.0.db.run(vec![], move |tx| store::take(tx, engine, now, most as i64, lease, until).boxed()).await?;
        let turn = Turn { taken: taken.len(), next: if taken.is_empty() { next } else { Some(now) } };
        for job in taken {
            let place = places.clone().try_acquire_owned().map_err(Problem::broken)?;
            let worker = self.clone();
            self.0.tasks.spawn("job", async move { worker.run(job, lease, now, place).await });
        }
        Ok(turn)
    }

    /// Waits until none of the jobs it took is running.
    pub async fn idle(&self) {
        let all = u32::try_from(self.0.config.at_once.max(1)).unwrap_or(u32::MAX);
        drop(self.0.places.acquire_many(all).await);
    }

    async fn run(&self, taken: Taken, lease: Uuid, now: Timestamp, place: OwnedSemaphorePermit) {
        let (began, attempt) = (Instant::now(), u32::try_from(taken.attempt).unwrap_or(u32::MAX));
        let config = &self.0.config;
        let (outcome, end) = match self.0.handlers.0.get_key_value(taken.kind.as_str()) {
            None => {
                warn!(kind = taken.kind, "a job that nobody here knows is left to others");
                ("unknown", End::Left(now.plus(UNKNOWN_PAUSE)))
            }
            // It never came to an end: it may be what kills the process.
            Some(_) if attempt > config.attempts => ("parked", End::Parked("no try has ended in its time".into())),
            Some((kind, handler)) => {
                let job = Job { kind, key: taken.key, run_at: taken.run_at, payload: taken.payload.clone(), attempt };
                let run = AssertUnwindSafe(async { (handler.run)(job).await }).catch_unwind();
                let ended = match handler.longest {
                    None => timeout(self.lease() * 3 / 4, run).await.ok(),
                    Some(longest) => timeout(longest, self.lengthening(&taken, lease, run)).await.ok().flatten(),
                };
                let ended = match ended {
                    Some(Ok(ended)) => ended.map_err(|why| why.to_string()),
                    Some(Err(_)) => Err("it panicked".into()),
                    None => Err("it took too long and was cut off".into()),
                };
                match ended {
                    Ok(Outcome::Done) => ("done", End::Done),
                    Ok(Outcome::Again(at)) => ("again", End::Again(at)),
                    Err(why) if attempt < config.attempts => {
                        warn!(kind, key = %taken.key, attempt, why, "a job failed and will be tried again");
                        let pause = FIRST_PAUSE.saturating_mul(1 << (attempt - 1).min(16)).min(LONGEST_PAUSE);
                        ("failed", End::Failed(now.plus(began.elapsed() + pause), why))
                    }
                    Err(why) => ("parked", End::Parked(why)),
                }
            }
        };
        if let End::Parked(why) = &end {
            error!(kind = taken.kind, key = %taken.key, attempt, why, "a job failed too often and is parked: it needs somebody");
        }
        self.0.metrics.ended.get_or_create(&Label { kind: taken.kind.clone(), outcome }).inc();
        let ended = Arc::new((taken, end));
        let write = self.0.db.run(vec![], move |tx| {
            let ended = ended.clone();
            async move { store::end(tx, &ended.0, lease, &ended.1).await }.boxed()
        });
        if let Err(why) = write.await {
            warn!(%why, "the end of a job could not be written: it will run again when its lease is over");
        }
        drop(place);
        self.0.wake.wake();
    }

    /// Runs it under a lease that is lengthened meanwhile; cuts it off when that fails for as long as the lease lasts.
    async fn lengthening<T>(&self, taken: &Taken, lease: Uuid, run: impl Future<Output = T>) -> Option<T> {
        let mut run = pin!(run);
        let mut stands = Instant::now() + self.lease() * 3 / 4;
        loop {
            tokio::select! {
                ended = &mut run => return Some(ended),
                () = tokio::time::sleep(self.lease() / 4) => {}
            }
            let (kind, key, until) = (taken.kind.clone(), taken.key, clock::now().plus(self.lease()));
            let write = self.0.db.run(vec![], move |tx| {
                let kind = kind.clone();
                async move { store::lengthen(tx, &kind, key, lease, until).await }.boxed()
            });
            match timeout(self.lease() / 4, write).await {
                Ok(Ok(true)) => stands = Instant::now() + self.lease() * 3 / 4,
                Ok(Ok(false)) => return None,
                _ if Instant::now() >= stands => return None,
                _ => warn!(kind = taken.kind, "the lease of a job could not be lengthened: it is tried again"),
            }
        }
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(self.0.config.lease_seconds.max(1).into())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Label {
    kind: String,
    outcome: &'static str,
}

#[derive(Default)]
struct Metrics {
    ended: Family<Label, Counter>,
    parked: Gauge,
    late: Gauge<f64, AtomicU64>,
}

impl Metrics {
    fn register(&self, registry: &mut Registry) {
        registry.register("jobs_ended", "Runs of jobs, by kind and how they ended", self.ended.clone());
        registry.register("jobs_parked", "Jobs that failed too often and wait for somebody", self.parked.clone());
        registry.register("jobs_late_seconds", "How long ago the oldest due job should have run", self.late.clone());
    }
}
