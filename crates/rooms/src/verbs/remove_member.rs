//! Leave a room, or make somebody leave it.

use carillon_core::{Action, PersonId, Problem, RoomId};
use carillon_gate::{Change, Cx, Done, Empty, Topic, Verb};
use carillon_platform::{jobs, random};
use carillon_proto::rooms::v1::{MemberLeft, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RoomFor, append, ownership::hand_over, store};

/// A job for the crate above that keeps what only members have: their place in a call. Its payload is the [`RemoveMember`].
pub const MEMBER_LEFT: &str = "member.left";

/// Leave a room, or make somebody leave it. Who is not in it is not put out again. When its last owner leaves, the account that has been in
/// the room for the longest owns it.
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
        let heir = hand_over(cx, self.room).await?;
        let what = json!({ "removed": self.member, "seq": placed.seq, "owner": heir.as_ref().map(|heir| heir.person) });
        // Whoever was put out is told first, so that nothing more reaches them.
        let mut done = Done::changed(Empty {}, Change::of("room", self.room, what)).hint(Topic::Member(self.room, self.member), cx.now.0);
        let mut seq = placed.seq;
        if let Some(heir) = heir {
            (done, seq) = (done.hint(Topic::Member(self.room, heir.person), cx.now.0), heir.seq);
        }
        done = done.hint(Topic::Room(self.room), seq).hint(Topic::Person(self.member), cx.now.0);
        Ok(done.hint(Topic::Jobs, cx.now.0))
    }
}
