//! Answer an offer.

use carillon_core::{Action, Problem, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Prep, Topic, Verb};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    legs::standing,
    webrtc::{
        SessionView,
        leg::{Lock, SessionFor, call_of, connected, enter, must_not_be_by_socket, session_for, view_of},
        model::{Answer, State},
        sealed::{Part, seal},
        store,
    },
};

/// Answer an offer, and so enter its call. There is one answer; the same one again changes nothing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerSession {
    pub id: WebrtcSessionId,
    pub answer: Answer,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sealed: Vec<u8>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) lock: Lock,
}

impl Verb for AnswerSession {
    const ACTION: Action = Action::WebrtcAnswer;
    type On = SessionFor;
    type Answer = SessionView;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.lock = Lock::find(prep, self.id).await?;
        self.sealed = seal(prep.gate.engines(), Part::Answer, self.id, self.answer.sdp.as_str())?;
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<SessionFor, Problem> {
        session_for(cx, self.id).await
    }

    async fn apply(&self, SessionFor { session, .. }: SessionFor, cx: &mut Cx<'_>) -> Result<Done<SessionView>, Problem> {
        let (me, _) = standing(cx.who)?;
        let hash = self.answer.sdp.hash();
        session.must_be_open()?;
        if session.state == State::Answered {
            let same = session.answerer == Some(me) && session.answer_hash.as_ref() == Some(&hash);
            return if same { Ok(Done::repeated(view_of(cx, &session).await?)) } else { Err(taken()) };
        }
        let call = call_of(cx, session.call).await?;
        must_not_be_by_socket(cx, Some(&call))?;
        let moved = enter(cx, session.room, self.answer.sdp.as_str()).await?;
        let leg = moved.participant(cx.who)?;
        store::answer(&mut cx.tx, session.id, (me, leg), (&self.sealed, &hash), cx.now).await?;
        let offerer = connected(cx, moved.call.clone(), session.offerer_leg).await?;
        let answerer = connected(cx, offerer.call.clone(), leg).await?;
        let session = store::session(&mut cx.tx, self.id).await?.ok_or_else(|| Problem::missing("session"))?;
        let answer = view_of(cx, &session).await?;
        let change = Change::of("webrtc", session.id, json!({ "call": session.call, "participant": leg, "answer": hash }));
        let done = Done::changed(answer, change).hint(Topic::Call(session.call), cx.now.0);
        Ok([moved, offerer, answerer].into_iter().fold(done, |done, moved| moved.hinted(done)))
    }
}

pub(crate) fn taken() -> Problem {
    Problem::conflict("this session has its answer: a new negotiation takes a new session")
}
