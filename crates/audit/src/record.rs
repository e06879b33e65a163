//! Writing one event.

use carillon_core::Problem;
use carillon_db::Tx;

use crate::Event;

/// Writes the event in the caller's transaction: it is kept if and only if the change is.
pub async fn record(tx: &mut Tx<'_>, event: &Event<'_>) -> Result<(), Problem> {
    let body = serde_json::to_vec(event).map_err(Problem::broken)?;
    tx.run(
        "INSERT INTO events (id, at, actor, action, subject, body) VALUES ($1, $2, $3, $4, $5, $6)",
        &[&event.id, &event.at, &event.actor.id, &event.action.name(), &event.subject, &body],
    )
    .await
}
