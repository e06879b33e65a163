//! Say how one may be reached.

use std::collections::HashSet;

use carillon_core::{Action, Problem, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Engines, Prep, Topic, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::webrtc::{
    leg::{Lock, SessionFor, session_for},
    model::{CANDIDATES, Candidate, Session, Side, mark},
    sealed::{Part, seal},
    store,
};

/// Add candidates of one's own side, in their order. One that is there already is counted as repeated. An empty list only says that one is
/// still there.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddCandidates {
    pub id: WebrtcSessionId,
    #[schema(max_items = 256)]
    pub candidates: Vec<Candidate>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) written: Vec<Written>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) lock: Lock,
}

/// A candidate on its way into the database.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    text: String,
    sealed: Vec<u8>,
}

impl Written {
    pub(crate) fn of(engines: &Engines, session: WebrtcSessionId, candidate: &Candidate) -> Result<Self, Problem> {
        let text = candidate.written()?;
        Ok(Self { sealed: seal(engines, Part::Candidate, session, &text)?, text })
    }
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Added {
    pub accepted: usize,
    /// Were there already.
    pub repeated: usize,
}

impl Verb for AddCandidates {
    const ACTION: Action = Action::WebrtcCandidatesAdd;
    type On = SessionFor;
    type Answer = Added;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        if self.candidates.len() > CANDIDATES {
            return Err(Problem::invalid(format!("{CANDIDATES} candidates at most")));
        }
        self.lock = Lock::find(prep, self.id).await?;
        let engines = prep.gate.engines();
        self.written = self.candidates.iter().map(|candidate| Written::of(engines, self.id, candidate)).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<SessionFor, Problem> {
        session_for(cx, self.id).await
    }

    async fn apply(&self, on: SessionFor, cx: &mut Cx<'_>) -> Result<Done<Added>, Problem> {
        let side = on.side.ok_or_else(|| Problem::conflict("answer first"))?;
        add(cx, &on.session, side, &self.written, |added| added).await
    }
}

/// Keeps those that are new; more than a leg may have are refused together.
pub(crate) async fn add<A>(
    cx: &mut Cx<'_>,
    session: &Session,
    side: Side,
    written: &[Written],
    answer: impl FnOnce(Added) -> A,
) -> Result<Done<A>, Problem> {
    session.must_be_open()?;
    let mut known: HashSet<String> = store::marks(&mut cx.tx, session.id, side).await?.into_iter().collect();
    let new: Vec<_> =
        written.iter().map(|one| (mark(session.id, side, &one.text), one)).filter(|(mark, _)| known.insert(mark.clone())).collect();
    if known.len() > CANDIDATES {
        return Err(Problem::conflict(format!("a leg has {CANDIDATES} candidates at most")));
    }
    let added = Added { accepted: new.len(), repeated: written.len() - new.len() };
    if new.is_empty() && !written.is_empty() {
        return Ok(Done::repeated(answer(added)));
    }
    let mut seq = session.candidates;
    for (mark, one) in &new {
        seq += 1;
        store::add(&mut cx.tx, session.id, seq, side, (mark, &one.sealed)).await?;
    }
    store::touch(&mut cx.tx, session.id, seq, cx.now).await?;
    let change = Change::of("webrtc", session.id, json!({ "call": session.call, "side": side, "candidates": new.len() }));
    let done = Done::changed(answer(added), change);
    if new.is_empty() {
        return Ok(done);
    }
    Ok(done.hint(Topic::Call(session.call), cx.now.0))
}
