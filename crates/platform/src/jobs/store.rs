//! The table of jobs. `due_at` is the next moment at which a worker should look at the row: when it shall run, or when its lease is
//! over; nothing if it is parked.

use carillon_core::{Id, Problem, Timestamp};
use carillon_db::{EngineKind, Migration, Tx};
use uuid::Uuid;

/// A key or a lease, as the database takes ids.
enum Any {}
const fn id(uuid: Uuid) -> Id<Any> {
    Id::new(uuid)
}

const LARGEST: usize = 16 * 1024;

pub const MIGRATIONS: &[Migration] = &[JOBS, crate::backups::TABLE];

const JOBS: Migration = Migration {
    owner: "platform",
    number: 1,
    name: "jobs",
    both: &[
        "CREATE TABLE jobs (kind TEXT NOT NULL, key UUID NOT NULL, run_at BIGINT NOT NULL, payload TEXT NOT NULL, \
         revision BIGINT NOT NULL, due_at BIGINT, lease UUID, attempts BIGINT NOT NULL, error TEXT, PRIMARY KEY (kind, key))",
        "CREATE INDEX jobs_due ON jobs (due_at)",
    ],
    sqlite: &[],
    postgres: &[],
};

/// Sets the job of this kind for this key, or moves it. It stands if the transaction does.
///
/// A job that is being run meanwhile runs again at the new time, when the first run has ended.
pub async fn schedule(tx: &mut Tx<'_>, kind: &'static str, key: Uuid, run_at: Timestamp, payload: &str) -> Result<(), Problem> {
    if payload.len() > LARGEST {
        return Err(Problem::broken(format!("the payload of the job {kind} has {} bytes: 16 KiB at most", payload.len())));
    }
    tx.run(
        "INSERT INTO jobs (kind, key, run_at, payload, revision, due_at, attempts) VALUES ($1, $2, $3, $4, 1, $3, 0) \
         ON CONFLICT (kind, key) DO UPDATE SET run_at = excluded.run_at, payload = excluded.payload, revision = jobs.revision + 1, \
         attempts = 0, error = NULL, \
         due_at = CASE WHEN jobs.lease IS NOT NULL AND jobs.due_at > excluded.run_at THEN jobs.due_at ELSE excluded.run_at END",
        &[&kind, &id(key), &run_at, &payload],
    )
    .await
}

/// Takes the job back, if it is there. A run that has begun goes on.
pub async fn cancel(tx: &mut Tx<'_>, kind: &'static str, key: Uuid) -> Result<(), Problem> {
    tx.run("DELETE FROM jobs WHERE kind = $1 AND key = $2", &[&kind, &id(key)]).await
}

/// A row under a lease.
pub(super) struct Taken {
    pub kind: String,
    pub key: Uuid,
    pub run_at: Timestamp,
    pub payload: String,
    pub revision: i64,
    pub attempt: i64,
}

/// Takes up to `most` jobs that are due. What another worker takes at this moment is not waited for.
pub(super) async fn take(
    tx: &mut Tx<'_>,
    engine: EngineKind,
    now: Timestamp,
    most: i64,
    lease: Uuid,
    until: Timestamp,
) -> Result<Vec<Taken>, Problem> {
    let sql = match engine {
        EngineKind::Sqlite => concat!(
            "WITH due AS MATERIALIZED (SELECT kind, key FROM jobs WHERE due_at <= $1 ORDER BY due_at LIMIT $2) ",
            "UPDATE jobs SET lease = $3, due_at = $4, attempts = attempts + 1 FROM due ",
            "WHERE jobs.kind = due.kind AND jobs.key = due.key AND jobs.due_at <= $1 ",
            "RETURNING jobs.kind, jobs.key, run_at, payload, revision, attempts"
        ),
        EngineKind::Postgres => concat!(
            "WITH due AS MATERIALIZED (SELECT kind, key FROM jobs WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) ",
            "UPDATE jobs SET lease = $3, due_at = $4, attempts = attempts + 1 FROM due ",
            "WHERE jobs.kind = due.kind AND jobs.key = due.key AND jobs.due_at <= $1 ",
            "RETURNING jobs.kind, jobs.key, run_at, payload, revision, attempts"
        ),
    };
    let rows = tx.rows(sql, &[&now, &most, &id(lease), &until]).await?;
    rows.iter()
        .map(|row| {
            let (kind, key, run_at) = (row.get(0)?, row.get::<Id<Any>>(1)?, row.get(2)?);
            Ok(Taken { kind, key: key.uuid(), run_at, payload: row.get(3)?, revision: row.get(4)?, attempt: row.get(5)? })
        })
        .collect()
}

/// Lengthens the lease of a run, if it still stands.
pub(super) async fn lengthen(tx: &mut Tx<'_>, kind: &str, key: Uuid, lease: Uuid, until: Timestamp) -> Result<bool, Problem> {
    let sql = "UPDATE jobs SET due_at = $4 WHERE kind = $1 AND key = $2 AND lease = $3 RETURNING kind";
    Ok(tx.row(sql, &[&kind, &id(key), &id(lease), &until]).await?.is_some())
}

/// What becomes of a row when its run has ended.
pub(super) enum End {
    Done,
    Again(Timestamp),
    /// To be tried again then.
    Failed(Timestamp, String),
    Parked(String),
    /// Not for this worker: as if it had not been taken, but not at once.
    Left(Timestamp),
}

/// Ends a run, if its lease still stands.
pub(super) async fn end(tx: &mut Tx<'_>, job: &Taken, lease: Uuid, end: &End) -> Result<(), Problem> {
    let (kind, key, lease, revision) = (job.kind.as_str(), id(job.key), id(lease), job.revision);
    match end {
        End::Done => {
            let sql = "DELETE FROM jobs WHERE kind = $1 AND key = $2 AND lease = $3 AND revision = $4";
            tx.run(sql, &[&kind, &key, &lease, &revision]).await?;
        }
        End::Again(at) => {
            let sql = "UPDATE jobs SET lease = NULL, run_at = $5, due_at = $5, attempts = 0, error = NULL \
                       WHERE kind = $1 AND key = $2 AND lease = $3 AND revision = $4";
            tx.run(sql, &[&kind, &key, &lease, &revision, at]).await?;
        }
        End::Failed(at, error) => {
            let sql = "UPDATE jobs SET lease = NULL, due_at = $5, error = $6 \
                       WHERE kind = $1 AND key = $2 AND lease = $3 AND revision = $4";
            tx.run(sql, &[&kind, &key, &lease, &revision, at, error]).await?;
        }
        End::Parked(error) => {
            let sql = "UPDATE jobs SET lease = NULL, due_at = NULL, error = $5 \
                       WHERE kind = $1 AND key = $2 AND lease = $3 AND revision = $4";
            tx.run(sql, &[&kind, &key, &lease, &revision, error]).await?;
        }
        End::Left(at) => {
            let sql = "UPDATE jobs SET lease = NULL, due_at = $5, attempts = attempts - 1 \
                       WHERE kind = $1 AND key = $2 AND lease = $3 AND revision = $4";
            tx.run(sql, &[&kind, &key, &lease, &revision, at]).await?;
        }
    }
    // Scheduled anew during the run: then the lease is all that is over.
    let sql = "UPDATE jobs SET lease = NULL, due_at = run_at WHERE kind = $1 AND key = $2 AND lease = $3";
    tx.run(sql, &[&kind, &key, &lease]).await
}

/// When to look next, and how many are parked.
pub(super) async fn next(tx: &mut Tx<'_>) -> Result<(Option<Timestamp>, i64), Problem> {
    let sql = "SELECT (SELECT MIN(due_at) FROM jobs), (SELECT COUNT(*) FROM jobs WHERE due_at IS NULL)";
    let row = tx.row(sql, &[]).await?.ok_or_else(|| Problem::broken("no row of a row"))?;
    Ok((row.get(0)?, row.get(1)?))
}
