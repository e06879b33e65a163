//! Recount the audit record.

use carillon_audit::{Recount, Report};
use carillon_core::{Action, Problem};
use carillon_gate::{Change, Cx, Done, Prep, Verb, View};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Recount the whole record, page by page: whether its chain holds, and each row says what its event says. For administrators, one at a
/// time; of a long record it takes a while. What came of it is on record.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckAudit {
    #[serde(skip)]
    #[schema(ignore)]
    found: Option<AuditCheck>,
}

/// What a recount found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditCheck {
    /// Everything fits.
    pub whole: bool,
    pub events: u64,
    /// Events whose place in the chain was recounted.
    pub chained: u64,
    /// Events that are not chained yet: those of the last second.
    pub tail: u64,
    /// The hash at the end of the chain, in hexadecimal: keep it elsewhere, and a rewritten record cannot pass for this one. Null while there
    /// is no chain.
    #[schema(required)]
    pub head: Option<String>,
    /// What does not fit: the first fault, and how many there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl From<Report> for AuditCheck {
    fn from(report: Report) -> Self {
        let Report { blocks, events, tail, hash, faults } = report;
        let trouble = faults.first().map(|first| match faults.len() {
            1 => first.clone(),
            all => format!("{first} (and {} more)", all - 1),
        });
        let head = (blocks > 0).then_some(hash);
        Self { whole: trouble.is_none(), events: events + tail, chained: events, tail, head, trouble }
    }
}

/// Whether one may, before it is done.
struct May;

impl View for May {
    const ACTION: Action = Action::AuditCheck;
    type On = ();
    type Sight = ();

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
}

impl Verb for CheckAudit {
    const ACTION: Action = Action::AuditCheck;
    type On = ();
    type Answer = AuditCheck;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        prep.gate.see(prep.who, May).await?;
        self.found = Some(prep.gate.engines().get::<Recount>()?.run().await?.into());
        Ok(())
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), _: &mut Cx<'_>) -> Result<Done<AuditCheck>, Problem> {
        let found = self.found.clone().ok_or_else(|| Problem::broken("nothing was recounted"))?;
        let what = json!({ "chained": found.chained, "head": found.head, "tail": found.tail, "whole": found.whole });
        Ok(Done::changed(found, Change { subject: "audit".into(), what }))
    }
}
