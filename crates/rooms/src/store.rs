//! The tables of rooms: one function per use. Names come from identity's `people`, which others may read.

use carillon_core::{EventId, PersonId, Problem, RequestId, RoomId, Timestamp};
use carillon_gate::{Row, Tx};
use uuid::Uuid;

use crate::{MemberView, Membership, RoomEvent, RoomFor, RoomKind, RoomRole, RoomSummary, event::read_body, views::Head};

/// Members shown with a room.
const MEMBERS: i64 = 500;

/// How `person` stands to the room; a room that is not there is missing.
pub async fn room_for(tx: &mut Tx<'_>, room: RoomId, person: Option<PersonId>) -> Result<RoomFor, Problem> {
    let sql = "SELECT r.kind, m.role, m.muted FROM rooms r LEFT JOIN members m ON m.room = r.id AND m.person = $2 WHERE r.id = $1";
    let row = tx.row(sql, &[&room, &person]).await?.ok_or_else(|| Problem::missing("room"))?;
    let membership = match row.get::<Option<String>>(1)? {
        Some(role) => Some(Membership { role: RoomRole::read(&role)?, muted: row.get(2)? }),
        None => None,
    };
    Ok(RoomFor { room, kind: RoomKind::read(&row.get::<String>(0)?)?, membership, target: None })
}

/// The two of a direct room; nothing for a group.
pub async fn direct_members(tx: &mut Tx<'_>, room: RoomId) -> Result<Option<[PersonId; 2]>, Problem> {
    let row = tx.row("SELECT low, high FROM rooms WHERE id = $1 AND kind = 'direct'", &[&room]).await?;
    row.map(|row| Ok([row.get(0)?, row.get(1)?])).transpose()
}

pub(crate) async fn posted_before(tx: &mut Tx<'_>, room: RoomId, sender: PersonId, request: RequestId) -> Result<Option<Place>, Problem> {
    let sql = "SELECT seq, id, at FROM log WHERE room = $1 AND sender = $2 AND request = $3";
    let row = tx.row(sql, &[&room, &sender, &request]).await?;
    let place =
        |row: Row| Ok(Place { room, seq: row.get(0)?, id: row.get(1)?, at: row.get(2)?, sender: Some(sender), request: Some(request) });
    row.map(place).transpose()
}

pub(crate) async fn epoch(tx: &mut Tx<'_>, room: RoomId) -> Result<Uuid, Problem> {
    tx.row("SELECT epoch FROM rooms WHERE id = $1", &[&room]).await?.ok_or_else(|| Problem::missing("room"))?.get(0)
}

/// The next place in the room's log: on PostgreSQL the row's lock orders the writers of one room, too.
pub(crate) async fn next_place(tx: &mut Tx<'_>, room: RoomId, now: Timestamp) -> Result<(i64, Uuid), Problem> {
    let sql = "UPDATE rooms SET head = head + 1, head_at = $2 WHERE id = $1 RETURNING head, epoch";
    let row = tx.row(sql, &[&room, &now]).await?.ok_or_else(|| Problem::missing("room"))?;
    Ok((row.get(0)?, row.get(1)?))
}

/// Everything of an event but its body.
pub(crate) struct Place {
    pub room: RoomId,
    pub seq: i64,
    pub id: EventId,
    pub at: Timestamp,
    pub sender: Option<PersonId>,
    pub request: Option<RequestId>,
}

pub(crate) async fn insert(tx: &mut Tx<'_>, place: &Place, body: &[u8]) -> Result<(), Problem> {
    let sql = "INSERT INTO log (room, seq, id, at, sender, request, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, &[&place.room, &place.seq, &place.id, &place.at, &place.sender, &place.request, &body]).await
}

pub(crate) struct NewRoom<'n> {
    pub room: RoomId,
    pub kind: RoomKind,
    pub name: &'n str,
    pub epoch: Uuid,
    pub now: Timestamp,
    pub link: Option<&'n str>,
    pub creator: PersonId,
    pub request: RequestId,
    pub pair: Option<[PersonId; 2]>,
}

pub(crate) async fn create(tx: &mut Tx<'_>, new: &NewRoom<'_>) -> Result<(), Problem> {
    let sql = "INSERT INTO rooms (id, kind, name, epoch, head, head_at, link, creator, request, low, high) \
               VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10)";
    let (low, high) = (new.pair.map(|pair| pair[0]), new.pair.map(|pair| pair[1]));
    let args: [&dyn carillon_gate::Arg; 10] =
        [&new.room, &new.kind.word(), &new.name, &new.epoch, &new.now, &new.link, &new.creator, &new.request, &low, &high];
    tx.run(sql, &args).await
}

pub(crate) async fn created_before(tx: &mut Tx<'_>, creator: PersonId, request: RequestId) -> Result<Option<RoomId>, Problem> {
    let row = tx.row("SELECT id FROM rooms WHERE creator = $1 AND request = $2", &[&creator, &request]).await?;
    row.map(|row| row.get(0)).transpose()
}

pub(crate) async fn direct(tx: &mut Tx<'_>, [low, high]: [PersonId; 2]) -> Result<Option<RoomId>, Problem> {
    let row = tx.row("SELECT id FROM rooms WHERE low = $1 AND high = $2", &[&low, &high]).await?;
    row.map(|row| row.get(0)).transpose()
}

pub(crate) async fn add_member(tx: &mut Tx<'_>, room: RoomId, person: PersonId, role: RoomRole, now: Timestamp) -> Result<(), Problem> {
    let sql = "INSERT INTO members (room, person, role, muted, joined_at) VALUES ($1, $2, $3, FALSE, $4)";
    tx.run(sql, &[&room, &person, &role.word(), &now]).await
}

pub(crate) async fn remove_member(tx: &mut Tx<'_>, room: RoomId, person: PersonId) -> Result<bool, Problem> {
    Ok(tx.row("DELETE FROM members WHERE room = $1 AND person = $2 RETURNING person", &[&room, &person]).await?.is_some())
}

pub(crate) async fn is_member(tx: &mut Tx<'_>, room: RoomId, person: PersonId) -> Result<bool, Problem> {
    Ok(tx.row("SELECT 1 FROM members WHERE room = $1 AND person = $2", &[&room, &person]).await?.is_some())
}

/// An account's name, if it is an account that may still come in.
pub(crate) async fn account_name(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>, Problem> {
    let sql = "SELECT name FROM people WHERE id = $1 AND kind = 'account' AND disabled_at IS NULL";
    tx.row(sql, &[&person]).await?.map(|row| row.get(0)).transpose()
}

pub(crate) async fn set_link(tx: &mut Tx<'_>, room: RoomId, link: &str) -> Result<(), Problem> {
    tx.run("UPDATE rooms SET link = $2 WHERE id = $1", &[&room, &link]).await
}

/// What a link opens.
pub(crate) struct Linked {
    pub room: RoomId,
    pub kind: RoomKind,
    pub name: String,
    /// One owner's name.
    pub host: Option<String>,
}

pub(crate) async fn by_link(tx: &mut Tx<'_>, link: &str) -> Result<Option<Linked>, Problem> {
    let sql = "SELECT r.id, r.kind, r.name, (SELECT p.name FROM members m JOIN people p ON p.id = m.person \
               WHERE m.room = r.id AND m.role = 'owner' ORDER BY m.joined_at, m.person LIMIT 1) FROM rooms r WHERE r.link = $1";
    let linked =
        |row: Row| Ok(Linked { room: row.get(0)?, kind: RoomKind::read(&row.get::<String>(1)?)?, name: row.get(2)?, host: row.get(3)? });
    tx.row(sql, &[&link]).await?.map(linked).transpose()
}

/// Newest first. A direct room is called by the other's name.
pub(crate) async fn rooms_of(tx: &mut Tx<'_>, person: PersonId, after: Option<RoomId>, limit: i64) -> Result<Vec<RoomSummary>, Problem> {
    let sql = "SELECT r.id, COALESCE(p.name, r.name), r.kind, r.epoch, r.head, r.head_at FROM members m JOIN rooms r ON r.id = m.room \
               LEFT JOIN people p ON r.kind = 'direct' AND p.id = CASE WHEN r.low = $1 THEN r.high ELSE r.low END \
               WHERE m.person = $1 AND (CAST($2 AS UUID) IS NULL OR r.id < $2) ORDER BY r.id DESC LIMIT $3";
    tx.rows(sql, &[&person, &after, &limit]).await?.iter().map(summary).collect()
}

pub(crate) async fn room(tx: &mut Tx<'_>, room: RoomId, person: Option<PersonId>) -> Result<(RoomSummary, Option<String>), Problem> {
    let sql = "SELECT r.id, COALESCE(p.name, r.name), r.kind, r.epoch, r.head, r.head_at, r.link FROM rooms r \
               LEFT JOIN people p ON r.kind = 'direct' AND p.id = CASE WHEN r.low = $2 THEN r.high ELSE r.low END WHERE r.id = $1";
    let row = tx.row(sql, &[&room, &person]).await?.ok_or_else(|| Problem::missing("room"))?;
    Ok((summary(&row)?, row.get(6)?))
}

pub(crate) async fn head(tx: &mut Tx<'_>, room: RoomId) -> Result<Option<i64>, Problem> {
    tx.row("SELECT head FROM rooms WHERE id = $1", &[&room]).await?.map(|row| row.get(0)).transpose()
}

/// Where the person's rooms stand, the 1,000 that moved last.
pub(crate) async fn heads(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Head>, Problem> {
    let sql =
        "SELECT r.id, r.epoch, r.head FROM members m JOIN rooms r ON r.id = m.room WHERE m.person = $1 ORDER BY r.head_at DESC LIMIT 1000";
    let head = |row: &Row| Ok(Head { room: row.get(0)?, epoch: row.get(1)?, head: row.get(2)? });
    tx.rows(sql, &[&person]).await?.iter().map(head).collect()
}

fn summary(row: &Row) -> Result<RoomSummary, Problem> {
    Ok(RoomSummary {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: RoomKind::read(&row.get::<String>(2)?)?,
        epoch: row.get(3)?,
        head: row.get(4)?,
        last_at: row.get(5)?,
    })
}

pub(crate) async fn members(tx: &mut Tx<'_>, room: RoomId) -> Result<Vec<MemberView>, Problem> {
    let sql = "SELECT p.id, p.kind, p.name, m.role FROM members m JOIN people p ON p.id = m.person WHERE m.room = $1 \
               ORDER BY m.joined_at, p.id LIMIT $2";
    let view =
        |row: &Row| Ok(MemberView { id: row.get(0)?, kind: row.get(1)?, name: row.get(2)?, role: RoomRole::read(&row.get::<String>(3)?)? });
    tx.rows(sql, &[&room, &MEMBERS]).await?.iter().map(view).collect()
}

/// Events above `after` and up to `until`, oldest first.
pub(crate) async fn page(tx: &mut Tx<'_>, room: (RoomId, Uuid), after: i64, until: i64, limit: i64) -> Result<Vec<RoomEvent>, Problem> {
    let sql = "SELECT seq, id, at, sender, request, body FROM log WHERE room = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
    tx.rows(sql, &[&room.0, &after, &until, &limit]).await?.iter().map(|row| event(room, row)).collect()
}

/// The last events below `before`, oldest first.
pub(crate) async fn page_before(tx: &mut Tx<'_>, room: (RoomId, Uuid), before: i64, limit: i64) -> Result<Vec<RoomEvent>, Problem> {
    let sql = "SELECT seq, id, at, sender, request, body FROM log WHERE room = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    let rows = tx.rows(sql, &[&room.0, &before, &limit]).await?;
    rows.iter().rev().map(|row| event(room, row)).collect()
}

fn event((room, epoch): (RoomId, Uuid), row: &Row) -> Result<RoomEvent, Problem> {
    let (kind, body) = read_body(&row.get::<Vec<u8>>(5)?)?;
    Ok(RoomEvent {
        room,
        epoch,
        seq: row.get(0)?,
        id: row.get(1)?,
        at: row.get(2)?,
        sender: row.get(3)?,
        request_id: row.get(4)?,
        kind,
        body,
    })
}
