//! What can be done in rooms: one file each.

mod add_member;
mod change_member;
mod create_room;
mod enter_as_guest;
mod enter_by_link;
mod keep;
mod open_direct;
mod post_message;
mod remove_member;
mod rotate_link;

pub use add_member::AddMember;
pub use change_member::ChangeMember;
pub use create_room::{CreateRoom, Created, group_room};
pub use enter_as_guest::EnterAsGuest;
pub use enter_by_link::EnterByLink;
pub(crate) use keep::{Begin, RenewEpochs};
pub use keep::{HandOver, LapseGuest};
pub use open_direct::{OpenDirect, direct_room};
pub use post_message::{PostMessage, Posted};
pub use remove_member::{MEMBER_LEFT, RemoveMember};
pub use rotate_link::{NewLink, RotateLink};
