//! The audit record, as administrators read it.

use std::collections::BTreeSet;

use carillon_audit::{Asked, Outcome, Recorded};
use carillon_core::{Action, EventId, Id, PersonId, Problem, Timestamp};
use carillon_gate::{Cx, View};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::up_to_100;
use crate::store;

/// What is on record, the newest first: for administrators. That somebody reads it is on record, too.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAudit {
    /// The `seq` of the last event of the page before.
    #[schema(minimum = 0)]
    pub before: Option<i64>,
    /// 1 to 100; 50 unless said.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
    /// What was done: `room.create`.
    #[schema(max_length = 64, pattern = r"^[A-Za-z.]*$")]
    pub action: Option<String>,
    pub outcome: Option<AuditOutcome>,
    /// The person who did it. Messages are left out, unless `action` is `message.post`.
    pub who: Option<PersonId>,
    /// What it was done to: `room:<id>`, `person:<id>`. Messages are left out in the same way.
    #[schema(max_length = 80, pattern = r"^[A-Za-z0-9:-]*$")]
    pub subject: Option<String>,
    /// No earlier than this, in milliseconds since 1970.
    #[schema(minimum = 0)]
    pub from: Option<i64>,
    /// No later than this.
    #[schema(minimum = 0)]
    pub until: Option<i64>,
}

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AuditOutcome {
    Done,
    /// Allowed and tried; that it failed is worth keeping: a wrong password.
    Failed,
    Refused,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEvents {
    pub events: Vec<AuditEvent>,
}

/// One event of the record.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// Its place: rises from event to event, with gaps.
    pub seq: i64,
    pub id: EventId,
    pub at: Timestamp,
    pub who: AuditActor,
    pub action: String,
    pub outcome: AuditOutcome,
    /// The rule that allowed or refused it, in a word.
    pub reasons: Vec<String>,
    /// `room:<id>`, `session:<id>`; empty where there is nothing to name.
    pub subject: String,
    /// Ids, counts and hashes, by action.
    #[schema(value_type = Object)]
    pub what: Value,
}

/// Who acted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditActor {
    /// `anonymous`, `account`, `guest` or `system`.
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<PersonId>,
    /// As they are called by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The network of whoever is nobody yet, or the part of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl View for ListAudit {
    const ACTION: Action = Action::AuditList;
    type On = ();
    type Sight = AuditEvents;

    fn subject(&self) -> String {
        let whose = self.who.map(|who| format!("person:{who}"));
        whose.or_else(|| said(self.subject.as_ref())).unwrap_or_else(|| "audit".into())
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<AuditEvents, Problem> {
        let limit = up_to_100(self.limit)?;
        if [self.before, self.from, self.until].into_iter().flatten().any(i64::is_negative) {
            return Err(Problem::invalid("`before`, `from` and `until` are 0 or more"));
        }
        let plain = |text: &str, most: usize, more: &[char]| {
            text.len() <= most && text.chars().all(|sign| sign.is_ascii_alphanumeric() || more.contains(&sign))
        };
        if self.action.as_ref().is_some_and(|action| !plain(action, 64, &['.']) || action.contains(|sign: char| sign.is_ascii_digit())) {
            return Err(Problem::invalid("`action` is the name of one, such as `room.create`"));
        }
        if self.subject.as_ref().is_some_and(|subject| !plain(subject, 80, &[':', '-'])) {
            return Err(Problem::invalid("`subject` is a kind and an id, such as `room:<id>`"));
        }
        let asked = Asked {
            before: self.before,
            actor: self.who.map(Id::uuid),
            action: said(self.action.as_ref()),
            subject: said(self.subject.as_ref()),
            outcome: self.outcome.map(Into::into),
            from: self.from.map(Timestamp),
            until: self.until.map(Timestamp),
        };
        let found = carillon_audit::list(&mut cx.tx, &asked, limit).await?;
        let people: BTreeSet<PersonId> = found.iter().filter_map(|event| event.actor.id).map(Id::new).collect();
        let names = store::names(&mut cx.tx, &people).await?;
        Ok(AuditEvents { events: found.into_iter().map(|event| shown(event, &names)).collect() })
    }
}

/// An empty field of a form says nothing.
fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

fn shown(event: Recorded, names: &[(PersonId, String)]) -> AuditEvent {
    let id = event.actor.id.map(Id::new);
    let name = id.and_then(|id| names.iter().find(|(person, _)| *person == id)).map(|(_, name)| name.clone());
    AuditEvent {
        seq: event.place,
        id: Id::new(event.id),
        at: event.at,
        who: AuditActor { kind: event.actor.kind, id, name, source: event.actor.source },
        action: event.action,
        outcome: event.outcome.into(),
        reasons: event.reasons,
        subject: event.subject,
        what: event.what,
    }
}

impl From<AuditOutcome> for Outcome {
    fn from(outcome: AuditOutcome) -> Self {
        match outcome {
            AuditOutcome::Done => Self::Done,
            AuditOutcome::Failed => Self::Failed,
            AuditOutcome::Refused => Self::Refused,
        }
    }
}

impl From<Outcome> for AuditOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Failed => Self::Failed,
            Outcome::Refused => Self::Refused,
        }
    }
}
