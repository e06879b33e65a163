//! The tables of the REST signalling: one function per use.

use carillon_core::{CallId, ParticipantId, PersonId, Problem, RequestId, RoomId, Timestamp, WebrtcSessionId};
use carillon_gate::{Arg, Row, Tx};

use super::model::{CANDIDATES, Session, Side, State};

macro_rules! session_columns {
    () => {
        "SELECT id, call, room, state, offerer, offerer_leg, answerer, answerer_leg, answer_hash, candidates, created_at, updated_at, \
         closed_at, purged_at FROM webrtc_sessions"
    };
}

/// Candidates in one answer: all that two legs may have.
const PAGE: i64 = 2 * CANDIDATES as i64;
/// Sessions of one call that are open at once: each participant has one at most, but a call may have many after another.
const OPEN: i64 = 64;

pub(crate) async fn session(tx: &mut Tx<'_>, id: WebrtcSessionId) -> Result<Option<Session>, Problem> {
    tx.row(concat!(session_columns!(), " WHERE id = $1"), &[&id]).await?.map(|row| read(&row)).transpose()
}

/// The session that somebody made by this request.
pub(crate) async fn by_request(tx: &mut Tx<'_>, offerer: PersonId, request: RequestId) -> Result<Option<Session>, Problem> {
    let sql = concat!(session_columns!(), " WHERE offerer = $1 AND request = $2");
    tx.row(sql, &[&offerer, &request]).await?.map(|row| read(&row)).transpose()
}

/// The open sessions of a call, the newest first.
pub(crate) async fn open_in(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<Session>, Problem> {
    let sql = concat!(session_columns!(), " WHERE call = $1 AND closed_at IS NULL ORDER BY id DESC LIMIT $2");
    tx.rows(sql, &[&call, &OPEN]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Session, Problem> {
    Ok(Session {
        id: row.get(0)?,
        call: row.get(1)?,
        room: row.get(2)?,
        state: State::read(&row.get::<String>(3)?)?,
        offerer: row.get(4)?,
        offerer_leg: row.get(5)?,
        answerer: row.get(6)?,
        answerer_leg: row.get(7)?,
        answer_hash: row.get(8)?,
        candidates: row.get(9)?,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
        closed_at: row.get(12)?,
        purged_at: row.get(13)?,
    })
}

/// Sealed.
pub(crate) struct Contents {
    pub offer: Option<Vec<u8>>,
    pub answer: Option<Vec<u8>>,
    pub metadata: Option<Vec<u8>>,
}

pub(crate) async fn contents(tx: &mut Tx<'_>, id: WebrtcSessionId) -> Result<Contents, Problem> {
    let row = tx.row("SELECT offer, answer, metadata FROM webrtc_sessions WHERE id = $1", &[&id]).await?;
    let row = row.ok_or_else(|| Problem::missing("session"))?;
    Ok(Contents { offer: row.get(0)?, answer: row.get(1)?, metadata: row.get(2)? })
}

pub(crate) struct NewSession<'n> {
    pub id: WebrtcSessionId,
    pub call: CallId,
    pub room: RoomId,
    pub offerer: PersonId,
    pub leg: ParticipantId,
    pub request: Option<RequestId>,
    pub offer: &'n [u8],
    pub metadata: Option<&'n [u8]>,
    pub hash: &'n str,
    pub now: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx<'_>, new: &NewSession<'_>) -> Result<(), Problem> {
    let sql = "INSERT INTO webrtc_sessions (id, call, room, state, offerer, offerer_leg, request, offer, metadata, offer_hash, candidates, \
               created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $11)";
    let args: [&dyn Arg; 11] = [
        &new.id,
        &new.call,
        &new.room,
        &State::Offered.word(),
        &new.offerer,
        &new.leg,
        &new.request,
        &new.offer,
        &new.metadata,
        &new.hash,
        &new.now,
    ];
    tx.run(sql, &args).await
}

pub(crate) async fn answer(
    tx: &mut Tx<'_>,
    id: WebrtcSessionId,
    (answerer, leg): (PersonId, ParticipantId),
    (sealed, hash): (&[u8], &str),
    now: Timestamp,
) -> Result<(), Problem> {
    let sql = "UPDATE webrtc_sessions SET state = $2, answerer = $3, answerer_leg = $4, answer = $5, answer_hash = $6, answered_at = $7, \
               updated_at = $7 WHERE id = $1";
    tx.run(sql, &[&id, &State::Answered.word(), &answerer, &leg, &sealed, &hash, &now]).await
}

/// What a side has said already.
pub(crate) async fn marks(tx: &mut Tx<'_>, id: WebrtcSessionId, side: Side) -> Result<Vec<String>, Problem> {
    let sql = "SELECT mark FROM webrtc_candidates WHERE session = $1 AND side = $2 LIMIT $3";
    tx.rows(sql, &[&id, &side.word(), &PAGE]).await?.iter().map(|row| row.get(0)).collect()
}

pub(crate) async fn add(tx: &mut Tx<'_>, id: WebrtcSessionId, seq: i64, side: Side, (mark, sealed): (&str, &[u8])) -> Result<(), Problem> {
    let sql = "INSERT INTO webrtc_candidates (session, seq, side, mark, sealed) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, &[&id, &seq, &side.word(), &mark, &sealed]).await
}

/// Somebody posted something.
pub(crate) async fn touch(tx: &mut Tx<'_>, id: WebrtcSessionId, candidates: i64, now: Timestamp) -> Result<(), Problem> {
    tx.run("UPDATE webrtc_sessions SET candidates = $2, updated_at = $3 WHERE id = $1", &[&id, &candidates, &now]).await
}

/// Sealed candidates after a place, in the order of their arrival.
pub(crate) async fn candidates(tx: &mut Tx<'_>, id: WebrtcSessionId, after: i64) -> Result<Vec<(i64, Side, Vec<u8>)>, Problem> {
    let sql = "SELECT seq, side, sealed FROM webrtc_candidates WHERE session = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let read = |row: &Row| Ok((row.get(0)?, Side::read(&row.get::<String>(1)?)?, row.get(2)?));
    tx.rows(sql, &[&id, &after, &PAGE]).await?.iter().map(read).collect()
}

/// The session is over: nothing of what was said stays.
pub(crate) async fn close(tx: &mut Tx<'_>, id: WebrtcSessionId, state: State, now: Timestamp) -> Result<(), Problem> {
    let sql = "UPDATE webrtc_sessions SET state = $2, offer = NULL, answer = NULL, metadata = NULL, updated_at = $3, closed_at = $3 \
               WHERE id = $1";
    tx.run(sql, &[&id, &state.word(), &now]).await?;
    tx.run("DELETE FROM webrtc_candidates WHERE session = $1", &[&id]).await
}

/// Its history is over: nobody is named any more.
pub(crate) async fn purge(tx: &mut Tx<'_>, id: WebrtcSessionId, now: Timestamp) -> Result<(), Problem> {
    let sql = "UPDATE webrtc_sessions SET offerer = NULL, answerer = NULL, request = NULL, purged_at = $2 WHERE id = $1";
    tx.run(sql, &[&id, &now]).await
}
