//! One look: load, decide, show, on one snapshot of a reader.

use std::sync::Arc;

use carillon_audit::{Actor, Outcome};
use carillon_core::{DataClass, Principal, Problem, Timestamp};
use carillon_db::Tx;
use carillon_policy::Decision;
use serde_json::json;
use tokio::sync::oneshot;

use crate::{Cx, View, act::Note, door::Inner};

pub(crate) async fn see<W: View>(gate: &Arc<Inner>, who: &Principal, view: W, now: Timestamp) -> Result<W::Sight, Problem> {
    let sensitive = W::CLASS == DataClass::Sensitive;
    let subject = if sensitive { view.subject() } else { String::new() };
    let (inner, asker) = (gate.clone(), who.clone());
    let look = gate.database.read(move |tx| Box::pin(async move { look(&inner, &asker, now, view, tx).await }));
    let (decision, sight) = look.await?;
    let Some(sight) = sight else { return Err(gate.refuse(who, W::ACTION, &decision, now)) };
    if sensitive {
        let (told, kept) = oneshot::channel();
        let note = Note {
            gate: gate.clone(),
            who: Actor::from(who),
            action: W::ACTION,
            at: now,
            outcome: Outcome::Done,
            reasons: decision.reasons.clone(),
            subject,
            what: json!({}),
            told: Some(told),
        };
        gate.database.write(Box::new(note)).await?;
        kept.await.map_err(Problem::broken)??;
    }
    Ok(sight)
}

/// The decision, and what is to be seen if it is yes.
async fn look<W: View>(
    gate: &Inner,
    who: &Principal,
    now: Timestamp,
    view: W,
    tx: Tx<'_>,
) -> Result<(Arc<Decision>, Option<W::Sight>), Problem> {
    let mut cx = Cx::new(who, now, tx, &gate.engines);
    let on = view.load(&mut cx).await?;
    let decision = gate.policy.decide(who, W::ACTION, &on);
    if !decision.allow {
        return Ok((decision, None));
    }
    cx.obligations.clone_from(&decision.obligations);
    let sight = view.show(on, &mut cx).await?;
    Ok((decision, Some(sight)))
}
