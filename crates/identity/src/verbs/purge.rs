//! Delete what is over for long.

use std::time::Duration;

use carillon_core::{Action, Problem};
use carillon_gate::{Change, Cx, Done, Verb};
use carillon_platform::jobs;
use serde_json::json;
use uuid::Uuid;

use crate::{
    keeping::{PAUSE, PURGE},
    lifetimes::SESSION_UNUSED,
    store,
};

/// Of each kind, at once: whoever else wants to write waits for it.
const MOST: i64 = 500;

/// Delete sessions with their refresh tokens and devices, invitations and links, when they have been over for `kept`.
#[derive(Debug, Clone, Copy)]
pub struct Purge {
    pub kept: Duration,
    /// Also set the job that does it from now on.
    pub begin: bool,
}

impl Verb for Purge {
    const ACTION: Action = Action::SessionPurge;
    type On = ();
    /// Whether there may be more.
    type Answer = bool;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<bool>, Problem> {
        let before = cx.now.minus(self.kept);
        // However a session ended, nobody has used it since.
        let sessions = store::purge_sessions(&mut cx.tx, before.minus(SESSION_UNUSED), MOST).await?;
        let rights = store::purge_rights(&mut cx.tx, before, MOST).await?;
        if self.begin {
            jobs::schedule(&mut cx.tx, PURGE, Uuid::nil(), cx.now.plus(PAUSE), "").await?;
        } else if sessions + rights == 0 {
            return Ok(Done::repeated(false));
        }
        let more = sessions.max(rights) as i64 >= MOST;
        let what = json!({ "sessions": sessions, "invitationsAndLinks": rights });
        Ok(Done::changed(more, Change { subject: "sessions".into(), what }))
    }
}
