//! End a negotiation, and its leg of the call.

use carillon_core::{Action, Problem, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Prep, Verb};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::LeaveReason,
    webrtc::{
        SessionView,
        leg::{Lock, SessionFor, end, give_up, session_for, view_of},
        model::State,
        store,
    },
};

/// End a session and its leg of the call: what was said is erased. Closing again answers the same; a leg that was left behind by its
/// session's end hangs up by it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseSession {
    pub id: WebrtcSessionId,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) lock: Lock,
}

impl Verb for CloseSession {
    const ACTION: Action = Action::WebrtcClose;
    type On = SessionFor;
    type Answer = SessionView;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.lock = Lock::find(prep, self.id).await?;
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<SessionFor, Problem> {
        session_for(cx, self.id).await
    }

    async fn apply(&self, SessionFor { session, .. }: SessionFor, cx: &mut Cx<'_>) -> Result<Done<SessionView>, Problem> {
        let legs = if session.state.is_open() {
            end(cx, &session, State::Closed, LeaveReason::Hangup).await?
        } else {
            let Some(left) = give_up(cx, &session).await? else { return Ok(Done::repeated(view_of(cx, &session).await?)) };
            vec![left]
        };
        let session = store::session(&mut cx.tx, self.id).await?.ok_or_else(|| Problem::missing("session"))?;
        let answer = view_of(cx, &session).await?;
        let change = Change::of("webrtc", session.id, json!({ "call": session.call, "closed": true, "candidates": session.candidates }));
        Ok(legs.into_iter().fold(Done::changed(answer, change), |done, moved| moved.hinted(done)))
    }
}
