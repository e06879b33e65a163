//! What a client measures.

use std::time::Duration;

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Cx, Done, Empty, Prep, Verb};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    call::Refusal,
    legs::{CallFor, Lock, call_for, standing},
    snapshot::Snapshot,
    store,
};

/// Of what comes more often, one in this time is kept: the next says all that it said.
const OFTEN: Duration = Duration::from_secs(2);
/// The latest snapshot; those of the minutes stand above it.
const LATEST: i64 = 0;
/// Minutes of a leg that are remembered, the last three hours.
const MINUTES: i64 = 180;
/// Legs of a participant that are remembered, the last ones.
const LEGS: i64 = 8;

/// Keep what a client has measured of its leg so far.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeepStats {
    pub call: CallId,
    pub snapshot: Snapshot,
    #[serde(skip)]
    #[schema(ignore)]
    pub lock: Lock,
}

impl Verb for KeepStats {
    const ACTION: Action = Action::CallStats;
    type On = CallFor;
    type Answer = Empty;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.snapshot.check()?;
        self.lock = Lock::find(prep, self.call).await?;
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<CallFor, Problem> {
        call_for(cx, self.call).await
    }

    async fn apply(&self, on: CallFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let (member, device) = standing(cx.who)?;
        if on.call.ended_at.is_some() {
            return Err(Refusal::Over.into());
        }
        let mine = on.call.participant_of(member, device).ok_or(Refusal::Outside)?;
        let leg = (mine.id, mine.leg);
        if let Some((at, text)) = store::snapshot(&mut cx.tx, leg, LATEST).await? {
            if cx.now < at.plus(OFTEN) {
                return Ok(Done::repeated(Empty {}));
            }
            let before = serde_json::from_str(&text).map_err(Problem::broken)?;
            self.snapshot.follows(&before)?;
        } else {
            store::forget_snapshots(&mut cx.tx, mine.id, mine.leg - LEGS).await?;
        }
        let text = serde_json::to_string(&self.snapshot).map_err(Problem::broken)?;
        let minute = mine.joined_at.map_or(0, |joined| cx.now.since(joined).as_secs() as i64 / 60);
        store::keep_snapshot(&mut cx.tx, leg, LATEST, cx.now, &text).await?;
        store::keep_snapshot(&mut cx.tx, leg, 1 + minute % MINUTES, cx.now, &text).await?;
        Ok(Done::kept(Empty {}))
    }
}
