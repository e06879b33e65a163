//! Leave a room, or make somebody leave it.

use carillon_core::{Action, PersonId, Problem, RoomId};
use carillon_gate::{Change, Cx, Done, Empty, Topic, Verb};
use carillon_platform::{jobs, random};
use carillon_proto::rooms::v1::{MemberLeft, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RoomFor, append, store};

/// A job for the crate above that keeps what only members have: their place in a call. Its payload is the [`RemoveMember`].
pub const MEMBER_LEFT: &str = "member.left";

/// Leave a room, or make somebody leave it. Who is not in it is not put out again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveMember {
    pub room: RoomId,
    pub member: PersonId,
}

impl Verb for RemoveMember {
    const ACTION: Action = Action::MemberRemove;
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
        if !store::remove_member(&mut cx.tx, self.room, self.member).await? {
            return Ok(Done::repeated(Empty {}));
        }
        let removed_by = cx.who.person().filter(|by| *by != self.member).map(|by| by.uuid().as_bytes().to_vec());
        let left = MemberLeft { member: self.member.uuid().as_bytes().to_vec(), removed_by };
        let placed = append(cx, self.room, cx.who.person(), None, Kind::MemberLeft(left)).await?;
        let who = serde_json::to_string(self).map_err(Problem::broken)?;
        jobs::schedule(&mut cx.tx, MEMBER_LEFT, random::uuid(cx.now), cx.now, &who).await?;
        let change = Change::of("room", self.room, json!({ "removed": self.member, "seq": placed.seq }));
        let done = Done::changed(Empty {}, change).hint(Topic::Room(self.room), placed.seq).hint(Topic::Jobs, cx.now.0);
        Ok(done.hint(Topic::Person(self.member), cx.now.0).hint(Topic::Member(self.room, self.member), cx.now.0))
    }
}
