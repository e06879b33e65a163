//! The words that every other crate speaks: ids, time, principals, actions, problems, data classes.
//!
//! No I/O, no clock, no randomness: time and ids come in as arguments.

mod action;
mod class;
mod id;
mod principal;
mod problem;
mod stored;
mod time;

pub use action::Action;
pub use class::DataClass;
pub use id::{
    Call, CallId, Device, DeviceId, Event, EventId, Id, Invitation, InvitationId, Participant, ParticipantId, Person, PersonId, Request,
    RequestId, Room, RoomId, Session, SessionId, WebrtcSession, WebrtcSessionId,
};
pub use principal::{Principal, Role};
pub use problem::{Kind, Problem};
pub use stored::hex;
pub use time::Timestamp;
