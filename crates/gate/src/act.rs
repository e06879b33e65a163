//! One act: load, decide, apply, record; its answer waits for the commit.

use std::{sync::Arc, time::Instant};

use carillon_audit::{Actor, Event, Outcome, record};
use carillon_core::{Action, Kind, Principal, Problem, Timestamp};
use carillon_db::{Tx, Unit, Verdict};
use carillon_platform::random;
use carillon_policy::Decision;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    Change, Cx, Done, Verb,
    door::{Inner, Refused},
    places::Place,
    verb::{End, UNRECORDED},
};

pub(crate) struct Act<V: Verb> {
    pub gate: Arc<Inner>,
    pub who: Principal,
    pub now: Timestamp,
    pub verb: V,
    /// Of its last run.
    pub fate: Option<Result<Fate<V::Answer>, Problem>>,
    pub reply: oneshot::Sender<Result<V::Answer, Problem>>,
    pub since: Instant,
    /// Held until the act is over, also when its asker left long before.
    pub _place: Place,
}

/// What becomes of an act that nothing went wrong with.
pub(crate) enum Fate<A> {
    Done(Done<A>),
    Refused(Refused),
}

impl<V: Verb> Unit for Act<V> {
    fn locks(&self) -> Vec<Uuid> {
        self.verb.locks()
    }

    fn run<'t>(&'t mut self, tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            self.fate = None; // an earlier run was undone
            let start = Instant::now();
            let fate = perform(&self.gate, &self.who, self.now, &self.verb, tx).await;
            self.gate.metrics.ran(V::ACTION, start.elapsed());
            let verdict = match &fate {
                Ok(Fate::Done(Done { end: End::Changed(..) | End::Kept(_) | End::Failed(..), .. })) => Verdict::Keep,
                Err(problem) if problem.kind == Kind::Again => Verdict::Again,
                // Also a verb that wrote and said `repeated`.
                Ok(Fate::Done(Done { end: End::Repeated(_), .. }) | Fate::Refused(_)) | Err(_) => Verdict::Undo,
            };
            self.fate = Some(fate);
            verdict
        })
    }

    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let answer = match (self.fate, committed) {
            (Some(Ok(Fate::Refused(refused))), _) => Err(self.gate.refuse(&self.who, V::ACTION, refused, self.now)),
            (Some(Err(problem)), _) | (_, Err(problem)) => Err(problem),
            (None, Ok(())) => Err(Problem::broken(format!("{} never ran", V::ACTION))),
            (Some(Ok(Fate::Done(done))), Ok(())) => {
                for hint in done.hints {
                    self.gate.hub.tell(hint);
                }
                match done.end {
                    End::Changed(answer, _) | End::Kept(answer) | End::Repeated(answer) => Ok(answer),
                    End::Failed(problem, _) => Err(problem),
                }
            }
        };
        self.gate.metrics.ended(V::ACTION, answer.as_ref().err().map(|problem| problem.kind), self.since.elapsed());
        let _ = self.reply.send(answer); // the asker may have gone
    }
}

async fn perform<V: Verb>(gate: &Inner, who: &Principal, now: Timestamp, verb: &V, tx: Tx<'_>) -> Result<Fate<V::Answer>, Problem> {
    let mut cx = Cx::new(who, now, tx, &gate.engines);
    let on = verb.load(&mut cx).await?;
    let decision = gate.policy.decide(who, V::ACTION, &on);
    if !decision.allow {
        return Ok(Fate::Refused(Refused::of(decision, &on)));
    }
    cx.obligations.clone_from(&decision.obligations);
    let done = verb.apply(on, &mut cx).await?;
    let kept = match &done.end {
        End::Changed(_, change) => Some((change, Outcome::Done)),
        End::Failed(_, change) => Some((change, Outcome::Failed)),
        End::Kept(_) if !UNRECORDED.contains(&V::ACTION) => {
            return Err(Problem::broken(format!("{} would keep what nobody recorded", V::ACTION)));
        }
        End::Kept(_) | End::Repeated(_) => None,
    };
    if let Some((change, outcome)) = kept {
        write_down(&mut cx, gate, V::ACTION, &decision, change, outcome).await?;
    }
    Ok(Fate::Done(done))
}

async fn write_down(
    cx: &mut Cx<'_>,
    gate: &Inner,
    action: Action,
    decision: &Decision,
    Change { subject, what }: &Change,
    outcome: Outcome,
) -> Result<(), Problem> {
    let event = Event {
        action,
        actor: Actor::from(cx.who),
        at: cx.now,
        id: random::id(),
        outcome,
        policy: gate.policy.version(),
        reasons: &decision.reasons,
        subject,
        v: 1,
        what,
    };
    record(&mut cx.tx, &event).await
}

/// An event about no change of a verb: refusals, and views of what is sensitive.
pub(crate) struct Note {
    pub gate: Arc<Inner>,
    pub who: Actor,
    pub action: Action,
    pub at: Timestamp,
    pub outcome: Outcome,
    pub reasons: Vec<String>,
    pub subject: String,
    pub what: Value,
    pub told: Option<oneshot::Sender<Result<(), Problem>>>,
}

impl Unit for Note {
    fn locks(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let event = Event {
                action: self.action,
                actor: self.who.clone(),
                at: self.at,
                id: random::id(),
                outcome: self.outcome,
                policy: self.gate.policy.version(),
                reasons: &self.reasons,
                subject: &self.subject,
                v: 1,
                what: &self.what,
            };
            // A failed statement is known to whoever ends the transaction, and told in `settle`.
            let _ = record(&mut tx, &event).await;
            Verdict::Keep
        })
    }

    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        if let Err(why) = &committed {
            tracing::warn!(action = %self.action, %why, "an audit note was not kept");
        }
        if let Some(told) = self.told {
            let _ = told.send(committed); // whoever saw may have gone
        }
    }
}
