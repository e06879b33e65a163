//! How a leg is, and the call as it is.

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Cx, Done, Prep, Verb};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    legs::{CallFor, Lock, Moved, call_for, set_leg},
    model::Told,
};

/// What a client says of its leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LegWord {
    Connected,
    Reconnecting,
}

/// Ask how a call is; with `leg`, say how one's own part of it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetLeg {
    pub call: CallId,
    pub leg: Option<LegWord>,
    #[serde(skip)]
    #[schema(ignore)]
    pub lock: Lock,
}

impl Verb for SetLeg {
    const ACTION: Action = Action::CallState;
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
        let moved = match self.leg {
            Some(leg) => set_leg(cx, on.call, leg == LegWord::Connected).await?,
            None => Moved::nothing(on.call),
        };
        let answer = Told { call: moved.view(cx) };
        Ok(moved.kept(answer))
    }
}
