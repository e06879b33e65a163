//! End a session to which nobody posted anything for too long.

use carillon_core::{Action, Problem, Timestamp, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Prep, Verb};
use serde_json::json;
use uuid::Uuid;

use crate::{
    model::LeaveReason,
    webrtc::{
        Config,
        leg::{Lock, SessionFor, end, session_for},
        model::State,
    },
};

/// Ends it if it is idle; answers when to look again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpireSession {
    pub id: WebrtcSessionId,
    pub lock: Lock,
}

impl Verb for ExpireSession {
    const ACTION: Action = Action::WebrtcPurge;
    type On = SessionFor;
    type Answer = Option<Timestamp>;

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

    async fn apply(&self, SessionFor { session, .. }: SessionFor, cx: &mut Cx<'_>) -> Result<Done<Self::Answer>, Problem> {
        let due = session.updated_at.plus(cx.engines.get::<Config>()?.idle());
        if !session.state.is_open() {
            return Ok(Done::repeated(None));
        }
        if cx.now < due {
            return Ok(Done::repeated(Some(due)));
        }
        let legs = end(cx, &session, State::Expired, LeaveReason::Lost).await?;
        let change = Change::of("webrtc", session.id, json!({ "call": session.call, "expired": true, "candidates": session.candidates }));
        Ok(legs.into_iter().fold(Done::changed(None, change), |done, moved| moved.hinted(done)))
    }
}
