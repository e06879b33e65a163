//! Let an account into a room.

use carillon_core::{Action, PersonId, Problem, RequestId, RoomId};
use carillon_gate::{Change, Cx, Done, Empty, Topic, Verb};
use carillon_proto::rooms::v1::{MemberJoined, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RoomFor, RoomRole, append, log::placed_before, store};

/// Let an account into a room. Whoever is in it already stays.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddMember {
    pub room: RoomId,
    pub request_id: RequestId,
    pub account: PersonId,
}

impl Verb for AddMember {
    const ACTION: Action = Action::MemberAdd;
    type On = RoomFor;
    type Answer = Empty;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        let on = store::room_for(&mut cx.tx, self.room, cx.who.person()).await?;
        Ok(RoomFor { target: Some(self.account), ..on })
    }

    async fn apply(&self, _: RoomFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let Some(me) = cx.who.person() else { return Err(Problem::refused("only people let others in")) };
        // Asked again after they have left, it does not bring them back.
        let asked = (self.room, me, self.request_id);
        let same = |kind: &Kind| matches!(kind, Kind::MemberJoined(it) if it.member == self.account.uuid().as_bytes());
        let before = placed_before(cx, asked, same).await?.is_some();
        if before || store::is_member(&mut cx.tx, self.room, self.account).await? {
            return Ok(Done::repeated(Empty {}));
        }
        let name = store::account_name(&mut cx.tx, self.account).await?.ok_or_else(|| Problem::missing("account"))?;
        store::add_member(&mut cx.tx, self.room, self.account, RoomRole::Member, cx.now).await?;
        let joined = MemberJoined { member: self.account.uuid().as_bytes().to_vec(), name, guest: false };
        let placed = append(cx, self.room, Some(me), Some(self.request_id), Kind::MemberJoined(joined)).await?;
        let change = Change::of("room", self.room, json!({ "added": self.account, "seq": placed.seq }));
        let done = Done::changed(Empty {}, change).hint(Topic::Member(self.room, self.account), cx.now.0);
        Ok(done.hint(Topic::Room(self.room), placed.seq).hint(Topic::Person(self.account), cx.now.0))
    }
}
