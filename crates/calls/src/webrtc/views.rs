//! What can be seen by REST signalling.

use carillon_core::{Action, CallId, ParticipantId, Problem, RoomId, WebrtcSessionId};
use carillon_gate::{Cx, View};
use carillon_media::{IceServer, IceServers};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    leg::{SessionFor, description, session_for, view_of},
    model::{Candidate, SdpType, Session, SessionView, Side, State},
    sealed::{self, Part},
    store,
};
use crate::legs::{CallFor, call_for};

/// What `RTCPeerConnection` takes. Fetch it for each connection: credentials may change.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeeConfig {}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebrtcConfig {
    pub ice_servers: Vec<IceServer>,
}

impl View for SeeConfig {
    const ACTION: Action = Action::WebrtcConfig;
    type On = ();
    type Sight = WebrtcConfig;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<WebrtcConfig, Problem> {
        Ok(WebrtcConfig { ice_servers: cx.engines.get::<IceServers>()?.0.clone() })
    }
}

/// A session, with what was said while it is open.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeeSession {
    pub id: WebrtcSessionId,
}

impl View for SeeSession {
    const ACTION: Action = Action::WebrtcSee;
    type On = SessionFor;
    type Sight = SessionView;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<SessionFor, Problem> {
        session_for(cx, self.id).await
    }
    async fn show(self, on: SessionFor, cx: &mut Cx<'_>) -> Result<SessionView, Problem> {
        view_of(cx, &on.session).await
    }
}

/// The candidates of both sides, in the order of their arrival.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListCandidates {
    pub id: WebrtcSessionId,
    /// The `next` of the last answer; 0 at first.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub after: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Candidates {
    pub candidates: Vec<ListedCandidate>,
    /// What to ask after the next time.
    pub next: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListedCandidate {
    pub seq: i64,
    pub from: Side,
    pub candidate: Candidate,
}

impl View for ListCandidates {
    const ACTION: Action = Action::WebrtcCandidatesList;
    type On = SessionFor;
    type Sight = Candidates;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<SessionFor, Problem> {
        session_for(cx, self.id).await
    }
    async fn show(self, on: SessionFor, cx: &mut Cx<'_>) -> Result<Candidates, Problem> {
        on.session.must_be_open()?;
        let after = self.after.unwrap_or(0);
        if after < 0 {
            return Err(Problem::invalid("`after` is 0 or more"));
        }
        let candidates = listed(cx, &on.session, after).await?;
        let next = candidates.last().map_or(after, |last| last.seq);
        Ok(Candidates { candidates, next })
    }
}

async fn listed(cx: &mut Cx<'_>, session: &Session, after: i64) -> Result<Vec<ListedCandidate>, Problem> {
    let kept = store::candidates(&mut cx.tx, session.id, after).await?;
    let opened = kept.into_iter().map(|(seq, from, sealed)| {
        let candidate = Candidate::read(&sealed::open(cx.engines, Part::Candidate, session.id, &sealed)?)?;
        Ok(ListedCandidate { seq, from, candidate })
    });
    opened.collect()
}

/// What those who are in a call by REST have said to a participant by socket since it heard them last.
#[derive(Debug, Clone, Copy)]
pub struct HearSignals {
    pub call: CallId,
    /// The session heard last, and the `next` of then: a new socket, and whoever has just joined, begins with nothing and 0.
    pub session: Option<WebrtcSessionId>,
    pub after: i64,
}

#[derive(Debug, Clone)]
pub struct Heard {
    pub session: Option<WebrtcSessionId>,
    /// Payloads of `call:signal`, in their order.
    pub signals: Vec<HeardSignal>,
    pub next: i64,
}

/// A payload of `call:signal`.
#[derive(Debug, Clone, Serialize)]
pub struct HeardSignal {
    pub call: CallId,
    pub from: ParticipantId,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub signal: Value,
}

impl View for HearSignals {
    const ACTION: Action = Action::CallSignal;
    type On = CallFor;
    type Sight = Heard;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
        call_for(cx, self.call).await
    }

    async fn show(self, on: CallFor, cx: &mut Cx<'_>) -> Result<Heard, Problem> {
        let nothing = Heard { session: self.session, signals: Vec::new(), next: self.after };
        let Some(me) = on.participant else { return Ok(nothing) };
        let open = store::open_in(&mut cx.tx, self.call).await?;
        let mine = |session: &Session| session.offerer_leg != me && session.answerer_leg.is_none_or(|answerer| answerer == me);
        let Some(session) = open.into_iter().find(mine) else { return Ok(nothing) };
        let said = |kind, signal| HeardSignal { call: self.call, from: session.offerer_leg, kind, signal };
        let (mut signals, mut next) = (Vec::new(), if self.session == Some(session.id) { self.after } else { 0 });
        if self.session != Some(session.id) && session.state == State::Offered {
            let sealed =
                store::contents(&mut cx.tx, session.id).await?.offer.ok_or_else(|| Problem::broken("an open session lacks its offer"))?;
            let offer = description(SdpType::Offer, sealed::open(cx.engines, Part::Offer, session.id, &sealed)?)?;
            signals.push(said("offer", json!(offer)));
        }
        for candidate in listed(cx, &session, next).await? {
            next = candidate.seq;
            if candidate.from == Side::Offerer {
                signals.push(said("ice-candidate", json!(candidate.candidate)));
            }
        }
        Ok(Heard { session: Some(session.id), signals, next })
    }
}

/// The room of a session, for the server's own use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionRoom {
    pub id: WebrtcSessionId,
}

impl View for SessionRoom {
    const ACTION: Action = Action::WebrtcSee;
    type On = ();
    type Sight = RoomId;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<RoomId, Problem> {
        Ok(store::session(&mut cx.tx, self.id).await?.ok_or_else(|| Problem::missing("session"))?.room)
    }
}

/// The open session of a participant by REST, for the server's own use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenSession {
    pub call: CallId,
    pub offerer: ParticipantId,
}

impl View for OpenSession {
    const ACTION: Action = Action::WebrtcSee;
    type On = ();
    type Sight = Option<WebrtcSessionId>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Self::Sight, Problem> {
        let open = store::open_in(&mut cx.tx, self.call).await?;
        Ok(open.into_iter().find(|session| session.offerer_leg == self.offerer).map(|session| session.id))
    }
}
