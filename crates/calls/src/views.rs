//! What can be seen of calls.

mod administered;
mod recent;

pub use administered::{AdminCall, InspectCall, LegFigures, ListAllCalls};
pub use recent::{ListOwnCalls, NamedCalls};

use carillon_core::{Action, CallId, DeviceId, ParticipantId, PersonId, Principal, Problem, RoomId, Timestamp};
use carillon_gate::{Cx, Gate, Opening, Topic, View};
use carillon_rooms::{RoomFor, room_for};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    call::{Call, Participant},
    legs::{CallFor, SYSTEM, call_for},
    model::{CallView, LegKind, LegState},
    store,
};

/// Live calls that one socket is told of, their own before all others; and others that it knows of and that are looked at with them.
const LIVE: i64 = 50;

/// The calls of a room, newest first.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListCalls {
    pub room: RoomId,
    /// The last call of the page before.
    pub after: Option<CallId>,
    /// 1 to 50; 20 unless said.
    #[schema(minimum = 1, maximum = 50)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallList {
    pub calls: Vec<CallView>,
}

impl View for ListCalls {
    const ACTION: Action = Action::CallList;
    type On = RoomFor;
    type Sight = CallList;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        room_for(&mut cx.tx, self.room, cx.who.person()).await
    }
    async fn show(self, _: RoomFor, cx: &mut Cx<'_>) -> Result<CallList, Problem> {
        let calls = store::calls_of(&mut cx.tx, self.room, self.after, page(self.limit)?).await?;
        Ok(CallList { calls: calls.iter().map(|call| CallView::of(call, cx.now)).collect() })
    }
}

fn page(limit: Option<i64>) -> Result<i64, Problem> {
    let limit = limit.unwrap_or(20);
    if (1..=50).contains(&limit) { Ok(limit) } else { Err(Problem::invalid("`limit` is 1 to 50")) }
}

/// What is live in the rooms of whoever asks, and what became of the calls that they know of.
#[derive(Debug, Clone)]
pub struct WatchCalls {
    pub known: Vec<CallId>,
}

/// Whose calls are asked for.
#[derive(Debug, Serialize)]
pub struct Own {
    own: Option<PersonId>,
}

#[derive(Debug, Clone)]
pub struct Watched {
    pub live: Vec<LiveCall>,
    pub ended: Vec<CallView>,
    /// Known ones that are no longer theirs to see.
    pub lost: Vec<CallId>,
}

#[derive(Debug, Clone)]
pub struct LiveCall {
    pub call: CallView,
    pub from: Caller,
    /// Whoever asks is called.
    pub ring: bool,
}

/// Who started a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Caller {
    pub id: PersonId,
    /// `account` or `guest`.
    pub kind: String,
    pub name: String,
}

impl View for WatchCalls {
    const ACTION: Action = Action::CallList;
    type On = Own;
    type Sight = Watched;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Own, Problem> {
        Ok(Own { own: cx.who.person() })
    }
    async fn show(self, on: Own, cx: &mut Cx<'_>) -> Result<Watched, Problem> {
        let mut watched = Watched { live: Vec::new(), ended: Vec::new(), lost: Vec::new() };
        let Some(me) = on.own else { return Ok(watched) };
        let (calls, now) = (store::live_of(&mut cx.tx, me, LIVE).await?, cx.now);
        let callers = if calls.is_empty() { Vec::new() } else { store::callers_of(&mut cx.tx, me, LIVE).await? };
        let live = calls.iter().filter_map(|call| {
            let from = callers.iter().find(|caller| caller.id == call.initiator)?;
            Some(LiveCall::of(call, from.clone(), me, now))
        });
        watched.live.extend(live);
        let others = self.known.into_iter().filter(|id| calls.iter().all(|call| call.id != *id));
        for id in others.take(LIVE as usize) {
            match store::call(&mut cx.tx, id).await? {
                Some(call) if !is_member(cx, &call, me).await? => watched.lost.push(id),
                Some(call) if call.ended_at.is_some() => watched.ended.push(CallView::of(&call, now)),
                Some(call) => {
                    let from = store::caller_of(&mut cx.tx, &call).await?;
                    watched.live.push(LiveCall::of(&call, from, me, now));
                }
                None => watched.lost.push(id),
            }
        }
        Ok(watched)
    }
}

impl LiveCall {
    fn of(call: &Call, from: Caller, me: PersonId, now: Timestamp) -> Self {
        let ring = call.participants.iter().any(|one| one.member == me && one.state == LegState::Ringing);
        Self { call: CallView::of(call, now), from, ring }
    }
}

async fn is_member(cx: &mut Cx<'_>, call: &Call, me: PersonId) -> Result<bool, Problem> {
    Ok(room_for(&mut cx.tx, call.room, Some(me)).await?.membership.is_some())
}

/// The right to pass signals in a call, and to whom.
#[derive(Debug, Clone)]
pub struct PassSignals {
    call: CallId,
    room: RoomId,
}

impl PassSignals {
    /// In this call; whether one may is decided when the pass is opened.
    pub async fn of(gate: &Gate, call: CallId) -> Result<Self, Problem> {
        Ok(Self { call, room: gate.see(&SYSTEM, Whereabouts { call }).await? })
    }
}

/// Whom the signals of one participant reach.
#[derive(Debug, Clone)]
pub struct Line {
    /// One's own.
    pub me: ParticipantId,
    pub others: Vec<Other>,
}

#[derive(Debug, Clone)]
pub struct Other {
    pub participant: ParticipantId,
    pub member: PersonId,
    pub device: DeviceId,
    /// Signals reach them by their session of the REST signalling.
    pub by_rest: bool,
}

impl View for PassSignals {
    const ACTION: Action = Action::CallSignal;
    type On = CallFor;
    type Sight = Line;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
        call_for(cx, self.call).await
    }
    async fn show(self, on: CallFor, _: &mut Cx<'_>) -> Result<Line, Problem> {
        let me = on.participant.ok_or_else(|| Problem::conflict("join the call first"))?;
        if on.call.ended_at.is_some() {
            return Err(Problem::gone("this call is over"));
        }
        let others = on.call.inside().filter(|one| one.id != me);
        let other = |one: &Participant| {
            let (participant, member, by_rest) = (one.id, one.member, one.kind == LegKind::Rest);
            one.device.map(|device| Other { participant, member, device, by_rest })
        };
        Ok(Line { me, others: others.filter_map(other).collect() })
    }
}

impl Opening for PassSignals {
    fn stands_on(&self, who: &Principal) -> Vec<Topic> {
        let member = who.person().map(|person| Topic::Member(self.room, person));
        [Topic::Call(self.call)].into_iter().chain(member).chain(who.session().map(Topic::Session)).collect()
    }
}

/// The room of a call, for the server's own use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whereabouts {
    pub call: CallId,
}

impl View for Whereabouts {
    const ACTION: Action = Action::CallTick;
    type On = ();
    type Sight = RoomId;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<RoomId, Problem> {
        store::room_of(&mut cx.tx, self.call).await
    }
}

/// The room of a pair, for the server's own use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DirectOf(pub PersonId, pub PersonId);

impl View for DirectOf {
    const ACTION: Action = Action::CallTick;
    type On = ();
    type Sight = Option<RoomId>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Option<RoomId>, Problem> {
        store::direct(&mut cx.tx, self.0, self.1).await
    }
}

/// The live legs of a device, by their numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LegsOf(pub PersonId, pub DeviceId);

impl View for LegsOf {
    const ACTION: Action = Action::CallTick;
    type On = ();
    type Sight = Vec<(CallId, ParticipantId, i64)>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Self::Sight, Problem> {
        store::legs_of(&mut cx.tx, self.0, self.1).await
    }
}

/// All live calls, page by page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveAfter(pub Option<RoomId>);

impl View for LiveAfter {
    const ACTION: Action = Action::CallTick;
    type On = ();
    type Sight = Vec<(RoomId, CallId)>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Self::Sight, Problem> {
        store::live_after(&mut cx.tx, self.0, 100).await
    }
}
