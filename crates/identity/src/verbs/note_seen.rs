//! Note which sessions are in use.

use std::collections::HashMap;

use carillon_core::{Action, Problem, SessionId, Timestamp};
use carillon_gate::{Change, Cx, Done, Empty, Verb};
use serde_json::json;

use crate::store;

/// Note which sessions are in use, many at once: a session that nobody uses ends.
pub struct NoteSeen {
    pub sessions: HashMap<SessionId, Timestamp>,
}

impl Verb for NoteSeen {
    const ACTION: Action = Action::SessionNoteSeen;
    type On = ();
    type Answer = Empty;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        for (session, seen_at) in &self.sessions {
            store::note_seen(&mut cx.tx, *session, *seen_at).await?;
        }
        Ok(Done::changed(Empty {}, Change { subject: "sessions".into(), what: json!({ "count": self.sessions.len() }) }))
    }
}
