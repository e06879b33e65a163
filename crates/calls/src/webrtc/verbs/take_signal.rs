//! A signal of somebody by socket, for somebody by REST.

use carillon_core::{Action, CallId, ParticipantId, Problem, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Empty, Prep, Topic, Verb};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    add_candidates::{Written, add},
    answer_session::taken,
};
use crate::{
    legs::{CallFor, call_for, standing},
    webrtc::{
        leg::{Lock, SYSTEM, connected},
        model::{Answer, Candidate, Session, Side, State},
        sealed::{Part, seal},
        store,
        views::OpenSession,
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignalKind {
    Offer,
    Answer,
    IceCandidate,
}

/// What a participant by socket says to `to`, who is in the call by REST: it is kept in their session until they fetch it.
///
/// The side by REST makes the only offer, and is the impolite one of a perfect negotiation: an offer to it is passed over, as such a peer
/// passes over one that meets its own.
#[derive(Debug, Clone)]
pub struct TakeSignal {
    pub call: CallId,
    pub to: ParticipantId,
    pub kind: SignalKind,
    pub signal: Value,
    taken: Option<Taken>,
    lock: Lock,
}

#[derive(Debug, Clone)]
struct Taken {
    session: WebrtcSessionId,
    said: Said,
}

#[derive(Debug, Clone)]
enum Said {
    Answer { sealed: Vec<u8>, hash: String },
    Candidate(Written),
}

impl TakeSignal {
    pub fn new(call: CallId, to: ParticipantId, kind: SignalKind, signal: Value) -> Self {
        Self { call, to, kind, signal, taken: None, lock: Lock::default() }
    }
}

impl Verb for TakeSignal {
    const ACTION: Action = Action::CallSignal;
    type On = CallFor;
    type Answer = Empty;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        let found = prep.gate.see(&SYSTEM, OpenSession { call: self.call, offerer: self.to }).await?;
        let Some(session) = found else { return Ok(()) };
        self.lock = Lock::find(prep, session).await?;
        let engines = prep.gate.engines();
        let said = match self.kind {
            SignalKind::Offer => return Ok(()),
            SignalKind::Answer => {
                let answer: Answer = parse(&mut self.signal)?;
                Said::Answer { sealed: seal(engines, Part::Answer, session, answer.sdp.as_str())?, hash: answer.sdp.hash() }
            }
            SignalKind::IceCandidate => Said::Candidate(Written::of(engines, session, &parse::<Candidate>(&mut self.signal)?)?),
        };
        self.taken = Some(Taken { session, said });
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
        call_for(cx, self.call).await
    }

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let leg = on.participant.ok_or_else(|| Problem::conflict("join the call first"))?;
        if self.kind == SignalKind::Offer {
            return Ok(Done::repeated(Empty {}));
        }
        let over = || Problem::conflict("they have no session open: their next offer begins anew");
        let Taken { session, said } = self.taken.as_ref().ok_or_else(over)?;
        let session = store::session(&mut cx.tx, *session).await?.filter(|session| session.state.is_open()).ok_or_else(over)?;
        if session.answerer_leg.is_some_and(|answerer| answerer != leg) {
            return Err(taken());
        }
        match said {
            // Candidates may come before the answer that they belong to.
            Said::Candidate(written) => add(cx, &session, Side::Answerer, std::slice::from_ref(written), |_| Empty {}).await,
            Said::Answer { hash, .. } if session.state == State::Answered => {
                if session.answer_hash.as_ref() == Some(hash) {
                    Ok(Done::repeated(Empty {}))
                } else {
                    Err(taken())
                }
            }
            Said::Answer { sealed, hash } => answer(cx, on, session, leg, (sealed, hash)).await,
        }
    }
}

async fn answer(
    cx: &mut Cx<'_>,
    on: CallFor,
    session: Session,
    leg: ParticipantId,
    (sealed, hash): (&[u8], &str),
) -> Result<Done<Empty>, Problem> {
    let (me, _) = standing(cx.who)?;
    store::answer(&mut cx.tx, session.id, (me, leg), (sealed, hash), cx.now).await?;
    let moved = connected(cx, on.call, session.offerer_leg).await?;
    let change = Change::of("webrtc", session.id, json!({ "call": session.call, "participant": leg, "answer": hash }));
    Ok(moved.hinted(Done::changed(Empty {}, change)).hint(Topic::Call(session.call), cx.now.0))
}

fn parse<T: for<'de> Deserialize<'de>>(signal: &mut Value) -> Result<T, Problem> {
    serde_json::from_value(signal.take()).map_err(|why| Problem::invalid(why.to_string()))
}
