//! Say something in a room.

use std::sync::Arc;

use carillon_core::{Action, EventId, Problem, RequestId, RoomId, Timestamp, hex};
use carillon_gate::{Change, Cx, Done, Prep, Topic, Verb};
use carillon_platform::{
    limits::{Key, Limit, Limits},
    random,
};
use carillon_proto::rooms::v1::{MessagePosted, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RoomFor, Text, append, log::placed_before, store};

/// Say something in a room. The same `requestId` never says it twice, and nothing else.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PostMessage {
    pub room: RoomId,
    pub request_id: RequestId,
    pub text: Text,
}

/// Where the message stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Posted {
    pub room: RoomId,
    pub id: EventId,
    pub seq: i64,
    pub epoch: Uuid,
    pub at: Timestamp,
    /// An earlier request with this id said it.
    pub repeated: bool,
}

impl Verb for PostMessage {
    const ACTION: Action = Action::MessagePost;
    type On = RoomFor;
    type Answer = Posted;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        if let (Some(sender), Ok(limits)) = (prep.who.person(), prep.gate.engines().get::<Arc<Limits>>()) {
            limits.check(Limit::Messages, Key::id(sender.uuid()), 1)?;
        }
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        store::room_for(&mut cx.tx, self.room, cx.who.person()).await
    }

    async fn apply(&self, _: RoomFor, cx: &mut Cx<'_>) -> Result<Done<Posted>, Problem> {
        let Some(sender) = cx.who.person() else { return Err(Problem::refused("only people say something")) };
        let (room, request) = (self.room, self.request_id);
        let same = |kind: &Kind| matches!(kind, Kind::MessagePosted(it) if it.text == self.text.as_str());
        if let Some(place) = placed_before(cx, (room, sender, request), same).await? {
            let epoch = store::epoch(&mut cx.tx, room).await?;
            return Ok(Done::repeated(Posted { room, id: place.id, seq: place.seq, epoch, at: place.at, repeated: true }));
        }
        let said = Kind::MessagePosted(MessagePosted { text: self.text.as_str().into() });
        let placed = append(cx, room, Some(sender), Some(request), said).await?;
        let posted = Posted { room, id: placed.id, seq: placed.seq, epoch: placed.epoch, at: cx.now, repeated: false };
        let change = Change::of("room", room, json!({ "seq": placed.seq, "sha256": hex(&random::digest(self.text.as_str())) }));
        Ok(Done::changed(posted, change).hint(Topic::Room(room), placed.seq))
    }
}
