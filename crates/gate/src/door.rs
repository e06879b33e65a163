//! The door itself.

use std::{sync::Arc, time::Instant};

use carillon_core::{Action, Principal, Problem, Timestamp};
use carillon_db::Database;
use carillon_policy::{Decision, Policy};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::{
    Engines, Hub, Metrics, Opening, Pass, Prep, Signals, Verb, View,
    act::Act,
    places::Places,
    refusals::{Draft, Refusals},
    see,
};

/// The gate of one process. Clones share it.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

pub(crate) struct Inner {
    pub database: Database,
    pub policy: Policy,
    pub engines: Engines,
    pub hub: Hub,
    pub signals: Signals,
    pub metrics: Metrics,
    places: Places,
    refusals: Refusals,
    clock: fn() -> Timestamp,
    runtime: tokio::runtime::Handle,
    /// Refusals on their way to the record.
    noting: TaskTracker,
}

impl Gate {
    /// Must be called within a tokio runtime. `clock` is the one clock that acts go by.
    pub fn new(database: Database, policy: Policy, engines: Engines, hub: Hub, clock: fn() -> Timestamp) -> Self {
        Self(Arc::new(Inner {
            database,
            policy,
            engines,
            hub,
            signals: Signals::default(),
            metrics: Metrics::default(),
            places: Places::default(),
            refusals: Refusals::default(),
            clock,
            runtime: tokio::runtime::Handle::current(),
            noting: TaskTracker::new(),
        }))
    }

    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }
    pub fn signals(&self) -> &Signals {
        &self.0.signals
    }
    pub fn engines(&self) -> &Engines {
        &self.0.engines
    }
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// Does it, durably, or says why not. Once queued it is finished, whoever leaves.
    pub async fn act<V: Verb>(&self, who: &Principal, mut verb: V) -> Result<V::Answer, Problem> {
        let (since, now) = (Instant::now(), self.now());
        let place = self.0.places.take(who)?;
        verb.prepare(&Prep { who, now, gate: self }).await?;
        let (reply, answer) = oneshot::channel();
        let act = Act { gate: self.0.clone(), who: who.clone(), now, verb, done: None, refused: None, reply, since, _place: place };
        self.0.database.write(Box::new(act)).await?;
        answer.await.unwrap_or_else(|_| Err(Problem::unknown("the act was lost on its way")))
    }

    /// Looks at one consistent moment.
    pub async fn see<W: View>(&self, who: &Principal, view: W) -> Result<W::Sight, Problem> {
        see::see(&self.0, who, view, self.now()).await
    }

    /// Decides once for all signals that follow.
    pub async fn pass<W: Opening>(&self, who: &Principal, opening: W) -> Result<(Pass<W>, W::Sight), Problem> {
        Pass::open(self, who, opening).await
    }

    /// Writes down the refusals of the minute that is over; whoever starts the process calls it every few seconds.
    pub async fn sweep_refusals(&self, now: Timestamp) {
        self.0.note(self.0.refusals.sweep(now)).await;
    }

    /// Writes down all refusals that are only counted so far, and waits for those on their way: before the database is closed.
    pub async fn flush_refusals(&self) {
        self.0.note(self.0.refusals.flush(self.now())).await;
        self.0.noting.close();
        self.0.noting.wait().await;
        self.0.noting.reopen();
    }
}

impl Inner {
    /// The refusal in words, once counted and recorded beside the transaction that was undone.
    pub(crate) fn refuse(self: &Arc<Self>, who: &Principal, action: Action, decision: &Decision, now: Timestamp) -> Problem {
        self.metrics.refused(action);
        let drafts = self.refusals.count(who, action, &decision.reasons, now);
        if !drafts.is_empty() {
            // The answer does not wait, and where it is made nobody may.
            let gate = self.clone();
            self.noting.spawn_on(async move { gate.note(drafts).await }, &self.runtime);
        }
        match who {
            Principal::Anonymous { .. } => Problem::unauthenticated("sign in first, then ask again"),
            _ => Problem::refused(format!("the rules of this place do not allow it ({})", decision.reasons.join(", "))),
        }
    }

    async fn note(self: &Arc<Self>, drafts: Vec<Draft>) {
        for draft in drafts {
            if let Err(why) = self.database.write(draft.note(self.clone())).await {
                tracing::warn!(%why, "a refusal was not recorded");
            }
        }
    }
}
