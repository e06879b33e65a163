//! Somebody always owns a group: who makes new links, lets accounts in and puts people out.

use carillon_core::{PersonId, Problem, RoomId};
use carillon_gate::Cx;
use carillon_proto::rooms::v1::{MemberChanged, body::Kind};

use crate::{RoomRole, append, store};

/// Who owns the room from now on, and where the log says so.
pub(crate) struct Heir {
    pub person: PersonId,
    pub seq: i64,
}

/// Makes the account an owner that has been in the room for the longest, if no owner is left whose account is open. Where only guests are
/// left nobody is: they have no account, and may be gone tomorrow.
pub(crate) async fn hand_over(cx: &mut Cx<'_>, room: RoomId) -> Result<Option<Heir>, Problem> {
    if store::owned(&mut cx.tx, room, None).await? {
        return Ok(None);
    }
    let Some(person) = store::eldest(&mut cx.tx, room).await? else { return Ok(None) };
    // Nobody said so: the server did.
    let seq = give(cx, room, person, RoomRole::Owner, None).await?;
    Ok(Some(Heir { person, seq }))
}

/// Changes a role, and says so in the log.
pub(crate) async fn give(cx: &mut Cx<'_>, room: RoomId, person: PersonId, role: RoomRole, by: Option<PersonId>) -> Result<i64, Problem> {
    store::set_role(&mut cx.tx, room, person, role).await?;
    let changed = MemberChanged { member: person.uuid().as_bytes().to_vec(), role: role.word().into() };
    Ok(append(cx, room, by, None, Kind::MemberChanged(changed)).await?.seq)
}
