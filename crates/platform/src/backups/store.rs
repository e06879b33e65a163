//! The table of backups: a line each, of the newest.

use std::time::Duration;

use carillon_core::{Id, Problem, Timestamp};
use carillon_db::{Database, Migration, Tx};
use uuid::Uuid;

/// A line, as the database takes ids.
enum Any {}

/// Lines are kept for so long.
const KEPT: Duration = Duration::from_hours(400 * 24);

pub const TABLE: Migration = Migration {
    owner: "platform",
    number: 2,
    name: "backups",
    both: &["CREATE TABLE backups (id UUID PRIMARY KEY, made_at BIGINT NOT NULL, verified_at BIGINT, file TEXT NOT NULL, \
             digest TEXT NOT NULL, bytes BIGINT NOT NULL)"],
    sqlite: &[],
    postgres: &[],
};

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The moment that it shows.
    pub at: Timestamp,
    /// When a restore of it was tried, and went well.
    pub verified_at: Option<Timestamp>,
    /// Its name, without the directory.
    pub file: String,
    /// SHA-256, in hexadecimal.
    pub digest: String,
    pub bytes: u64,
}

/// Notes it down.
pub async fn note(tx: &mut Tx<'_>, id: Uuid, made: &Made) -> Result<(), Problem> {
    let sql = "INSERT INTO backups (id, made_at, verified_at, file, digest, bytes) VALUES ($1, $2, $3, $4, $5, $6)";
    let (id, bytes) = (Id::<Any>::new(id), made.bytes as i64);
    tx.run(sql, &[&id, &made.at, &made.verified_at, &made.file.as_str(), &made.digest.as_str(), &bytes]).await?;
    tx.run("DELETE FROM backups WHERE made_at < $1", &[&made.at.minus(KEPT)]).await
}

/// The moment that the newest verified backup shows.
pub async fn last_verified(database: &Database) -> Result<Option<Timestamp>, Problem> {
    let sql = "SELECT MAX(made_at) FROM backups WHERE verified_at IS NOT NULL";
    let look = database.read(move |mut tx| Box::pin(async move { tx.row(sql, &[]).await?.map_or(Ok(None), |row| row.get(0)) }));
    look.await
}
