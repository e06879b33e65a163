//! The door itself.

use std::{sync::Arc, time::Instant};

use carillon_core::{Action, Kind, Principal, Problem, Timestamp};
use carillon_db::Database;
use carillon_policy::{Decision, Policy};
use serde::Serialize;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::{
    Engines, Hub, Metrics, Opening, Pass, Prep, Signals, Verb, View,
    act::Act,
    places::{Place, Places},
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
    acts: Places,
    looks: Places,
    refusals: Refusals,
    clock: fn() -> Timestamp,
    runtime: tokio::runtime::Handle,
    /// Refusals on their way to the record.
    noting: TaskTracker,
}

/// An act's answer on its way.
type Coming<V> = oneshot::Receiver<Result<<V as Verb>::Answer, Problem>>;

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
            acts: Places::default(),
            looks: Places::default(),
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
    pub async fn act<V: Verb>(&self, who: &Principal, verb: V) -> Result<V::Answer, Problem> {
        let since = Instant::now();
        match self.queue(who, verb, since).await {
            Ok(answer) => answer.await.unwrap_or_else(|_| Err(Problem::unknown("the act was lost on its way"))),
            Err(problem) => {
                self.0.metrics.ended(V::ACTION, Some(problem.kind), since.elapsed());
                Err(problem)
            }
        }
    }

    async fn queue<V: Verb>(&self, who: &Principal, mut verb: V, since: Instant) -> Result<Coming<V>, Problem> {
        let now = self.now();
        let place = self.0.acts.take(who)?;
        verb.prepare(&Prep { who, now, gate: self }).await?;
        let (reply, answer) = oneshot::channel();
        let act = Act { gate: self.0.clone(), who: who.clone(), now, verb, fate: None, reply, since, _place: place };
        self.0.database.write(Box::new(act)).await?;
        Ok(answer)
    }

    /// Looks at one consistent moment.
    pub async fn see<W: View>(&self, who: &Principal, view: W) -> Result<W::Sight, Problem> {
        let place = self.0.looks.take(who)?;
        see::see(&self.0, who, view, self.now(), place).await
    }

    /// What a pass asks again takes no place: each pass asks for one thing at a time, and must not fall because there are many.
    pub(crate) async fn see_again<W: View>(&self, who: &Principal, view: W) -> Result<W::Sight, Problem> {
        see::see(&self.0, who, view, self.now(), Place::UNCOUNTED).await
    }

    /// Of one whom nobody knows, who gets no further than the door: counted by why, and recorded like a refusal if what they showed does
    /// not hold. Who shows nothing is only counted.
    pub fn turn_away(&self, who: &Principal, action: Action, why: Problem) -> Problem {
        if why.kind == Kind::Unauthenticated {
            self.0.metrics.unknown(why.name.unwrap_or(why.kind.name()));
            if let Some(name) = why.name {
                self.0.record(who, action, &[name.to_owned()], String::new(), self.now());
            }
        }
        why
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
    pub(crate) fn refuse(self: &Arc<Self>, who: &Principal, action: Action, refused: Refused, now: Timestamp) -> Problem {
        let Refused { decision, subject } = refused;
        self.metrics.refused(action);
        self.record(who, action, &decision.reasons, subject, now);
        match (who, decision.reasons.as_slice()) {
            (Principal::Anonymous { .. }, _) => Problem::unauthenticated("sign in first, then ask again"),
            // Whoever may not know that it is there hears what they would hear if it were not.
            (_, [hidden, what]) if hidden == "missing" => Problem::missing(what),
            _ => Problem::refused(format!("the rules of this place do not allow it ({})", decision.reasons.join(", "))),
        }
    }

    /// The answer does not wait, and where it is made nobody may.
    fn record(self: &Arc<Self>, who: &Principal, action: Action, reasons: &[String], subject: String, now: Timestamp) {
        let drafts = self.refusals.count(who, action, reasons, subject, now);
        if !drafts.is_empty() {
            let gate = self.clone();
            self.noting.spawn_on(async move { gate.note(drafts).await }, &self.runtime);
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

/// A decision that was no, and what it was about: as far as the facts tell.
pub(crate) struct Refused {
    decision: Arc<Decision>,
    subject: String,
}

impl Refused {
    pub(crate) fn of(decision: Arc<Decision>, on: &impl Serialize) -> Self {
        let facts = serde_json::to_value(on).unwrap_or_default();
        let named = [("room", "room"), ("owner", "person"), ("with", "person"), ("target", "person")];
        let subject = named.iter().find_map(|(fact, kind)| Some(format!("{kind}:{}", facts.get(fact)?.as_str()?)));
        Self { decision, subject: subject.unwrap_or_default() }
    }
}
