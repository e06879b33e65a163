//! What the server does with a call by itself: timers, lost devices, its own start.

use carillon_core::{Action, CallId, ParticipantId, PersonId, Problem, RoomId, Timestamp};
use carillon_gate::{Cx, Done, Empty, Prep, Verb};
use carillon_rooms::room_for;
use serde_json::json;
use uuid::Uuid;

use crate::{
    call::{Input, Timer},
    legs::{CallFor, Lock, call_for, drive},
    store,
};

macro_rules! by_call {
    () => {
        type On = CallFor;
        type Answer = Empty;

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
    };
}

/// A timer of a call is due.
#[derive(Debug)]
pub(crate) struct TickCall {
    pub call: CallId,
    pub timer: Timer,
    pub due: Timestamp,
    pub lock: Lock,
}

impl Verb for TickCall {
    const ACTION: Action = Action::CallTick;
    by_call!();

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        // Whoever says that it is due may have the faster clock.
        cx.now = cx.now.max(self.due);
        let moved = drive(cx, on.call, Input::Due(self.timer)).await?;
        let what = json!({ "due": format!("{:?}", self.timer), "ended": moved.call.end_reason });
        Ok(moved.done(Empty {}, what))
    }
}

/// The socket that held a leg is gone.
#[derive(Debug)]
pub(crate) struct LoseLeg {
    pub call: CallId,
    pub participant: ParticipantId,
    pub leg: i64,
    pub lock: Lock,
}

impl Verb for LoseLeg {
    const ACTION: Action = Action::CallState;
    by_call!();

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let moved = drive(cx, on.call, Input::Gone { participant: self.participant, leg: self.leg }).await?;
        Ok(moved.kept(Empty {}))
    }
}

/// Whoever no longer belongs to a room is no longer in its call, on any device.
#[derive(Debug)]
pub(crate) struct PutOut {
    pub room: RoomId,
    pub member: PersonId,
}

impl Verb for PutOut {
    const ACTION: Action = Action::CallTick;
    type On = ();
    type Answer = Empty;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let Self { room, member } = *self;
        let back = room_for(&mut cx.tx, room, Some(member)).await?.membership.is_some();
        let Some(call) = store::live_in(&mut cx.tx, room).await?.filter(|_| !back) else { return Ok(Done::repeated(Empty {})) };
        let moved = drive(cx, call, Input::PutOut { member }).await?;
        Ok(moved.done(Empty {}, json!({ "putOut": member })))
    }
}

/// The server has started: all sockets are gone, and graces begin now.
#[derive(Debug)]
pub(crate) struct GracesAnew {
    pub call: CallId,
    pub room: RoomId,
}

impl Verb for GracesAnew {
    const ACTION: Action = Action::CallTick;
    type On = CallFor;
    type Answer = Empty;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
        call_for(cx, self.call).await
    }

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let moved = drive(cx, on.call, Input::Anew).await?;
        Ok(moved.done(Empty {}, json!({ "graces": "anew" })))
    }
}
