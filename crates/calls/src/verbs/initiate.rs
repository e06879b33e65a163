//! Start the call of a room, or call somebody.

use carillon_core::{Action, PersonId, Problem, RequestId, RoomId};
use carillon_gate::{Cx, Done, Prep, Verb};
use carillon_rooms::{RoomFor, room_for, verbs::direct_room};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    legs::{Entry, Held, Moved, enter, repeats, standing},
    model::{Entered, LegKind, Media},
    store,
    views::DirectOf,
};

/// Start a call in a room, or call an account: that is a call in the direct room of the two. Where a call is live already, this joins it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InitiateCall {
    /// Either this, or `account`.
    pub room: Option<RoomId>,
    pub account: Option<PersonId>,
    pub request_id: RequestId,
    pub media: Media,
    #[serde(skip)]
    #[schema(ignore)]
    pub locks: Vec<Uuid>,
    #[serde(skip)]
    #[schema(ignore)]
    pub held: Held,
}

/// What the policy must know.
#[derive(Debug, Serialize)]
pub struct Where {
    #[serde(flatten)]
    room: Option<RoomFor>,
    /// Whom an account calls for the first time: the pair has no room yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<PersonId>,
}

impl Verb for InitiateCall {
    const ACTION: Action = Action::CallInitiate;
    type On = Where;
    type Answer = Entered;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.locks = match (self.room, self.account) {
            (Some(room), None) => vec![room.uuid()],
            (None, Some(other)) => {
                let (me, _) = standing(prep.who)?;
                if me == other {
                    return Err(Problem::invalid("nobody calls themselves: name another account"));
                }
                let room = prep.gate.see(&crate::legs::SYSTEM, DirectOf(me, other)).await?;
                // Both, so that two who call each other for the first time open one room.
                [me, other].map(PersonId::uuid).into_iter().chain(room.map(RoomId::uuid)).collect()
            }
            _ => return Err(Problem::invalid("name a `room` or an `account`, one of the two")),
        };
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.locks.clone()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Where, Problem> {
        let room = match (self.room, self.account) {
            (Some(room), _) => Some(room),
            (None, Some(other)) => store::direct(&mut cx.tx, standing(cx.who)?.0, other).await?,
            (None, None) => None,
        };
        match room {
            Some(room) => Ok(Where { room: Some(room_for(&mut cx.tx, room, cx.who.person()).await?), with: None }),
            None => Ok(Where { room: None, with: self.account }),
        }
    }

    async fn apply(&self, on: Where, cx: &mut Cx<'_>) -> Result<Done<Entered>, Problem> {
        let (me, _) = standing(cx.who)?;
        let room = on.room.map(|on| on.room);
        if let Some(call) = repeats(cx, self.request_id, &self.held).await? {
            if room != Some(call.room) {
                return Err(Problem::conflict("this `requestId` entered another call: make a new one"));
            }
            return Ok(Done::repeated(Moved::nothing(call).entered(cx)?));
        }
        let room = match (room, self.account) {
            (Some(room), _) => room,
            (None, Some(other)) if store::is_account(&mut cx.tx, other).await? => direct_room(cx, me, other, self.request_id).await?.0,
            _ => return Err(Problem::missing("account")),
        };
        let entry = Entry { request: Some(self.request_id), kind: LegKind::Socket, media: Some(self.media) };
        let moved = enter(cx, room, entry).await?;
        let answer = moved.entered(cx)?;
        let what = json!({ "room": room, "participant": answer.participant });
        Ok(moved.done(answer, what))
    }
}
