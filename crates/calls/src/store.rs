//! The tables of calls: one function per use. Names come from identity's `people`, membership from rooms' `members`, which others may
//! read.

pub(crate) mod ratings;

use carillon_core::{CallId, DeviceId, ParticipantId, PersonId, Problem, RequestId, RoomId, Timestamp};
use carillon_gate::{Arg, Row, Tx};
use uuid::Uuid;

use crate::{
    call::{Call, Participant, REMEMBERED},
    model::{CallState, EndReason, LeaveReason, LegKind, LegState, Media},
    views::Caller,
};

/// Those who are told at once that a call is live; the others of a larger room see it in the log.
const HEARERS: i64 = 1000;

macro_rules! call_fields {
    () => {
        "SELECT c.id, c.room, c.direct, c.state, c.initiator, c.audio, c.video, c.started_at, c.answered_at, c.ended_at, c.end_reason"
    };
}
/// The column after those.
const NAME: usize = 11;
macro_rules! call_columns {
    () => {
        concat!(call_fields!(), " FROM calls c")
    };
}
macro_rules! participant_columns {
    () => {
        "SELECT p.call, p.id, p.member, n.name, p.device, p.request, p.leg, p.kind, p.state, p.audio, p.video, p.joined_at, p.gone_at, \
         p.left_at, p.left_reason FROM participants p JOIN people n ON n.id = p.member"
    };
}

macro_rules! live_of {
    () => {
        " JOIN members m ON m.room = c.room AND m.person = $1 WHERE c.state <> 'ended' ORDER BY EXISTS (SELECT 1 FROM participants own \
         WHERE own.call = c.id AND own.member = $1 AND own.state <> 'left') DESC, c.id DESC LIMIT $2"
    };
}

pub(crate) async fn call(tx: &mut Tx<'_>, call: CallId) -> Result<Option<Call>, Problem> {
    let row = tx.row(concat!(call_columns!(), " WHERE c.id = $1"), &[&call]).await?;
    with_participants(tx, row).await
}

/// The one live call of a room.
pub(crate) async fn live_in(tx: &mut Tx<'_>, room: RoomId) -> Result<Option<Call>, Problem> {
    let row = tx.row(concat!(call_columns!(), " WHERE c.room = $1 AND c.state <> 'ended'"), &[&room]).await?;
    with_participants(tx, row).await
}

async fn with_participants(tx: &mut Tx<'_>, row: Option<Row>) -> Result<Option<Call>, Problem> {
    let Some(row) = row else { return Ok(None) };
    let mut call = read_call(&row)?;
    let sql = concat!(participant_columns!(), " WHERE p.call = $1 ORDER BY p.place LIMIT $2");
    for row in tx.rows(sql, &[&call.id, &(REMEMBERED as i64)]).await? {
        call.participants.push(read_participant(&row)?);
    }
    Ok(Some(call))
}

fn read_call(row: &Row) -> Result<Call, Problem> {
    Ok(Call {
        id: row.get(0)?,
        room: row.get(1)?,
        direct: row.get(2)?,
        state: CallState::read(&row.get::<String>(3)?)?,
        initiator: row.get(4)?,
        media: Media { audio: row.get(5)?, video: row.get(6)? },
        started_at: row.get(7)?,
        answered_at: row.get(8)?,
        ended_at: row.get(9)?,
        end_reason: row.get::<Option<String>>(10)?.map(|word| EndReason::read(&word)).transpose()?,
        participants: Vec::new(),
    })
}

fn read_participant(row: &Row) -> Result<Participant, Problem> {
    Ok(Participant {
        id: row.get(1)?,
        member: row.get(2)?,
        name: row.get(3)?,
        device: row.get(4)?,
        request: row.get(5)?,
        leg: row.get(6)?,
        kind: LegKind::read(&row.get::<String>(7)?)?,
        state: LegState::read(&row.get::<String>(8)?)?,
        media: Media { audio: row.get(9)?, video: row.get(10)? },
        joined_at: row.get(11)?,
        gone_at: row.get(12)?,
        left_at: row.get(13)?,
        left_reason: row.get::<Option<String>>(14)?.map(|word| LeaveReason::read(&word)).transpose()?,
    })
}

/// Writes what has changed, and answers how often the call has changed by now.
pub(crate) async fn save(tx: &mut Tx<'_>, before: Option<&Call>, call: &Call) -> Result<i64, Problem> {
    let old = |id| before.and_then(|before| before.participants.iter().find(|one| one.id == id));
    for (place, one) in (0..).zip(&call.participants).filter(|(_, one)| old(one.id) != Some(one)) {
        save_participant(tx, call.id, place, one).await?;
    }
    let sql = "INSERT INTO calls (id, room, direct, state, initiator, audio, video, started_at, answered_at, ended_at, end_reason, revision) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) ON CONFLICT (id) DO UPDATE SET state = excluded.state, \
               answered_at = excluded.answered_at, ended_at = excluded.ended_at, end_reason = excluded.end_reason, \
               revision = calls.revision + 1 RETURNING revision";
    let args: [&dyn Arg; 11] = [
        &call.id,
        &call.room,
        &call.direct,
        &call.state.word(),
        &call.initiator,
        &call.media.audio,
        &call.media.video,
        &call.started_at,
        &call.answered_at,
        &call.ended_at,
        &call.end_reason.map(EndReason::word),
    ];
    tx.row(sql, &args).await?.ok_or_else(|| Problem::broken("a call was not kept"))?.get(0)
}

async fn save_participant(tx: &mut Tx<'_>, call: CallId, place: i64, one: &Participant) -> Result<(), Problem> {
    let sql = "INSERT INTO participants (id, call, member, device, request, leg, kind, state, audio, video, joined_at, gone_at, left_at, \
               left_reason, place) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO UPDATE SET \
               device = excluded.device, request = excluded.request, leg = excluded.leg, kind = excluded.kind, state = excluded.state, \
               audio = excluded.audio, video = excluded.video, joined_at = excluded.joined_at, gone_at = excluded.gone_at, \
               left_at = excluded.left_at, left_reason = excluded.left_reason";
    let args: [&dyn Arg; 15] = [
        &one.id,
        &call,
        &one.member,
        &one.device,
        &one.request,
        &one.leg,
        &one.kind.word(),
        &one.state.word(),
        &one.media.audio,
        &one.media.video,
        &one.joined_at,
        &one.gone_at,
        &one.left_at,
        &one.left_reason.map(LeaveReason::word),
        &place,
    ];
    tx.run(sql, &args).await
}

pub(crate) async fn room_of(tx: &mut Tx<'_>, call: CallId) -> Result<RoomId, Problem> {
    tx.row("SELECT room FROM calls WHERE id = $1", &[&call]).await?.ok_or_else(|| Problem::missing("call"))?.get(0)
}

/// The call that somebody entered by this request.
pub(crate) async fn entered_before(tx: &mut Tx<'_>, member: PersonId, request: RequestId) -> Result<Option<CallId>, Problem> {
    let row = tx.row("SELECT call FROM participants WHERE member = $1 AND request = $2", &[&member, &request]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// The room of a pair, if they have one.
pub(crate) async fn direct(tx: &mut Tx<'_>, one: PersonId, other: PersonId) -> Result<Option<RoomId>, Problem> {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    let row = tx.row("SELECT id FROM rooms WHERE low = $1 AND high = $2", &[&low, &high]).await?;
    row.map(|row| row.get(0)).transpose()
}

pub(crate) async fn name(tx: &mut Tx<'_>, person: PersonId) -> Result<String, Problem> {
    tx.row("SELECT name FROM people WHERE id = $1", &[&person]).await?.ok_or_else(|| Problem::missing("account"))?.get(0)
}

/// Whether it is an account that may be called.
pub(crate) async fn is_account(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM people WHERE id = $1 AND kind = 'account' AND disabled_at IS NULL";
    Ok(tx.row(sql, &[&person]).await?.is_some())
}

pub(crate) async fn hearers(tx: &mut Tx<'_>, room: RoomId) -> Result<Vec<PersonId>, Problem> {
    let sql = "SELECT person FROM members WHERE room = $1 ORDER BY person LIMIT $2";
    tx.rows(sql, &[&room, &HEARERS]).await?.iter().map(|row| row.get(0)).collect()
}

/// The live calls in the rooms of a person, their own first, then the newest.
pub(crate) async fn live_of(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<Call>, Problem> {
    let calls = concat!(call_columns!(), live_of!());
    let participants =
        concat!(participant_columns!(), " WHERE p.call IN (SELECT c.id FROM calls c", live_of!(), ") ORDER BY p.call, p.place");
    with_all_participants(tx, [calls, participants], &[&person, &limit]).await
}

/// Who started those.
pub(crate) async fn callers_of(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<Caller>, Problem> {
    let sql = concat!("SELECT id, kind, name FROM people WHERE id IN (SELECT c.initiator FROM calls c", live_of!(), ") LIMIT $2");
    tx.rows(sql, &[&person, &limit]).await?.iter().map(caller).collect()
}

/// The calls of a room, newest first.
pub(crate) async fn calls_of(tx: &mut Tx<'_>, room: RoomId, after: Option<CallId>, limit: i64) -> Result<Vec<Call>, Problem> {
    let calls = concat!(call_columns!(), " WHERE c.room = $1 AND (CAST($2 AS UUID) IS NULL OR c.id < $2) ORDER BY c.id DESC LIMIT $3");
    let participants = concat!(
        participant_columns!(),
        " WHERE p.call IN (SELECT id FROM calls WHERE room = $1 AND (CAST($2 AS UUID) IS NULL OR id < $2) ORDER BY id DESC LIMIT $3) \
         ORDER BY p.call, p.place"
    );
    with_all_participants(tx, [calls, participants], &[&room, &after, &limit]).await
}

macro_rules! own_calls {
    () => {
        " FROM participants o JOIN calls c ON c.id = o.call JOIN members m ON m.room = c.room AND m.person = $1 \
         JOIN rooms r ON r.id = c.room LEFT JOIN people x ON x.id = CASE WHEN r.low = $1 THEN r.high ELSE r.low END \
         WHERE o.member = $1 AND o.call < $2 \
         AND NOT EXISTS (SELECT 1 FROM participants e WHERE e.member = $1 AND e.call = o.call AND e.id < o.id) ORDER BY o.call DESC LIMIT $3"
    };
}
macro_rules! all_calls {
    ($which:literal) => {
        [
            concat!(
                call_fields!(),
                ", COALESCE(low.name || ', ' || high.name, r.name) FROM calls c JOIN rooms r ON r.id = c.room \
                 LEFT JOIN people low ON low.id = r.low LEFT JOIN people high ON high.id = r.high WHERE c.id < $1 AND ",
                $which,
                " ORDER BY c.id DESC LIMIT $3"
            ),
            concat!(
                participant_columns!(),
                " WHERE p.call IN (SELECT c.id FROM calls c WHERE c.id < $1 AND ",
                $which,
                " ORDER BY c.id DESC LIMIT $3) ORDER BY p.call, p.place"
            ),
        ]
    };
}

/// The calls that a person was called to or took part in, in the rooms that they are in: the newest first, each with its room's name. A
/// direct room is called by the other's name.
pub(crate) async fn own_calls(
    tx: &mut Tx<'_>,
    person: PersonId,
    after: Option<CallId>,
    limit: i64,
) -> Result<Vec<(Call, String)>, Problem> {
    let calls = concat!(call_fields!(), ", COALESCE(x.name, r.name)", own_calls!());
    let participants = concat!(participant_columns!(), " WHERE p.call IN (SELECT o.call", own_calls!(), ") ORDER BY p.call, p.place");
    with_names(tx, [calls, participants], &[&person, &below(after), &limit]).await
}

/// All calls, or those of a room, in the same way. A direct room is called by both names.
pub(crate) async fn all_calls(
    tx: &mut Tx<'_>,
    room: Option<RoomId>,
    after: Option<CallId>,
    limit: i64,
) -> Result<Vec<(Call, String)>, Problem> {
    let texts = if room.is_some() { all_calls!("c.room = $2") } else { all_calls!("CAST($2 AS UUID) IS NULL") };
    with_names(tx, texts, &[&below(after), &room, &limit]).await
}

pub(crate) async fn room_name(tx: &mut Tx<'_>, room: RoomId) -> Result<String, Problem> {
    let sql = "SELECT COALESCE(low.name || ', ' || high.name, r.name) FROM rooms r LEFT JOIN people low ON low.id = r.low \
               LEFT JOIN people high ON high.id = r.high WHERE r.id = $1";
    tx.row(sql, &[&room]).await?.ok_or_else(|| Problem::missing("room"))?.get(0)
}

/// Every id is below the largest.
fn below(after: Option<CallId>) -> Uuid {
    after.map_or(Uuid::max(), CallId::uuid)
}

async fn with_names(tx: &mut Tx<'_>, [calls, participants]: [&'static str; 2], args: &[&dyn Arg]) -> Result<Vec<(Call, String)>, Problem> {
    let rows = tx.rows(calls, args).await?;
    let names = rows.iter().map(|row| row.get(NAME)).collect::<Result<Vec<String>, _>>()?;
    let mut calls = rows.iter().map(read_call).collect::<Result<Vec<_>, _>>()?;
    add_participants(tx, &mut calls, participants, args).await?;
    Ok(calls.into_iter().zip(names).collect())
}

/// Two questions, however many calls.
async fn with_all_participants(tx: &mut Tx<'_>, [calls, participants]: [&'static str; 2], args: &[&dyn Arg]) -> Result<Vec<Call>, Problem> {
    let mut calls = tx.rows(calls, args).await?.iter().map(read_call).collect::<Result<Vec<_>, _>>()?;
    add_participants(tx, &mut calls, participants, args).await?;
    Ok(calls)
}

async fn add_participants(tx: &mut Tx<'_>, calls: &mut [Call], sql: &'static str, args: &[&dyn Arg]) -> Result<(), Problem> {
    for row in tx.rows(sql, args).await? {
        let id: CallId = row.get(0)?;
        if let Some(call) = calls.iter_mut().find(|call| call.id == id) {
            call.participants.push(read_participant(&row)?);
        }
    }
    Ok(())
}

pub(crate) async fn caller_of(tx: &mut Tx<'_>, call: &Call) -> Result<Caller, Problem> {
    let row = tx.row("SELECT id, kind, name FROM people WHERE id = $1", &[&call.initiator]).await?;
    caller(&row.ok_or_else(|| Problem::missing("person"))?)
}

fn caller(row: &Row) -> Result<Caller, Problem> {
    Ok(Caller { id: row.get(0)?, kind: row.get(1)?, name: row.get(2)? })
}

/// The live legs by socket of a person on a device.
pub(crate) async fn legs_of(tx: &mut Tx<'_>, person: PersonId, device: DeviceId) -> Result<Vec<(CallId, ParticipantId, i64)>, Problem> {
    let sql = "SELECT call, id, leg FROM participants WHERE member = $1 AND device = $2 AND state <> 'left' AND kind = 'socket' LIMIT 100";
    tx.rows(sql, &[&person, &device]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Live calls, in the order of their rooms.
pub(crate) async fn live_after(tx: &mut Tx<'_>, room: Option<RoomId>, limit: i64) -> Result<Vec<(RoomId, CallId)>, Problem> {
    let sql = "SELECT room, id FROM calls WHERE state <> 'ended' AND (CAST($1 AS UUID) IS NULL OR room > $1) ORDER BY room LIMIT $2";
    tx.rows(sql, &[&room, &limit]).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// A leg's snapshot at a slot, and when it came.
pub(crate) async fn snapshot(tx: &mut Tx<'_>, leg: (ParticipantId, i64), slot: i64) -> Result<Option<(Timestamp, String)>, Problem> {
    let sql = "SELECT at, snapshot FROM call_stats WHERE participant = $1 AND leg = $2 AND slot = $3";
    tx.row(sql, &[&leg.0, &leg.1, &slot]).await?.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

pub(crate) async fn keep_snapshot(tx: &mut Tx<'_>, leg: (ParticipantId, i64), slot: i64, at: Timestamp, text: &str) -> Result<(), Problem> {
    let sql = "INSERT INTO call_stats (participant, leg, slot, at, snapshot) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (participant, leg, slot) DO UPDATE SET at = excluded.at, snapshot = excluded.snapshot";
    tx.run(sql, &[&leg.0, &leg.1, &slot, &at, &text]).await
}

/// What was measured in a call each minute, by its legs: the latest ones, the first first, each with when it came.
pub(crate) async fn snapshots(tx: &mut Tx<'_>, call: CallId, most: i64) -> Result<Vec<(ParticipantId, i64, Timestamp, String)>, Problem> {
    let sql = "SELECT s.participant, s.leg, s.at, s.snapshot FROM participants p JOIN call_stats s ON s.participant = p.id \
               WHERE p.call = $1 AND s.slot > 0 ORDER BY s.at DESC, s.slot DESC LIMIT $2";
    let read = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let mut all = tx.rows(sql, &[&call, &most]).await?.iter().map(read).collect::<Result<Vec<_>, Problem>>()?;
    all.reverse();
    Ok(all)
}

/// Of a participant's legs up to `leg`.
pub(crate) async fn forget_snapshots(tx: &mut Tx<'_>, participant: ParticipantId, leg: i64) -> Result<(), Problem> {
    tx.run("DELETE FROM call_stats WHERE participant = $1 AND leg <= $2", &[&participant, &leg]).await
}

pub(crate) async fn is_measured(tx: &mut Tx<'_>, call: CallId) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM call_stats s JOIN participants p ON p.id = s.participant WHERE p.call = $1 LIMIT 1";
    Ok(tx.row(sql, &[&call]).await?.is_some())
}

pub(crate) async fn purge_snapshots(tx: &mut Tx<'_>, call: CallId) -> Result<(), Problem> {
    tx.run("DELETE FROM call_stats WHERE participant IN (SELECT id FROM participants WHERE call = $1)", &[&call]).await
}
