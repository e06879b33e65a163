//! The tables of rooms: one function per use. Names come from identity's `people`, which others may read.

use carillon_core::{EventId, PersonId, Problem, RequestId, RoomId, Timestamp};
use carillon_gate::{EngineKind, Row, Tx};
use uuid::Uuid;

use crate::{
    MemberView, Membership, RoomEvent, RoomFor, RoomKind, RoomRole, RoomSummary,
    event::read_body,
    views::{AdminRoom, Head},
};

/// Members shown with a room.
const MEMBERS: i64 = 500;
/// Bytes of the events in one answer, as they are sent. A message is 16 KiB at most, and up to six times that as JSON.
const BYTES: usize = 256 * 1024;

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

/// An event and its body.
pub(crate) async fn posted_before(
    tx: &mut Tx<'_>,
    room: RoomId,
    sender: PersonId,
    request: RequestId,
) -> Result<Option<(Place, Vec<u8>)>, Problem> {
    let sql = "SELECT seq, id, at, body FROM log WHERE room = $1 AND sender = $2 AND request = $3";
    let read = |row: Row| {
        let place = Place { room, seq: row.get(0)?, id: row.get(1)?, at: row.get(2)?, sender: Some(sender), request: Some(request) };
        Ok((place, row.get(3)?))
    };
    tx.row(sql, &[&room, &sender, &request]).await?.map(read).transpose()
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

/// The room that this request opened, with its kind and name.
pub(crate) async fn created_before(
    tx: &mut Tx<'_>,
    creator: PersonId,
    request: RequestId,
) -> Result<Option<(RoomId, RoomKind, String)>, Problem> {
    let row = tx.row("SELECT id, kind, name FROM rooms WHERE creator = $1 AND request = $2", &[&creator, &request]).await?;
    row.map(|row| Ok((row.get(0)?, RoomKind::read(&row.get::<String>(1)?)?, row.get(2)?))).transpose()
}

/// How many rooms this person has opened and is still in.
pub(crate) async fn rooms_opened(tx: &mut Tx<'_>, creator: PersonId) -> Result<i64, Problem> {
    let sql =
        "SELECT COUNT(*) FROM rooms r JOIN members m ON m.room = r.id AND m.person = r.creator WHERE r.creator = $1 AND r.kind = 'group'";
    tx.row(sql, &[&creator]).await?.ok_or_else(|| Problem::broken("no count"))?.get(0)
}

pub(crate) async fn guests(tx: &mut Tx<'_>, room: RoomId) -> Result<i64, Problem> {
    let sql = "SELECT COUNT(*) FROM members WHERE room = $1 AND role = 'guest'";
    tx.row(sql, &[&room]).await?.ok_or_else(|| Problem::broken("no count"))?.get(0)
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

pub(crate) async fn role_of(tx: &mut Tx<'_>, room: RoomId, person: PersonId) -> Result<Option<RoomRole>, Problem> {
    let row = tx.row("SELECT role FROM members WHERE room = $1 AND person = $2", &[&room, &person]).await?;
    row.map(|row| RoomRole::read(&row.get::<String>(0)?)).transpose()
}

pub(crate) async fn set_role(tx: &mut Tx<'_>, room: RoomId, person: PersonId, role: RoomRole) -> Result<(), Problem> {
    tx.run("UPDATE members SET role = $3 WHERE room = $1 AND person = $2", &[&room, &person, &role.word()]).await
}

/// Whether the room is owned by somebody whose account is open, besides this one.
pub(crate) async fn owned(tx: &mut Tx<'_>, room: RoomId, but: Option<PersonId>) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM members m JOIN people p ON p.id = m.person WHERE m.room = $1 AND m.role = 'owner' AND p.disabled_at IS NULL \
               AND (CAST($2 AS UUID) IS NULL OR p.id <> $2) LIMIT 1";
    Ok(tx.row(sql, &[&room, &but]).await?.is_some())
}

/// Whose account is open, and who has been in the room for the longest.
pub(crate) async fn eldest(tx: &mut Tx<'_>, room: RoomId) -> Result<Option<PersonId>, Problem> {
    let sql = "SELECT p.id FROM members m JOIN people p ON p.id = m.person WHERE m.room = $1 AND p.kind = 'account' \
               AND p.disabled_at IS NULL ORDER BY m.joined_at, p.id LIMIT 1";
    tx.row(sql, &[&room]).await?.map(|row| row.get(0)).transpose()
}

/// Rooms whose owners' accounts are all closed, and in which there is somebody else to own them.
pub(crate) async fn left_behind(tx: &mut Tx<'_>, most: i64) -> Result<Vec<RoomId>, Problem> {
    let sql = "SELECT DISTINCT m.room FROM people p JOIN members m ON m.person = p.id AND m.role = 'owner' \
               WHERE p.kind = 'account' AND p.disabled_at IS NOT NULL \
               AND NOT EXISTS (SELECT 1 FROM members o JOIN people q ON q.id = o.person \
               WHERE o.room = m.room AND o.role = 'owner' AND q.disabled_at IS NULL) \
               AND EXISTS (SELECT 1 FROM members o JOIN people q ON q.id = o.person \
               WHERE o.room = m.room AND q.kind = 'account' AND q.disabled_at IS NULL) LIMIT $1";
    tx.rows(sql, &[&most]).await?.iter().map(|row| row.get(0)).collect()
}

macro_rules! lapsed {
    ($more:literal) => {
        concat!(
            "SELECT m.room, m.person FROM members m WHERE m.role = 'guest' AND m.joined_at < $1 AND NOT EXISTS ",
            "(SELECT 1 FROM sessions s WHERE s.person = m.person AND COALESCE(s.ended_at, s.seen_at) >= $1) ",
            $more
        )
    };
}

/// Guests none of whose sessions was in use, or ended, since then.
pub(crate) async fn lapsed_guests(tx: &mut Tx<'_>, before: Timestamp, most: i64) -> Result<Vec<(RoomId, PersonId)>, Problem> {
    let sql = lapsed!("ORDER BY m.joined_at LIMIT $2");
    tx.rows(sql, &[&before, &most]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

pub(crate) async fn has_lapsed(tx: &mut Tx<'_>, room: RoomId, guest: PersonId, before: Timestamp) -> Result<bool, Problem> {
    Ok(tx.row(lapsed!("AND m.room = $2 AND m.person = $3"), &[&before, &room, &guest]).await?.is_some())
}

pub(crate) async fn renew_epochs(tx: &mut Tx<'_>, epoch: Uuid) -> Result<usize, Problem> {
    Ok(tx.rows("UPDATE rooms SET epoch = $1 RETURNING id", &[&epoch]).await?.len())
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

/// Newest first. A direct room is called by both names; a room begins with its first event.
pub(crate) async fn all_rooms(tx: &mut Tx<'_>, after: Option<RoomId>, limit: i64) -> Result<Vec<AdminRoom>, Problem> {
    let sql = "SELECT r.id, COALESCE(low.name || ', ' || high.name, r.name), r.kind, \
               (SELECT COUNT(*) FROM members m WHERE m.room = r.id), \
               COALESCE((SELECT l.at FROM log l WHERE l.room = r.id AND l.seq = 1), r.head_at), r.head_at, r.head FROM rooms r \
               LEFT JOIN people low ON low.id = r.low LEFT JOIN people high ON high.id = r.high \
               WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2";
    let before = after.map_or(Uuid::max(), RoomId::uuid);
    let view = |row: &Row| {
        let events = row.get(6)?;
        Ok(AdminRoom {
            id: row.get(0)?,
            name: row.get(1)?,
            direct: RoomKind::read(&row.get::<String>(2)?)? == RoomKind::Direct,
            members: row.get(3)?,
            created_at: row.get(4)?,
            last_at: if events == 0 { None } else { Some(row.get(5)?) },
            events,
        })
    };
    tx.rows(sql, &[&before, &limit]).await?.iter().map(view).collect()
}

pub(crate) async fn room(tx: &mut Tx<'_>, room: RoomId, person: Option<PersonId>) -> Result<(RoomSummary, Option<String>), Problem> {
    let sql = "SELECT r.id, COALESCE(p.name, r.name), r.kind, r.epoch, r.head, r.head_at, r.link FROM rooms r \
               LEFT JOIN people p ON r.kind = 'direct' AND p.id = CASE WHEN r.low = $2 THEN r.high ELSE r.low END WHERE r.id = $1";
    let row = tx.row(sql, &[&room, &person]).await?.ok_or_else(|| Problem::missing("room"))?;
    Ok((summary(&row)?, row.get(6)?))
}

/// Where these rooms stand: asked once, however many they are. Their ids travel as one text.
pub(crate) async fn heads_of(tx: &mut Tx<'_>, rooms: &[RoomId]) -> Result<Vec<(RoomId, i64)>, Problem> {
    let ids = |between: &str| rooms.iter().map(|room| room.uuid().simple().to_string()).collect::<Vec<_>>().join(between);
    let (sql, ids) = match tx.kind() {
        EngineKind::Sqlite => {
            let sql = "SELECT id, head FROM rooms WHERE id IN (SELECT unhex(value) FROM json_each($1))";
            (sql, format!("[\"{}\"]", ids("\",\"")))
        }
        EngineKind::Postgres => {
            ("SELECT id, head FROM rooms WHERE id = ANY(CAST(string_to_array(CAST($1 AS TEXT), ',') AS UUID[]))", ids(","))
        }
    };
    tx.rows(sql, &[&ids]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
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
               ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'member' THEN 1 ELSE 2 END, m.joined_at, p.id LIMIT $2";
    let view =
        |row: &Row| Ok(MemberView { id: row.get(0)?, kind: row.get(1)?, name: row.get(2)?, role: RoomRole::read(&row.get::<String>(3)?)? });
    tx.rows(sql, &[&room, &MEMBERS]).await?.iter().map(view).collect()
}

/// Events above `after` and up to `until`, oldest first, as many as fit.
pub(crate) async fn page(tx: &mut Tx<'_>, room: (RoomId, Uuid), after: i64, until: i64, limit: i64) -> Result<Vec<RoomEvent>, Problem> {
    let sql = "SELECT seq, id, at, sender, request, body FROM log WHERE room = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
    fitting(room, &tx.rows(sql, &[&room.0, &after, &until, &limit]).await?)
}

/// The last events below `before`, oldest first, as many as fit.
pub(crate) async fn page_before(tx: &mut Tx<'_>, room: (RoomId, Uuid), before: i64, limit: i64) -> Result<Vec<RoomEvent>, Problem> {
    let sql = "SELECT seq, id, at, sender, request, body FROM log WHERE room = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    let mut events = fitting(room, &tx.rows(sql, &[&room.0, &before, &limit]).await?)?;
    events.reverse();
    Ok(events)
}

/// One at least, however long it is.
fn fitting(room: (RoomId, Uuid), rows: &[Row]) -> Result<Vec<RoomEvent>, Problem> {
    let (mut events, mut bytes) = (Vec::with_capacity(rows.len()), 0);
    for row in rows {
        let event = event(room, row)?;
        bytes += event.bytes();
        if bytes > BYTES && !events.is_empty() {
            break;
        }
        events.push(event);
    }
    Ok(events)
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
