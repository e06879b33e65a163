//! End the history of a session: nobody is named any more.

use carillon_core::{Action, Problem, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Verb};
use serde_json::json;
use uuid::Uuid;

use crate::webrtc::{model::Session, store};

/// What stays are times, state, counts and hashes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PurgeSession {
    pub id: WebrtcSessionId,
}

impl Verb for PurgeSession {
    const ACTION: Action = Action::WebrtcPurge;
    type On = ();
    type Answer = ();

    fn locks(&self) -> Vec<Uuid> {
        vec![self.id.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        match store::session(&mut cx.tx, self.id).await? {
            Some(Session { closed_at: Some(_), purged_at: None, .. }) => {}
            _ => return Ok(Done::repeated(())),
        }
        store::purge(&mut cx.tx, self.id, cx.now).await?;
        Ok(Done::changed((), Change::of("webrtc", self.id, json!({ "purged": true }))))
    }
}
