//! Rooms: who belongs to one, and the log of what happened in it.
//!
//! A room is a log: whatever people should find again is one event at `(room, epoch, seq)`, dense and in the order of the commits.
//! Whoever knows their cursor misses nothing and sees nothing twice. Other crates add their events with [`append`].

mod event;
mod keeping;
mod log;
mod migrations;
mod model;
mod ownership;
mod store;
pub mod verbs;
pub mod views;

pub use event::{EventKind, RoomEvent};
pub use keeping::{Config, jobs, keep, keep_house, renew_epochs};
pub use log::{Appended, append};
pub use migrations::MIGRATIONS;
pub use model::{GivenRole, MemberView, Membership, RoomFor, RoomKind, RoomName, RoomRole, RoomSummary, RoomView, Text};
pub use store::{direct_members, room_for};

use carillon_gate::Entries;

/// The ways in to rooms.
pub fn entries(entries: Entries) -> Entries {
    use verbs::{AddMember, ChangeMember, CreateRoom, EnterAsGuest, EnterByLink, OpenDirect, PostMessage, RemoveMember, RotateLink};
    use views::{ListAllRooms, ListLog, ListRooms, SeeLink, SeeRoom};
    entries
        .post::<CreateRoom>("/api/v1/rooms")
        .created()
        .get::<ListRooms>("/api/v1/rooms")
        .get::<ListAllRooms>("/api/v1/admin/rooms")
        .get::<SeeRoom>("/api/v1/rooms/{room}")
        .post::<PostMessage>("/api/v1/rooms/{room}/messages")
        .created()
        .event::<PostMessage>("room:send")
        .get::<ListLog>("/api/v1/rooms/{room}/log")
        .post::<RotateLink>("/api/v1/rooms/{room}/link")
        .post::<AddMember>("/api/v1/rooms/{room}/members")
        .post::<ChangeMember>("/api/v1/rooms/{room}/members/{member}")
        .delete::<RemoveMember>("/api/v1/rooms/{room}/members/{member}")
        .post::<OpenDirect>("/api/v1/direct")
        .get::<SeeLink>("/api/v1/links/{link}")
        .public("the link itself is the right")
        .entering()
        .post::<EnterByLink>("/api/v1/links/{link}/members")
        .entering()
        .post::<EnterAsGuest>("/api/v1/guests")
        .public("whoever holds a room's link may enter it as a guest")
        .sets_session()
        .entering()
}
