//! Answer a call, enter it, or come back to it.

use carillon_core::{Action, CallId, Problem, RequestId};
use carillon_gate::{Cx, Done, Prep, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    call::{Input, Join},
    legs::{CallFor, Held, Lock, Moved, call_for, drive, repeats, standing},
    model::{Entered, LegKind, Media},
    store,
};

/// Answer a ringing call, enter a live one, or come back: the same person on the same device stays the same participant, with a new leg.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JoinCall {
    pub call: CallId,
    pub request_id: RequestId,
    /// What one sends: as before, or as the call was started with, unless said.
    pub media: Option<Media>,
    #[serde(skip)]
    #[schema(ignore)]
    pub lock: Lock,
    #[serde(skip)]
    #[schema(ignore)]
    pub held: Held,
}

impl Verb for JoinCall {
    const ACTION: Action = Action::CallJoin;
    type On = CallFor;
    type Answer = Entered;

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

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Entered>, Problem> {
        let (member, device) = standing(cx.who)?;
        if let Some(call) = repeats(cx, self.request_id, &self.held).await? {
            if call.id != self.call {
                return Err(Problem::conflict("this `requestId` entered another call: make a new one"));
            }
            return Ok(Done::repeated(Moved::nothing(call).entered(cx)?));
        }
        let name = store::name(&mut cx.tx, member).await?;
        let (id, request) = (cx.new_id(), Some(self.request_id));
        let join = Join { id, member, name, device, request, kind: LegKind::Socket, media: self.media };
        let moved = drive(cx, on.call, Input::Join(join)).await?;
        let answer = moved.entered(cx)?;
        let what = json!({ "joined": answer.participant });
        Ok(moved.done(answer, what))
    }
}
