//! Hang up, decline, take a call back.

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Cx, Done, Prep, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    legs::{CallFor, Lock, call_for, leave},
    model::{LeaveReason, Told},
};

/// What one says on leaving.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Leaving {
    #[default]
    Hangup,
    Declined,
    Busy,
    Cancelled,
}

/// End one's own part: hang up, or decline a call that rings. Who has left already leaves it as it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeaveCall {
    pub call: CallId,
    /// Whoever is in the call hangs up, or takes it back while it rings; whoever is called declines or is busy.
    #[serde(default)]
    pub reason: Leaving,
    #[serde(skip)]
    #[schema(ignore)]
    pub lock: Lock,
}

impl Verb for LeaveCall {
    const ACTION: Action = Action::CallLeave;
    type On = CallFor;
    type Answer = Told;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.lock = Lock::find(prep, self.call).await?;
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
        call_for(cx, self.call).await
    }

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Told>, Problem> {
        let reason = match self.reason {
            Leaving::Hangup => LeaveReason::Hangup,
            Leaving::Declined => LeaveReason::Declined,
            Leaving::Busy => LeaveReason::Busy,
            Leaving::Cancelled => LeaveReason::Cancelled,
        };
        let participant = on.participant;
        let moved = leave(cx, on.call, reason).await?;
        let answer = Told { call: moved.view(cx) };
        Ok(moved.done(answer, json!({ "left": participant, "reason": reason })))
    }
}
