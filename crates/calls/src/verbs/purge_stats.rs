//! End the memory of what was measured in a call, and of how it was found.

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Change, Cx, Done, Verb};
use serde_json::json;
use uuid::Uuid;

use crate::{store, store::ratings};

#[derive(Debug, Clone, Copy)]
pub(crate) struct PurgeStats {
    pub call: CallId,
}

impl Verb for PurgeStats {
    const ACTION: Action = Action::CallTick;
    type On = ();
    type Answer = ();

    fn locks(&self) -> Vec<Uuid> {
        vec![self.call.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        if !store::is_measured(&mut cx.tx, self.call).await? && !ratings::are_kept(&mut cx.tx, self.call).await? {
            return Ok(Done::repeated(()));
        }
        store::purge_snapshots(&mut cx.tx, self.call).await?;
        ratings::purge(&mut cx.tx, self.call).await?;
        Ok(Done::changed((), Change::of("call", self.call, json!({ "purged": "statistics" }))))
    }
}
