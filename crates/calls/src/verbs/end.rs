//! End a call.

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Cx, Done, Prep, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    call::Input,
    legs::{CallFor, Lock, call_for, drive},
    model::Told,
};

/// End a call for everybody in it. One that has ended stays as it ended.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndCall {
    pub call: CallId,
    #[serde(skip)]
    #[schema(ignore)]
    pub lock: Lock,
}

impl Verb for EndCall {
    const ACTION: Action = Action::CallEnd;
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
        let moved = drive(cx, on.call, Input::End).await?;
        let answer = Told { call: moved.view(cx) };
        let what = json!({ "ended": answer.call.end_reason });
        Ok(moved.done(answer, what))
    }
}
