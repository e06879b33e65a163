//! Adding to a room's log, for verbs of this crate and of those above.

use carillon_core::{EventId, PersonId, Problem, RequestId, RoomId};
use carillon_gate::Cx;
use carillon_proto::{
    Message,
    rooms::v1::{Body, body::Kind},
};
use uuid::Uuid;

use crate::store;

/// Where the event went.
#[derive(Debug, Clone, Copy)]
pub struct Appended {
    pub id: EventId,
    pub seq: i64,
    pub epoch: Uuid,
}

/// Adds one event at the next place. The verb holds the room's lock (`locks()` names the room), and hints `Topic::Room` with the `seq`.
pub async fn append(
    cx: &mut Cx<'_>,
    room: RoomId,
    sender: Option<PersonId>,
    request: Option<RequestId>,
    kind: Kind,
) -> Result<Appended, Problem> {
    let (id, body) = (cx.new_id(), Body { kind: Some(kind) }.encode_to_vec());
    let (seq, epoch) = store::next_place(&mut cx.tx, room, cx.now).await?;
    store::insert(&mut cx.tx, &store::Place { room, seq, id, at: cx.now, sender, request }, &body).await?;
    Ok(Appended { id, seq, epoch })
}
