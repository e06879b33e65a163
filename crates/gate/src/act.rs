//! One act: load, decide, apply, record; its answer waits for the commit.

use std::{sync::Arc, time::Instant};

use carillon_audit::{Actor, Event, Outcome, record};
use carillon_core::{Action, Kind, Principal, Problem, Timestamp};
use carillon_db::{Tx, Unit, Verdict};
use carillon_policy::Decision;
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    Change, Cx, Done, Verb,
    door::Inner,
    places::Place,
    verb::{End, UNRECORDED},
};

pub(crate) struct Act<V: Verb> {
    pub gate: Arc<Inner>,
    pub who: Principal,
    pub now: Timestamp,
    pub verb: V,
    pub done: Option<Result<Done<V::Answer>, Problem>>,
    /// The decision, if it was no.
    pub refused: Option<Arc<Decision>>,
    pub reply: oneshot::Sender<Result<V::Answer, Problem>>,
    pub since: Instant,
    /// Held until the act is over, also when its asker left long before.
    pub _place: Place,
}

impl<V: Verb> Unit for Act<V> {
    fn locks(&self) -> Vec<Uuid> {
        self.verb.locks()
    }

    fn run<'t>(&'t mut self, tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            self.done = None; // an earlier run was undone
            let start = Instant::now();
            self.refused = None;
            let done = perform(&self.gate, &self.who, self.now, &self.verb, tx, &mut self.refused).await;
            self.gate.metrics.ran(V::ACTION, start.elapsed());
            let verdict = match &done {
                Ok(Done { end: End::Changed(..) | End::Kept(_) | End::Failed(..), .. }) => Verdict::Keep,
                Err(problem) if problem.kind == Kind::Again => Verdict::Again,
                // Also a verb that wrote and said `repeated`.
                Ok(Done { end: End::Repeated(_), .. }) | Err(_) => Verdict::Undo,
            };
            self.done = Some(done);
            verdict
        })
    }

    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let answer = match (self.refused, self.done, committed) {
            (Some(decision), ..) => Err(self.gate.refuse(&self.who, V::ACTION, &decision, self.now)),
            (None, Some(Err(problem)), _) | (None, _, Err(problem)) => Err(problem),
            (None, None, Ok(())) => Err(Problem::broken(format!("{} never ran", V::ACTION))),
            (None, Some(Ok(done)), Ok(())) => {
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

async fn perform<V: Verb>(
    gate: &Inner,
    who: &Principal,
    now: Timestamp,
    verb: &V,
    tx: Tx<'_>,
    refused: &mut Option<Arc<Decision>>,
) -> Result<Done<V::Answer>, Problem> {
    let mut cx = Cx::new(who, now, tx, &gate.engines);
    let on = verb.load(&mut cx).await?;
    let decision = gate.policy.decide(who, V::ACTION, &on);
    if !decision.allow {
        *refused = Some(decision);
        return Err(Problem::refused(""));
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
    Ok(done)
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
        id: Uuid::now_v7(),
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
                id: Uuid::now_v7(),
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
