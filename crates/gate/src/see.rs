//! One look: load, decide, show, on one snapshot of a reader.

use std::sync::Arc;

use carillon_audit::{Actor, Outcome};
use carillon_core::{DataClass, Principal, Problem, Timestamp};
use carillon_db::Tx;
use carillon_policy::Decision;
use serde_json::json;
use tokio::sync::oneshot;

use crate::{
    Cx, View,
    act::Note,
    door::{Inner, Refused},
    places::Place,
};

pub(crate) async fn see<W: View>(gate: &Arc<Inner>, who: &Principal, view: W, now: Timestamp, place: Place) -> Result<W::Sight, Problem> {
    let (inner, asker, subject) = (gate.clone(), who.clone(), view.subject());
    let look = gate.database.read(move |tx| {
        Box::pin(async move {
            let _place = place; // held until the look is over, also when its asker left long before
            look(&inner, &asker, now, view, tx).await
        })
    });
    let (decision, sight) = match look.await? {
        Look::Seen(decision, sight) => (decision, sight),
        Look::Refused(refused) => return Err(gate.refuse(who, W::ACTION, refused, now)),
    };
    if W::CLASS == DataClass::Sensitive {
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

enum Look<S> {
    Seen(Arc<Decision>, S),
    Refused(Refused),
}

async fn look<W: View>(gate: &Inner, who: &Principal, now: Timestamp, view: W, tx: Tx<'_>) -> Result<Look<W::Sight>, Problem> {
    let mut cx = Cx::new(who, now, tx, &gate.engines);
    let on = view.load(&mut cx).await?;
    let decision = gate.policy.decide(who, W::ACTION, &on);
    if !decision.allow {
        return Ok(Look::Refused(Refused::of(decision, &on)));
    }
    cx.obligations.clone_from(&decision.obligations);
    let sight = view.show(on, &mut cx).await?;
    Ok(Look::Seen(decision, sight))
}
