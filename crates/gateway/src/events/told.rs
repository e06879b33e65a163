//! What the server tells by itself. These types only describe: what is sent is written where it happens; the stories of `carillon` compare.
#![allow(dead_code, reason = "they are read as schemas, never made")]

use carillon_calls::{
    CallView, EndReason, LeaveReason, ParticipantView,
    views::Caller,
    webrtc::{Candidate, Description, SignalKind},
};
use carillon_core::{CallId, ParticipantId, PersonId, RoomId};
use carillon_rooms::{RoomEvent, views::Heads};
use serde::Serialize;
use utoipa::ToSchema;

use super::Document;

pub(super) fn all(document: &mut Document) {
    document.told::<RoomEvent>("room:event");
    document.told::<Lag>("room:lag");
    document.told::<Heads>("room:heads");
    document.told::<MemberTyping>("room:typing");
    document.told::<RoomsChanged>("rooms:changed");
    document.told::<SessionEnded>("session:ended");
    document.told::<Initiated>("call:initiated");
    document.told::<Joined>("call:joined");
    document.told::<Heard>("call:signal");
    document.told::<MediaToggled>("call:media-toggled");
    document.told::<Left>("call:left");
    document.told::<Ended>("call:ended");
    document.told::<Whole>("call:state");
    document.told::<AnsweredElsewhere>("call:answered-elsewhere");
}

/// You read too slowly: nothing more is pushed for this room until you catch up by `room:sync`.
#[derive(ToSchema)]
struct Lag {
    room: RoomId,
    head: i64,
}

/// Somebody types. It is not stored, and may be lost.
#[derive(ToSchema)]
struct MemberTyping {
    room: RoomId,
    member: PersonId,
}

/// Which rooms you are in may have changed: ask for the list again.
#[derive(ToSchema)]
struct RoomsChanged {}

/// The session is over; the socket is closed. Do not connect again: sign in.
#[derive(ToSchema)]
struct SessionEnded {
    reason: String,
}

/// A call is live in one of your rooms.
#[derive(ToSchema)]
struct Initiated {
    call: CallView,
    room: RoomId,
    from: Caller,
    /// You are called.
    ring: bool,
}

/// Somebody has joined, or came back with a new leg.
#[derive(ToSchema)]
struct Joined {
    call: CallId,
    participant: ParticipantView,
}

/// What another participant signals.
#[derive(ToSchema)]
struct Heard {
    call: CallId,
    from: ParticipantId,
    #[schema(rename = "type")]
    kind: SignalKind,
    signal: Signalled,
}

/// An SDP with its type, or a candidate.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Signalled {
    Description(Description),
    Candidate(Candidate),
}

/// Somebody has muted or unmuted, or switched the camera.
#[derive(ToSchema)]
struct MediaToggled {
    call: CallId,
    participant: ParticipantId,
    audio: bool,
    video: bool,
}

/// Somebody has left.
#[derive(ToSchema)]
struct Left {
    call: CallId,
    participant: ParticipantId,
    member: PersonId,
    reason: LeaveReason,
}

/// The call is over.
#[derive(ToSchema)]
struct Ended {
    call: CallId,
    reason: EndReason,
    /// Whole seconds since it was answered.
    duration: i64,
}

/// The whole call, when its parts would not say it.
#[derive(ToSchema)]
struct Whole {
    call: CallView,
}

/// Another of your devices took it: stop ringing.
#[derive(ToSchema)]
struct AnsweredElsewhere {
    call: CallId,
}
