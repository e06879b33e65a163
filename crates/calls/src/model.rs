//! The words of calls.

use carillon_core::{CallId, DeviceId, ParticipantId, PersonId, RoomId, Timestamp, stored};
use carillon_media::IceServer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::call::Call;

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    /// Somebody is being called. Only direct calls ring.
    Ringing,
    Active,
    Ended,
}

/// Where a participant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LegState {
    /// Being called, on all devices.
    Ringing,
    Connecting,
    Connected,
    Reconnecting,
    Left,
}

/// How a leg's signals travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegKind {
    /// By Socket.IO: the leg is lost when its device has no socket any more.
    Socket,
    /// By REST: its session says when it is over.
    Rest,
}

/// Why somebody left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LeaveReason {
    Hangup,
    Declined,
    Cancelled,
    Busy,
    /// They were gone for too long.
    Lost,
}

/// Why a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum EndReason {
    Hangup,
    Declined,
    Cancelled,
    Busy,
    NoAnswer,
    Lost,
}

stored!(CallState { Ringing = "ringing", Active = "active", Ended = "ended" });
stored!(LegState { Ringing = "ringing", Connecting = "connecting", Connected = "connected", Reconnecting = "reconnecting", Left = "left" });
stored!(LegKind { Socket = "socket", Rest = "rest" });
stored!(LeaveReason { Hangup = "hangup", Declined = "declined", Cancelled = "cancelled", Busy = "busy", Lost = "lost" });
stored!(EndReason {
    Hangup = "hangup",
    Declined = "declined",
    Cancelled = "cancelled",
    Busy = "busy",
    NoAnswer = "noAnswer",
    Lost = "lost"
});

impl From<LeaveReason> for EndReason {
    fn from(reason: LeaveReason) -> Self {
        match reason {
            LeaveReason::Hangup => Self::Hangup,
            LeaveReason::Declined => Self::Declined,
            LeaveReason::Cancelled => Self::Cancelled,
            LeaveReason::Busy => Self::Busy,
            LeaveReason::Lost => Self::Lost,
        }
    }
}

/// What somebody sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Media {
    pub audio: bool,
    pub video: bool,
}

/// A call as its room sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    pub id: CallId,
    pub room: RoomId,
    pub state: CallState,
    pub initiator: PersonId,
    pub started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
    /// Whole seconds since it was answered; 0 if nobody did.
    pub duration: i64,
    /// What it was started with.
    pub media: Media,
    pub participants: Vec<ParticipantView>,
}

/// A call, and what its room is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedCall {
    #[serde(flatten)]
    pub call: CallView,
    pub room_name: String,
}

/// A person on a device in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParticipantView {
    pub id: ParticipantId,
    pub member: PersonId,
    pub name: String,
    /// Absent while the person is called: then all their devices ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    pub state: LegState,
    pub audio: bool,
    pub video: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
    /// Absent also for those who were there when the call ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_reason: Option<LeaveReason>,
    /// Counts how often they came in: a new number is a new leg.
    pub leg: i64,
    /// Their signals are posted and fetched.
    #[serde(skip)]
    pub by_rest: bool,
}

impl ParticipantView {
    /// Has come in, and not left.
    pub fn inside(&self) -> bool {
        !matches!(self.state, LegState::Ringing | LegState::Left)
    }
}

impl CallView {
    pub(crate) fn of(call: &Call, now: Timestamp) -> Self {
        let participants = call.participants.iter().map(|one| ParticipantView {
            id: one.id,
            member: one.member,
            name: one.name.clone(),
            device: one.device,
            state: one.state,
            audio: one.media.audio,
            video: one.media.video,
            joined_at: one.joined_at,
            left_at: one.left_at,
            left_reason: one.left_reason,
            leg: one.leg,
            by_rest: one.kind == LegKind::Rest,
        });
        Self {
            id: call.id,
            room: call.room,
            state: call.state,
            initiator: call.initiator,
            started_at: call.started_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            end_reason: call.end_reason,
            duration: call.duration(now),
            media: call.media,
            participants: participants.collect(),
        }
    }
}

/// The answer to whoever entered a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entered {
    pub call: CallView,
    /// One's own.
    pub participant: ParticipantId,
    /// What `RTCPeerConnection` takes.
    pub ice_servers: Vec<IceServer>,
}

/// The call as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Told {
    pub call: CallView,
}
