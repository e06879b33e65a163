//! A session as one asker stands to it, and what joins it to the call: its legs, its jobs, its end.

use carillon_core::{CallId, ParticipantId, PersonId, Principal, Problem, RoomId, Timestamp, WebrtcSessionId};
use carillon_gate::{Cx, Prep};
use carillon_platform::jobs;
use carillon_rooms::{Membership, room_for};
use serde::Serialize;

use super::{
    Config,
    model::{Description, Metadata, SdpType, Session, SessionView, Side, State},
    sealed::{self, Part},
    store,
    views::SessionRoom,
};
use crate::{
    call::{Call, GRACE, Input, Outputs, Participant},
    legs::{self, Moved, drive, standing},
    model::{LeaveReason, LegKind},
};

/// As whom the server's own part acts.
pub(crate) const SYSTEM: Principal = Principal::system("webrtc");
/// The jobs of a session.
pub(crate) const EXPIRE: &str = "webrtc.expire";
pub(crate) const PURGE: &str = "webrtc.purge";

/// A session as one asker stands to it: what the policy must know, and what is changed.
#[derive(Debug, Serialize)]
pub struct SessionFor {
    pub room: RoomId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership: Option<Membership>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offerer: Option<PersonId>,
    /// It is one of the two, and still in the room.
    pub party: bool,
    /// What is said in it is between the two.
    pub answered: bool,
    #[serde(skip)]
    pub(crate) side: Option<Side>,
    #[serde(skip)]
    pub(crate) session: Session,
}

pub(crate) async fn session_for(cx: &mut Cx<'_>, id: WebrtcSessionId) -> Result<SessionFor, Problem> {
    let session = store::session(&mut cx.tx, id).await?.ok_or_else(|| Problem::missing("session"))?;
    if session.purged_at.is_some() {
        return Err(Problem::gone("this session was over long ago: its history is gone too"));
    }
    let me = cx.who.person();
    let membership = room_for(&mut cx.tx, session.room, me).await?.membership;
    let side = session.side_of(me).filter(|_| membership.is_some());
    let (room, offerer, answered) = (session.room, session.offerer, session.state == State::Answered);
    Ok(SessionFor { room, membership, offerer, party: side.is_some(), answered, side, session })
}

/// The lock of a session is its room's, as that of its call. Neither ever moves, so a verb may learn it before the transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lock(Option<RoomId>);

impl Lock {
    pub(crate) async fn find(prep: &Prep<'_>, id: WebrtcSessionId) -> Result<Self, Problem> {
        prep.gate.see(&SYSTEM, SessionRoom { id }).await.map(|room| Self(Some(room)))
    }
    pub(crate) fn ids(self) -> Vec<uuid::Uuid> {
        self.0.into_iter().map(RoomId::uuid).collect()
    }
}

/// With what was said, while it is open.
pub(crate) async fn view_of(cx: &mut Cx<'_>, session: &Session) -> Result<SessionView, Problem> {
    let kept = store::contents(&mut cx.tx, session.id).await?;
    let open = |part, sealed: Option<Vec<u8>>| sealed.map(|sealed| sealed::open(cx.engines, part, session.id, &sealed)).transpose();
    let said = |kind, plain: Option<Vec<u8>>| plain.map(|plain| description(kind, plain)).transpose();
    let behind = if session.state.is_open() { None } else { behind(cx, session).await? };
    let next = match &behind {
        Some((call, _)) => next(cx, call).await?,
        None => None,
    };
    Ok(SessionView {
        id: session.id,
        call: session.call,
        room: session.room,
        state: session.state,
        offer: said(SdpType::Offer, open(Part::Offer, kept.offer)?)?,
        answer: said(SdpType::Answer, open(Part::Answer, kept.answer)?)?,
        metadata: open(Part::Metadata, kept.metadata)?.map(|text| Metadata::read(&text)).transpose()?,
        candidates: session.candidates,
        created_at: session.created_at,
        updated_at: session.updated_at,
        closed_at: session.closed_at,
        renew_until: behind.map(|(_, until)| until),
        next,
    })
}

pub(crate) fn description(kind: SdpType, plain: Vec<u8>) -> Result<Description, Problem> {
    let text = String::from_utf8(plain).map_err(|_| Problem::broken("kept SDP is no text"))?;
    Ok(Description { kind, sdp: text.try_into().map_err(Problem::broken)? })
}

/// The call of an open session.
pub(crate) async fn call_of(cx: &mut Cx<'_>, call: CallId) -> Result<Call, Problem> {
    crate::store::call(&mut cx.tx, call).await?.ok_or_else(|| Problem::broken("a session's call is missing"))
}

/// A device that is in the call by its socket has a leg already, whose signals go there.
pub(crate) fn must_not_be_by_socket(cx: &Cx<'_>, call: Option<&Call>) -> Result<(), Problem> {
    let (person, device) = standing(cx.who)?;
    let mine = call.and_then(|call| call.participant_of(person, device));
    match mine {
        Some(mine) if mine.inside() && mine.kind == LegKind::Socket => {
            Err(Problem::conflict("this device is in the call by its socket: leave there first, or sign in anew for the REST side"))
        }
        _ => Ok(()),
    }
}

/// A leg by REST has nobody to say that it is connected: it counts as such once there is an answer.
pub(crate) async fn connected(cx: &mut Cx<'_>, call: Call, leg: ParticipantId) -> Result<Moved, Problem> {
    match by_rest(&call, leg) {
        Some((member, device)) => drive(cx, call, Input::Leg { member, device, connected: true }).await,
        None => Ok(Moved::nothing(call)),
    }
}

/// The session is over, and so are its legs; one by socket stays in the call.
pub(crate) async fn end(cx: &mut Cx<'_>, session: &Session, state: State, reason: LeaveReason) -> Result<Vec<Moved>, Problem> {
    close(cx, session, state).await?;
    let mut call = call_of(cx, session.call).await?;
    let mut all = Vec::new();
    for leg in [Some(session.offerer_leg), session.answerer_leg].into_iter().flatten() {
        let Some((member, device)) = by_rest(&call, leg) else { continue };
        let moved = drive(cx, call, Input::Leave { member, device, reason }).await?;
        call = moved.call.clone();
        all.push(moved);
    }
    Ok(all)
}

fn by_rest(call: &Call, leg: ParticipantId) -> Option<(PersonId, carillon_core::DeviceId)> {
    let one = call.participants.iter().find(|one| one.id == leg && one.kind == LegKind::Rest && one.inside())?;
    Some((one.member, one.device?))
}

/// The row of a session that is over; its call is left as it is.
async fn close(cx: &mut Cx<'_>, session: &Session, state: State) -> Result<(), Problem> {
    let keep = cx.engines.get::<Config>()?.history();
    store::close(&mut cx.tx, session.id, state, cx.now).await?;
    jobs::cancel(&mut cx.tx, EXPIRE, session.id.uuid()).await?;
    jobs::schedule(&mut cx.tx, PURGE, session.id.uuid(), cx.now.plus(keep), "").await
}

/// A session is of two legs: it is over when one of them has ended, or has come in anew. The leg by REST that is left behind without one has
/// its grace to offer anew, as one by socket has to come back.
pub(crate) async fn follow(cx: &mut Cx<'_>, before: &Call, call: &mut Call, out: &mut Outputs) -> Result<(), Problem> {
    let stands = |call: &Call, was: &Participant| call.inside().any(|one| (one.id, one.leg) == (was.id, was.leg));
    let over: Vec<ParticipantId> = before.inside().filter(|was| !stands(call, was)).map(|was| was.id).collect();
    if over.is_empty() || !before.inside().any(|one| one.kind == LegKind::Rest) {
        return Ok(());
    }
    for session in store::open_in(&mut cx.tx, call.id).await? {
        let legs = [Some(session.offerer_leg), session.answerer_leg];
        if !legs.iter().flatten().any(|leg| over.contains(leg)) {
            continue;
        }
        close(cx, &session, State::Closed).await?;
        let behind = |one: &&Participant| one.kind == LegKind::Rest && legs.contains(&Some(one.id)) && !over.contains(&one.id);
        let behind: Vec<_> = call.inside().filter(behind).map(|one| (one.id, one.leg)).collect();
        for (participant, leg) in behind {
            let Outputs { notes, timers } = call.handle(cx.now, Input::Gone { participant, leg })?;
            out.notes.extend(notes);
            out.timers.extend(timers);
        }
    }
    Ok(())
}

/// The call of a session that is over, if the asker was left behind in it; and until when their leg waits.
async fn behind(cx: &mut Cx<'_>, session: &Session) -> Result<Option<(Call, Timestamp)>, Problem> {
    let (person, device) = standing(cx.who)?;
    let call = call_of(cx, session.call).await?;
    let mine = call.participant_of(person, device).filter(|mine| mine.inside() && mine.kind == LegKind::Rest);
    let until = mine.and_then(|mine| mine.gone_at).map(|gone| gone.plus(GRACE));
    Ok(until.map(|until| (call, until)))
}

/// What the other has offered meanwhile to an asker who was left behind.
async fn next(cx: &mut Cx<'_>, call: &Call) -> Result<Option<WebrtcSessionId>, Problem> {
    let open = store::open_in(&mut cx.tx, call.id).await?;
    Ok(open.iter().find(|other| other.state == State::Offered && other.offerer != cx.who.person()).map(|other| other.id))
}

/// Hangs up the leg of an asker who was left behind.
pub(crate) async fn give_up(cx: &mut Cx<'_>, session: &Session) -> Result<Option<Moved>, Problem> {
    match behind(cx, session).await? {
        Some((call, _)) => legs::leave(cx, call, LeaveReason::Hangup).await.map(Some),
        None => Ok(None),
    }
}

/// What a call may carry, by the sections of an SDP.
pub(crate) fn media(sdp: &str) -> crate::model::Media {
    let has = |kind: &str| sdp.lines().any(|line| line.strip_prefix("m=").is_some_and(|rest| rest.starts_with(kind)));
    crate::model::Media { audio: has("audio "), video: has("video ") }
}

/// Enters the room's call as a leg by REST.
pub(crate) async fn enter(cx: &mut Cx<'_>, room: RoomId, sdp: &str) -> Result<Moved, Problem> {
    legs::enter(cx, room, legs::Entry { request: None, kind: LegKind::Rest, media: Some(media(sdp)) }).await
}
