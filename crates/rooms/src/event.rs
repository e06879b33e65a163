//! One event of a room's log, as the world sees it.

use carillon_core::{EventId, PersonId, Problem, RequestId, RoomId, Timestamp};
use carillon_proto::{
    Message,
    rooms::v1::{Body, body::Kind},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// The kinds of event. New ones come; a client shows what it does not know as a plain line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum EventKind {
    #[serde(rename = "room.created")]
    RoomCreated,
    #[serde(rename = "message.posted")]
    MessagePosted,
    #[serde(rename = "member.joined")]
    MemberJoined,
    #[serde(rename = "member.left")]
    MemberLeft,
    #[serde(rename = "member.changed")]
    MemberChanged,
    #[serde(rename = "call.started")]
    CallStarted,
    #[serde(rename = "call.joined")]
    CallJoined,
    #[serde(rename = "call.left")]
    CallLeft,
    #[serde(rename = "call.ended")]
    CallEnded,
    /// Written by a newer Carillon.
    #[serde(rename = "unknown")]
    Unknown,
}

/// One event at its place.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomEvent {
    pub room: RoomId,
    pub epoch: Uuid,
    /// Dense from 1.
    pub seq: i64,
    pub id: EventId,
    pub at: Timestamp,
    /// Absent where the server itself speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<PersonId>,
    /// The sender's own name for it, so that an app knows its own words again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    pub kind: EventKind,
    /// By kind, see the guide.
    #[schema(value_type = Object)]
    pub body: Value,
}

impl RoomEvent {
    /// About as many bytes as it takes to send.
    pub(crate) fn bytes(&self) -> usize {
        const AROUND: usize = 320;
        AROUND + self.body.to_string().len()
    }
}

/// The stored body as JSON. Bytes that this program cannot read are no reason to lose the rest of the log.
pub(crate) fn read_body(bytes: &[u8]) -> Result<(EventKind, Value), Problem> {
    let body = Body::decode(bytes).map_err(|why| Problem::broken(format!("a stored event cannot be read: {why}")))?;
    let Some(kind) = body.kind else { return Ok((EventKind::Unknown, json!({}))) };
    Ok(match kind {
        Kind::RoomCreated(it) => (EventKind::RoomCreated, json!({ "name": it.name })),
        Kind::MessagePosted(it) => (EventKind::MessagePosted, json!({ "text": it.text })),
        Kind::MemberJoined(it) => {
            let kind = if it.guest { "guest" } else { "account" };
            (EventKind::MemberJoined, json!({ "member": id(&it.member), "name": it.name, "kind": kind }))
        }
        Kind::MemberLeft(it) => match it.removed_by {
            Some(by) => (EventKind::MemberLeft, json!({ "member": id(&it.member), "removedBy": id(&by) })),
            None => (EventKind::MemberLeft, json!({ "member": id(&it.member) })),
        },
        Kind::MemberChanged(it) => (EventKind::MemberChanged, json!({ "member": id(&it.member), "role": it.role })),
        Kind::CallStarted(it) => {
            (EventKind::CallStarted, json!({ "call": id(&it.call), "media": { "audio": it.audio, "video": it.video } }))
        }
        Kind::CallJoined(it) => {
            let body = json!({ "call": id(&it.call), "participant": id(&it.participant), "member": id(&it.member), "name": it.name });
            (EventKind::CallJoined, body)
        }
        Kind::CallLeft(it) => {
            let body = json!({ "call": id(&it.call), "participant": id(&it.participant), "member": id(&it.member), "reason": it.reason });
            (EventKind::CallLeft, body)
        }
        Kind::CallEnded(it) => {
            let body = json!({ "call": id(&it.call), "reason": it.reason, "duration": it.duration, "answered": it.answered });
            (EventKind::CallEnded, body)
        }
    })
}

fn id(bytes: &[u8]) -> Uuid {
    Uuid::from_slice(bytes).unwrap_or_default()
}
