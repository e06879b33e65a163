//! What is on record of backups: that one is to be made daily, and each that was made.

use carillon_core::{Action, Principal, Problem, Timestamp};
use carillon_gate::{Change, Cx, Done, Verb};
use carillon_platform::{
    backups::{self, Made},
    jobs,
};
use serde_json::json;
use uuid::Uuid;

use super::daily::DAILY;

pub(crate) const WHO: Principal = Principal::system("backup");

/// Note a backup that was made: whoever has its file and its passphrase has everything.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub made: Made,
}

impl Verb for Note {
    const ACTION: Action = Action::BackupMake;
    type On = ();
    type Answer = ();

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        let Made { at, verified_at, file, digest, bytes } = &self.made;
        let id = cx.new_id::<()>().uuid();
        backups::note(&mut cx.tx, id, &self.made).await?;
        let what = json!({ "at": at, "bytes": bytes, "file": file, "sha256": digest, "verified": verified_at.is_some() });
        Ok(Done::changed((), Change { subject: format!("backup {id}"), what }))
    }
}

/// Set the job that makes the next one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    pub due: Timestamp,
}

impl Verb for Schedule {
    const ACTION: Action = Action::BackupSchedule;
    type On = ();
    type Answer = ();

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        jobs::schedule(&mut cx.tx, DAILY, Uuid::nil(), self.due, "").await?;
        Ok(Done::changed((), Change { subject: "backups".into(), what: json!({ "due": self.due }) }))
    }
}
