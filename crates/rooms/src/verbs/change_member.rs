//! Make a member an owner of the room, or an owner a member again.

use carillon_core::{Action, PersonId, Problem, RoomId};
use carillon_gate::{Change, Cx, Done, Empty, Topic, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{GivenRole, RoomFor, RoomRole, ownership::give, store};

/// Make a member an owner of the room, or an owner a member again. A room has one owner at least; guests own none.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeMember {
    pub room: RoomId,
    pub member: PersonId,
    pub role: GivenRole,
}

impl Verb for ChangeMember {
    const ACTION: Action = Action::MemberRole;
    type On = RoomFor;
    type Answer = Empty;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        let on = store::room_for(&mut cx.tx, self.room, cx.who.person()).await?;
        Ok(RoomFor { target: Some(self.member), ..on })
    }

    async fn apply(&self, _: RoomFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let (room, member, role) = (self.room, self.member, RoomRole::from(self.role));
        let before = store::role_of(&mut cx.tx, room, member).await?.ok_or_else(|| Problem::missing("member"))?;
        if before == role {
            return Ok(Done::repeated(Empty {}));
        }
        if before == RoomRole::Guest {
            return Err(Problem::conflict("a guest stays a guest: let them in again with an account"));
        }
        if role == RoomRole::Member && !store::owned(&mut cx.tx, room, Some(member)).await? {
            return Err(Problem::conflict("this is the room's last owner: make somebody else one first").named("last-owner"));
        }
        if role == RoomRole::Owner && store::account_name(&mut cx.tx, member).await?.is_none() {
            return Err(Problem::conflict("this account is closed: it owns nothing new"));
        }
        let by = cx.who.person();
        let seq = give(cx, room, member, role, by).await?;
        let change = Change::of("room", room, json!({ "member": member, "role": role, "seq": seq }));
        let done = Done::changed(Empty {}, change).hint(Topic::Member(room, member), cx.now.0);
        Ok(done.hint(Topic::Room(room), seq))
    }
}
