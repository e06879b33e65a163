//! What the verbs of this crate share: a call with its facts, and one input to it, stored with its log, timers and hints.

use carillon_core::{CallId, DeviceId, ParticipantId, PersonId, Principal, Problem, RequestId, RoomId, Timestamp};
use carillon_gate::{Change, Cx, Done, Prep, Topic};
use carillon_media::IceServers;
use carillon_platform::{jobs, random};
use carillon_proto::rooms::v1::{CallEnded, CallJoined, CallLeft, CallStarted, body::Kind};
use carillon_rooms::{RoomFor, append, room_for};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    call::{Call, Input, Join, Note, Outputs, Participant, Start, Timer},
    model::{CallView, EndReason, Entered, LeaveReason, LegKind, Media},
    store,
    views::Whereabouts,
    webrtc,
};

/// As whom the server's own part acts.
pub(crate) const SYSTEM: Principal = Principal::system("calls");

/// A call as one asker stands to it: what the policy must know, and what is changed.
#[derive(Debug, Serialize)]
pub struct CallFor {
    #[serde(flatten)]
    pub(crate) room: RoomFor,
    /// The asker's own on this device, if they have come in: until they leave, or the call ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) participant: Option<ParticipantId>,
    #[serde(skip)]
    pub(crate) call: Call,
}

/// The lock of a call is its room's. A call never moves, so its verb may learn the room before the transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lock(Option<RoomId>);

impl Lock {
    pub(crate) async fn find(prep: &Prep<'_>, call: CallId) -> Result<Self, Problem> {
        prep.gate.see(&SYSTEM, Whereabouts { call }).await.map(|room| Self(Some(room)))
    }
    pub(crate) fn ids(self) -> Vec<Uuid> {
        self.0.into_iter().map(RoomId::uuid).collect()
    }
}

/// Who stands at the gate, and on which device.
pub(crate) fn standing(who: &Principal) -> Result<(PersonId, DeviceId), Problem> {
    who.person().zip(who.device()).ok_or_else(|| Problem::refused("only people take part in calls"))
}

pub(crate) async fn call_for(cx: &mut Cx<'_>, call: CallId) -> Result<CallFor, Problem> {
    let call = store::call(&mut cx.tx, call).await?.ok_or_else(|| Problem::missing("call"))?;
    let room = room_for(&mut cx.tx, call.room, cx.who.person()).await?;
    let mine = cx.who.person().zip(cx.who.device()).and_then(|(person, device)| call.participant_of(person, device));
    let participant = mine.filter(|mine| mine.inside() || call.ended_at.is_some()).map(|mine| mine.id);
    Ok(CallFor { room, participant, call })
}

/// The legs that the asking socket has entered with, if a socket asks.
pub type Held = Option<Vec<(ParticipantId, i64)>>;

/// The call that this very request has entered before, if nothing is to be done now. A leg that was lost since then comes back by it, and
/// one that another socket holds is made anew: that socket is as good as gone, and must not take this leg along.
pub(crate) async fn repeats(cx: &mut Cx<'_>, request: RequestId, held: &Held) -> Result<Option<Call>, Problem> {
    let (member, device) = standing(cx.who)?;
    let Some(call) = store::entered_before(&mut cx.tx, member, request).await? else { return Ok(None) };
    let call = store::call(&mut cx.tx, call).await?.ok_or_else(|| Problem::broken("a participant without its call"))?;
    let elsewhere = |mine: &Participant| held.as_ref().is_some_and(|held| !held.contains(&(mine.id, mine.leg)));
    let lost = |mine: &Participant| mine.inside() && (mine.gone_at.is_some() || elsewhere(mine));
    let anew = call.participant_of(member, device).is_some_and(lost);
    Ok((!anew).then_some(call))
}

/// Somebody who wants to be in the call of a room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub request: Option<RequestId>,
    pub kind: LegKind,
    /// What they send; for a call that is started by this, both unless said.
    pub media: Option<Media>,
}

/// Enters the live call of a room, or starts one, as whoever stands at the gate on their device. The verb holds the room's lock.
pub(crate) async fn enter(cx: &mut Cx<'_>, room: RoomId, entry: Entry) -> Result<Moved, Problem> {
    let (member, device) = standing(cx.who)?;
    let name = store::name(&mut cx.tx, member).await?;
    // The greater id is the polite one of a negotiation, and a leg by REST can only be the other: it makes one offer.
    let id = if entry.kind == LegKind::Rest { low(0) } else { cx.new_id() };
    let join = Join { id, member, name, device, request: entry.request, kind: entry.kind, media: entry.media };
    if let Some(call) = store::live_in(&mut cx.tx, room).await? {
        return drive(cx, call, Input::Join(join)).await;
    }
    let called = match carillon_rooms::direct_members(&mut cx.tx, room).await? {
        Some(pair) => {
            let other = if pair[0] == member { pair[1] } else { pair[0] };
            Some((low(1), other, store::name(&mut cx.tx, other).await?)) // they may answer by REST
        }
        None => None,
    };
    let media = entry.media.unwrap_or(Media { audio: true, video: true });
    let (call, out) = Call::start(cx.now, Start { id: cx.new_id(), room, media, by: join, called });
    settle(cx, None, call, &out).await
}

/// An id below those of all who come by socket, which are of their time.
fn low(time: i64) -> ParticipantId {
    ParticipantId::new(random::uuid(Timestamp(time)))
}

/// One input to a call: its new state, its log and its timers are stored. The verb holds the room's lock.
pub(crate) async fn drive(cx: &mut Cx<'_>, before: Call, input: Input) -> Result<Moved, Problem> {
    let mut call = before.clone();
    let mut out = call.handle(cx.now, input)?;
    webrtc::follow(cx, &before, &mut call, &mut out).await?;
    settle(cx, Some(&before), call, &out).await
}

/// Ends the part of whoever stands at the gate on their device. `Lost` is for legs whose time is over.
pub(crate) async fn leave(cx: &mut Cx<'_>, call: Call, reason: LeaveReason) -> Result<Moved, Problem> {
    let (member, device) = standing(cx.who)?;
    drive(cx, call, Input::Leave { member, device, reason }).await
}

/// Says how the leg of whoever stands at the gate is.
pub(crate) async fn set_leg(cx: &mut Cx<'_>, call: Call, connected: bool) -> Result<Moved, Problem> {
    let (member, device) = standing(cx.who)?;
    drive(cx, call, Input::Leg { member, device, connected }).await
}

/// What came of an input.
#[derive(Debug)]
pub(crate) struct Moved {
    pub call: Call,
    changed: bool,
    /// Where the log stands, if it has grown.
    seq: Option<i64>,
    hints: Vec<(Topic, i64)>,
}

impl Moved {
    /// Nothing came of it: an earlier request did it.
    pub(crate) fn nothing(call: Call) -> Self {
        Self { call, changed: false, seq: None, hints: Vec::new() }
    }

    /// One's own participant, once one has entered.
    pub(crate) fn participant(&self, who: &Principal) -> Result<ParticipantId, Problem> {
        let (member, device) = standing(who)?;
        let mine = self.call.participant_of(member, device);
        mine.map(|mine| mine.id).ok_or_else(|| Problem::conflict("this request was sent by another device: make a new one"))
    }

    pub(crate) fn view(&self, cx: &Cx<'_>) -> CallView {
        CallView::of(&self.call, cx.now)
    }

    pub(crate) fn entered(&self, cx: &Cx<'_>) -> Result<Entered, Problem> {
        let ice_servers = cx.engines.get::<IceServers>()?.0.clone();
        Ok(Entered { call: self.view(cx), participant: self.participant(cx.who)?, ice_servers })
    }

    /// The end of a verb that is audited; `what` is its record.
    pub(crate) fn done<A>(self, answer: A, mut what: Value) -> Done<A> {
        if !self.changed {
            return Done::repeated(answer);
        }
        if let (Some(seq), Some(what)) = (self.seq, what.as_object_mut()) {
            what.insert("seq".into(), json!(seq));
        }
        let change = Change::of("call", self.call.id, what);
        self.hinted(Done::changed(answer, change))
    }

    /// The end of a verb that changes the state of a leg only.
    pub(crate) fn kept<A>(self, answer: A) -> Done<A> {
        if self.changed { self.hinted(Done::kept(answer)) } else { Done::repeated(answer) }
    }

    /// Adds what this change hints to the end of a verb that changes more than the call.
    pub(crate) fn hinted<A>(self, done: Done<A>) -> Done<A> {
        self.hints.into_iter().fold(done, |done, (topic, head)| done.hint(topic, head))
    }
}

async fn settle(cx: &mut Cx<'_>, before: Option<&Call>, call: Call, out: &Outputs) -> Result<Moved, Problem> {
    if before == Some(&call) && out.notes.is_empty() && out.timers.is_empty() {
        return Ok(Moved::nothing(call));
    }
    let revision = store::save(&mut cx.tx, before, &call).await?;
    if call.ended_at.is_some() {
        let keep = cx.engines.get::<webrtc::Config>()?.history();
        jobs::schedule(&mut cx.tx, PURGE, call.id.uuid(), cx.now.plus(keep), &json!({ "call": call.id }).to_string()).await?;
    }
    for (timer, at) in &out.timers {
        let (kind, key) = job(&call, *timer);
        match at {
            Some(at) => jobs::schedule(&mut cx.tx, kind, key, *at, &json!({ "call": call.id }).to_string()).await?,
            None => jobs::cancel(&mut cx.tx, kind, key).await?,
        }
    }
    let (mut seq, mut hints) = (None, vec![(Topic::Call(call.id), revision)]);
    for note in &out.notes {
        let kind = logged(&call, *note);
        seq = Some(append(cx, call.room, cx.who.person(), None, kind).await?.seq);
    }
    hints.extend(seq.map(|seq| (Topic::Room(call.room), seq)));
    if before.is_none() {
        // Nobody listens to a call that they do not know of.
        hints.extend(store::hearers(&mut cx.tx, call.room).await?.into_iter().map(|person| (Topic::Person(person), cx.now.0)));
    }
    Ok(Moved { call, changed: true, seq, hints })
}

/// The job of a timer.
pub(crate) fn job(call: &Call, timer: Timer) -> (&'static str, Uuid) {
    match timer {
        Timer::Ring => (RING, call.id.uuid()),
        Timer::Empty => (EMPTY, call.id.uuid()),
        Timer::Leg(participant) => (LEG, participant.uuid()),
    }
}
pub(crate) const RING: &str = "call.ring";
pub(crate) const EMPTY: &str = "call.empty";
pub(crate) const LEG: &str = "call.leg";
/// What was measured in it goes, some time after its end.
pub(crate) const PURGE: &str = "call.purge";

fn logged(call: &Call, note: Note) -> Kind {
    let bytes = |id: Uuid| id.as_bytes().to_vec();
    let one = |id| call.participants.iter().find(|one| one.id == id).expect("a call notes its own participants");
    match note {
        Note::Started => Kind::CallStarted(CallStarted { call: bytes(call.id.uuid()), audio: call.media.audio, video: call.media.video }),
        Note::Joined(id) => Kind::CallJoined(CallJoined {
            call: bytes(call.id.uuid()),
            participant: bytes(id.uuid()),
            member: bytes(one(id).member.uuid()),
            name: one(id).name.clone(),
        }),
        Note::Left(id) => Kind::CallLeft(CallLeft {
            call: bytes(call.id.uuid()),
            participant: bytes(id.uuid()),
            member: bytes(one(id).member.uuid()),
            reason: one(id).left_reason.map_or("", LeaveReason::word).into(),
        }),
        Note::Ended => Kind::CallEnded(CallEnded {
            call: bytes(call.id.uuid()),
            reason: call.end_reason.map_or("", EndReason::word).into(),
            duration: call.ended_at.map_or(0, |ended| call.duration(ended)),
            answered: call.answered_at.is_some(),
        }),
    }
}
