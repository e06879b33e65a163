//! Adding to a room's log, for verbs of this crate and of those above.

use carillon_core::{EventId, PersonId, Problem, RequestId, RoomId};
use carillon_gate::Cx;
use carillon_proto::{
    Message,
    rooms::v1::{Body, body::Kind},
};
use uuid::Uuid;

use crate::store::{self, Place};

/// Where the event went.
#[derive(Debug, Clone, Copy)]
pub struct Appended {
    pub id: EventId,
    pub seq: i64,
    pub epoch: Uuid,
}

/// Adds one event at the next place. The verb holds the room's lock (`locks()` names the room), or makes do with the row's, which is taken
/// here: then what it read of the room before may be old. It hints `Topic::Room` with the `seq`.
pub async fn append(
    cx: &mut Cx<'_>,
    room: RoomId,
    sender: Option<PersonId>,
    request: Option<RequestId>,
    kind: Kind,
) -> Result<Appended, Problem> {
    let (id, body) = (cx.new_id(), Body { kind: Some(kind) }.encode_to_vec());
    let (seq, epoch) = store::next_place(&mut cx.tx, room, cx.now).await?;
    store::insert(&mut cx.tx, &Place { room, seq, id, at: cx.now, sender, request }, &body).await?;
    Ok(Appended { id, seq, epoch })
}

/// Where this request of the sender's stands, if it was carried out before. Another one by the same id must not look as if it had been.
pub(crate) async fn placed_before(
    cx: &mut Cx<'_>,
    (room, sender, request): (RoomId, PersonId, RequestId),
    same: impl Fn(&Kind) -> bool,
) -> Result<Option<Place>, Problem> {
    let Some((place, body)) = store::posted_before(&mut cx.tx, room, sender, request).await? else { return Ok(None) };
    let body = Body::decode(body.as_slice()).map_err(|why| Problem::broken(format!("a stored event cannot be read: {why}")))?;
    if body.kind.as_ref().is_some_and(same) { Ok(Some(place)) } else { Err(used_otherwise()) }
}

pub(crate) fn used_otherwise() -> Problem {
    Problem::conflict("this `requestId` stands for something else that you did: make a new one for each thing that you do")
}
