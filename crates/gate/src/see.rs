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
    let (inner, asker) = (gate.clone(), who.clone());
    let look = gate.database.read(move |tx| Box::pin(async move { look(&inner, &asker, now, view, tx).await }));
    let sight = match look.await? {
        Ok(sight) => sight,
        Err(decision) => return Err(gate.refuse(who, W::ACTION, &decision, now)),
    };
    if W::ACTION.class() == DataClass::Sensitive {
        // What is sensitive is shown only when it is on record that it was.
        let (told, kept) = oneshot::channel();
        let (who, what) = (Actor::from(who), json!({}));
        let note =
            Note { gate: gate.clone(), who, action: W::ACTION, at: now, outcome: Outcome::Done, reasons: vec![], what, told: Some(told) };
        gate.database.write(Box::new(note)).await?;
        kept.await.map_err(Problem::broken)??;
    }
    Ok(sight)
}

type Looked<S> = Result<S, Arc<Decision>>;

async fn look<W: View>(gate: &Inner, who: &Principal, now: Timestamp, view: W, tx: Tx<'_>) -> Result<Looked<W::Sight>, Problem> {
    let mut cx = Cx::new(who, now, tx, &gate.engines);
    let on = view.load(&mut cx).await?;
    let decision = gate.policy.decide(who, W::ACTION, &on);
    if !decision.allow {
        return Ok(Err(decision));
    }
    cx.obligations.clone_from(&decision.obligations);
    view.show(on, &mut cx).await.map(Ok)
}
