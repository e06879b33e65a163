//! Sign out everywhere.

use carillon_core::{Action, PersonId, Problem};
use carillon_gate::{Change, Cx, Done, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{model::EndReason, sessions::tell_ended, store};

/// Sign out on all devices, this one too.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndAllSessions {}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct EndedSessions {
    /// How many.
    pub ended: usize,
}

impl Verb for EndAllSessions {
    const ACTION: Action = Action::SessionEndAll;
    type On = ();
    type Answer = EndedSessions;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<EndedSessions>, Problem> {
        let person: PersonId = cx.who.person().ok_or_else(|| Problem::missing("person"))?;
        let ended = store::end_sessions(&mut cx.tx, person, None, EndReason::SignedOut, cx.now).await?;
        let change = Change::of("person", person, json!({ "sessionsEnded": ended.len() }));
        Ok(tell_ended(Done::changed(EndedSessions { ended: ended.len() }, change), ended, cx.now))
    }
}
