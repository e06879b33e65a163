//! What the doctor asks of the database.

use carillon_core::{Problem, Timestamp};
use carillon_gate::{EngineKind, Tx};

/// The engine's version, as it writes it.
pub(super) async fn version(tx: &mut Tx<'_>) -> Result<String, Problem> {
    let sql = match tx.kind() {
        EngineKind::Sqlite => "SELECT sqlite_version()",
        EngineKind::Postgres => "SELECT current_setting('server_version')",
    };
    tx.row(sql, &[]).await?.ok_or_else(|| Problem::broken("a version is one row"))?.get(0)
}

/// When something was last recorded.
pub(super) async fn newest(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Problem> {
    tx.row("SELECT at FROM events ORDER BY place DESC, id DESC LIMIT 1", &[]).await?.map(|row| row.get(0)).transpose()
}
