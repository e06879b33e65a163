//! End a session: this one, or another of one's own.

use carillon_core::{Action, PersonId, Problem, SessionId};
use carillon_gate::{Change, Cx, Done, Empty, Topic, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{model::EndReason, store};

/// Sign out.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOut {}

/// End one of one's own sessions.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSession {
    pub session: SessionId,
}

/// Whose the session is.
#[derive(Debug, Serialize)]
pub struct Owned {
    owner: Option<PersonId>,
}

impl Verb for SignOut {
    const ACTION: Action = Action::SessionEnd;
    type On = Owned;
    type Answer = Empty;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Owned, Problem> {
        Ok(Owned { owner: cx.who.person() })
    }

    async fn apply(&self, _: Owned, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let session = cx.who.session().ok_or_else(|| Problem::missing("session"))?;
        end(cx, session).await
    }
}

impl Verb for EndSession {
    const ACTION: Action = Action::SessionEnd;
    type On = Owned;
    type Answer = Empty;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.session.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Owned, Problem> {
        let session = store::session(&mut cx.tx, self.session).await?.ok_or_else(|| Problem::missing("session"))?;
        Ok(Owned { owner: Some(session.person) })
    }

    async fn apply(&self, _: Owned, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        end(cx, self.session).await
    }
}

async fn end(cx: &mut Cx<'_>, session: SessionId) -> Result<Done<Empty>, Problem> {
    if !store::end_session(&mut cx.tx, session, EndReason::SignedOut, cx.now).await? {
        return Ok(Done::repeated(Empty {}));
    }
    let change = Change::of("session", session, json!({ "ended": EndReason::SignedOut.word() }));
    Ok(Done::changed(Empty {}, change).hint(Topic::Session(session), cx.now.0))
}
