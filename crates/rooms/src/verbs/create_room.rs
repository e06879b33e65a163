//! Open a room.

use carillon_core::{Action, PersonId, Problem, RequestId, RoomId};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use carillon_platform::random;
use carillon_proto::rooms::v1::{RoomCreated, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Config, RoomKind, RoomName, RoomRole, RoomView, append, log::used_otherwise, store, views::view_of};

/// Open a room; whoever opens it owns it, and its link lets guests in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateRoom {
    pub request_id: RequestId,
    pub name: RoomName,
}

/// The room that was opened, or found.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    pub room: RoomView,
}

impl Verb for CreateRoom {
    const ACTION: Action = Action::RoomCreate;
    type On = ();
    type Answer = Created;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.request_id.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Created>, Problem> {
        let Some(creator) = cx.who.person() else { return Err(Problem::refused("only people open rooms")) };
        if let Some((room, kind, name)) = store::created_before(&mut cx.tx, creator, self.request_id).await? {
            if kind != RoomKind::Group || name != self.name.as_str() {
                return Err(used_otherwise());
            }
            if !store::is_member(&mut cx.tx, room, creator).await? {
                return Err(Problem::conflict("this `requestId` opened a room that you are no longer in: make a new one"));
            }
            return Ok(Done::repeated(Created { room: view_of(cx, room).await? }));
        }
        let (room, seq) = group_room(cx, creator, &self.name, self.request_id).await?;
        let answer = Created { room: view_of(cx, room).await? };
        let done = Done::changed(answer, Change::of("room", room, json!({ "kind": "group" })));
        Ok(done.hint(Topic::Room(room), seq).hint(Topic::Person(creator), cx.now.0))
    }
}

/// A new room that the creator owns, and where its log stands. The creator gives each request one room: the verb has looked.
pub async fn group_room(cx: &mut Cx<'_>, creator: PersonId, name: &RoomName, request: RequestId) -> Result<(RoomId, i64), Problem> {
    let most = Config::of(cx.engines).rooms_per_account;
    if store::rooms_opened(&mut cx.tx, creator).await? >= i64::from(most) {
        let full = format!("you have opened {most} rooms, and nobody may have more: leave some that you no longer need");
        return Err(Problem::conflict(full).named("too-many-rooms"));
    }
    let (room, link): (RoomId, _) = (cx.new_id(), random::token());
    let new = store::NewRoom {
        room,
        kind: RoomKind::Group,
        name: name.as_str(),
        epoch: cx.new_id::<()>().uuid(),
        now: cx.now,
        link: Some(&link),
        creator,
        request,
        pair: None,
    };
    store::create(&mut cx.tx, &new).await?;
    store::add_member(&mut cx.tx, room, creator, RoomRole::Owner, cx.now).await?;
    let placed = append(cx, room, Some(creator), None, Kind::RoomCreated(RoomCreated { name: name.as_str().into() })).await?;
    Ok((room, placed.seq))
}
