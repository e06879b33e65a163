//! The record as it is read: the newest first, each question by an index of its own.

use carillon_core::{Action, Problem, Timestamp};
use carillon_db::{EngineKind, Row, Tx};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::Outcome;

/// Which events; whatever is not said may be anything.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Those before the one at this place.
    pub before: Option<i64>,
    /// Whatever they did but say something, unless `action` is to do so; the same of a subject.
    pub actor: Option<Uuid>,
    pub action: Option<String>,
    pub subject: Option<String>,
    pub outcome: Option<Outcome>,
    pub from: Option<Timestamp>,
    /// And no later.
    pub until: Option<Timestamp>,
}

/// An event as it was written.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    #[serde(skip)]
    pub place: i64,
    pub id: Uuid,
    pub at: Timestamp,
    pub actor: RecordedActor,
    pub action: String,
    pub outcome: Outcome,
    pub reasons: Vec<String>,
    pub subject: String,
    pub what: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct RecordedActor {
    pub kind: String,
    pub id: Option<Uuid>,
    pub source: Option<String>,
}

/// The first condition is the one that an index is found by; the others are looked at on the way. How it ended stands in the body only:
/// what did not go well is rare, and has an index of its own.
macro_rules! events {
    ($by:expr, $body:expr) => {
        concat!(
            "SELECT place, body FROM events WHERE ",
            $by,
            " AND (at, place) < ($1, $2) AND at >= $3 AND (CAST($5 AS UUID) IS NULL OR actor = $5) \
             AND (CAST($6 AS TEXT) IS NULL OR action = $6) AND (CAST($7 AS TEXT) IS NULL OR subject = $7) AND ",
            $body,
            " ORDER BY at DESC, place DESC LIMIT $4"
        )
    };
}
macro_rules! sqlite {
    ($by:expr) => {
        events!($by, "($8 IS NULL OR instr(body, $8) > 0)")
    };
}
macro_rules! postgres {
    ($by:expr) => {
        events!($by, "(CAST($8 AS BYTEA) IS NULL OR position(CAST($8 AS BYTEA) IN body) > 0)")
    };
}

/// What is asked for, the newest first.
pub async fn list(tx: &mut Tx<'_>, asked: &Asked, limit: i64) -> Result<Vec<Recorded>, Problem> {
    let mut bound = (asked.until.map_or(i64::MAX, |until| until.0.saturating_add(1)), i64::MIN);
    if let Some(before) = asked.before {
        let at = tx.row("SELECT at FROM events WHERE place = $1 LIMIT 1", &[&before]).await?;
        bound = bound.min((at.ok_or_else(|| Problem::missing("event"))?.get(0)?, before));
    }
    let from = asked.from.map_or(i64::MIN, |from| from.0);
    let ended = asked.outcome.map(Outcome::within);
    let sql = text(tx.kind(), asked);
    let rows = tx.rows(sql, &[&bound.0, &bound.1, &from, &limit, &asked.actor, &asked.action, &asked.subject, &ended]).await?;
    rows.iter().map(read).collect()
}

/// By what most likely leaves the fewest.
fn text(engine: EngineKind, asked: &Asked) -> &'static str {
    let sqlite = engine == EngineKind::Sqlite;
    let messages = asked.action.as_deref() == Some(Action::MessagePost.name());
    match asked {
        Asked { subject: Some(_), .. } if !messages && sqlite => sqlite!("subject = $7 AND subject <> '' AND action <> 'message.post'"),
        Asked { subject: Some(_), .. } if !messages => postgres!("subject = $7 AND subject <> '' AND action <> 'message.post'"),
        Asked { actor: Some(_), .. } if !messages && sqlite => sqlite!("actor = $5 AND action <> 'message.post'"),
        Asked { actor: Some(_), .. } if !messages => postgres!("actor = $5 AND action <> 'message.post'"),
        Asked { outcome: Some(Outcome::Failed | Outcome::Refused), .. } if sqlite => {
            sqlite!("instr(body, CAST('\"outcome\":\"done\",\"policy\":' AS BLOB)) = 0")
        }
        Asked { outcome: Some(Outcome::Failed | Outcome::Refused), .. } => {
            postgres!("position('\"outcome\":\"done\",\"policy\":'::bytea IN body) = 0")
        }
        Asked { action: Some(_), .. } if sqlite => sqlite!("action = $6"),
        Asked { action: Some(_), .. } => postgres!("action = $6"),
        _ if sqlite => sqlite!("TRUE"),
        _ => postgres!("TRUE"),
    }
}

fn read(row: &Row) -> Result<Recorded, Problem> {
    let event: Recorded = serde_json::from_slice(&row.get::<Vec<u8>>(1)?).map_err(Problem::broken)?;
    Ok(Recorded { place: row.get(0)?, ..event })
}

#[cfg(test)]
mod tests;
