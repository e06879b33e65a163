//! Come into a room by its link, with an account.

use carillon_core::{Action, Problem, RequestId, RoomId};
use carillon_gate::{Change, Cx, Done, Prep, Topic, Verb, View};
use carillon_proto::rooms::v1::{MemberJoined, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Created;
use crate::{
    RoomFor, RoomRole, append,
    ownership::hand_over,
    store,
    views::{SeeLink, view_of},
};

/// Come into a room by its link, with one's account: as a member. Whoever is in it already stays as they are.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnterByLink {
    #[schema(pattern = r"^[^\x00]*$")]
    pub link: String,
    pub request_id: RequestId,
    /// What the link opened at the first look: the room is locked before the second.
    #[serde(skip)]
    #[schema(ignore)]
    room: Option<RoomId>,
}

impl EnterByLink {
    fn look(&self) -> SeeLink {
        SeeLink { link: self.link.clone() }
    }
}

impl Verb for EnterByLink {
    const ACTION: Action = Action::MemberEnter;
    type On = RoomFor;
    type Answer = Created;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.room = Some(prep.gate.see(prep.who, self.look()).await?.room);
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.room.into_iter().map(RoomId::uuid).collect()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        let room = self.look().show((), cx).await?.room; // the link may have been replaced meanwhile
        if self.room != Some(room) {
            return Err(Problem::again("the link has moved"));
        }
        store::room_for(&mut cx.tx, room, cx.who.person()).await
    }

    async fn apply(&self, on: RoomFor, cx: &mut Cx<'_>) -> Result<Done<Created>, Problem> {
        let Some(me) = cx.who.person() else { return Err(Problem::refused("only people come in")) };
        let room = on.room;
        if on.membership.is_some() {
            return Ok(Done::repeated(Created { room: view_of(cx, room).await? }));
        }
        // Asked again after they have left, it does not bring them back.
        if store::posted_before(&mut cx.tx, room, me, self.request_id).await?.is_some() {
            return Err(Problem::conflict("this `requestId` let you in before you left: make a new one"));
        }
        let name = store::account_name(&mut cx.tx, me).await?.ok_or_else(|| Problem::missing("account"))?;
        store::add_member(&mut cx.tx, room, me, RoomRole::Member, cx.now).await?;
        let joined = MemberJoined { member: me.uuid().as_bytes().to_vec(), name, guest: false };
        let placed = append(cx, room, Some(me), Some(self.request_id), Kind::MemberJoined(joined)).await?;
        // Where only guests were left, whoever comes with an account owns the room from now on.
        let heir = hand_over(cx, room).await?;
        let seq = heir.as_ref().map_or(placed.seq, |heir| heir.seq);
        let change = Change::of("room", room, json!({ "entered": me, "seq": placed.seq, "owner": heir.map(|heir| heir.person) }));
        let done = Done::changed(Created { room: view_of(cx, room).await? }, change).hint(Topic::Member(room, me), cx.now.0);
        Ok(done.hint(Topic::Room(room), seq).hint(Topic::Person(me), cx.now.0))
    }
}
