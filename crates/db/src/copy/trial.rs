//! A place beside a database on PostgreSQL where a copy is tried, and which goes afterwards.

use carillon_core::{Kind, Problem, Timestamp};
use deadpool_postgres::{Client, Pool};
use tokio::sync::mpsc::Receiver;

use super::{
    Piece,
    postgres::{copy_in, reached},
};
use crate::{Config, Migration, database::open_postgres, postgres::causes};

/// Held by whoever tries a copy: one at a time for a database. What a killed one left goes with the next.
const TRYING: &str = "SELECT pg_try_advisory_lock(4846802)";
const MAKE: &str = "DROP SCHEMA IF EXISTS carillon_trial CASCADE; CREATE SCHEMA carillon_trial";
const DROP: &str = "DROP SCHEMA IF EXISTS carillon_trial CASCADE";
const THERE: &str = "options=-csearch_path%3Dcarillon_trial";

/// A schema of its own, by which the tables of a trial do not meet those in use.
pub struct Trial {
    pub config: Config,
    /// Holds the lock.
    client: Client,
    pool: Pool,
}

impl Trial {
    pub async fn open(config: &Config) -> Result<Self, Problem> {
        let pool = open_postgres(config)?;
        let client = reached(&pool).await?;
        // To drop what a killed one left takes as long as it takes.
        client.batch_execute("SET statement_timeout = 0").await.map_err(|why| Problem::broken(causes(&why)))?;
        let free: bool = client.query_one(TRYING, &[]).await.map_err(|why| Problem::broken(causes(&why)))?.get(0);
        if !free {
            return Err(Problem::conflict("another copy is being tried on this database: wait for its end"));
        }
        client.batch_execute(MAKE).await.map_err(|why| {
            let words = "a copy is tried in a schema of its own, and PostgreSQL does not let this user make one: \
                         GRANT CREATE ON DATABASE .. TO its user, or do without the trial";
            Problem::new(Kind::Refused, words).because(causes(&why))
        })?;
        let join = if config.url.contains('?') { '&' } else { '?' };
        let config = Config { url: format!("{}{join}{THERE}", config.url), authority_file: config.authority_file.clone() };
        Ok(Self { config, client, pool })
    }

    /// As [`crate::Database::copy_in`], but bit by bit: one that breaks off goes with the trial.
    pub async fn copy_in(&self, steps: &[Migration], now: Timestamp, pieces: Receiver<Piece>) -> Result<Vec<(String, u64)>, Problem> {
        copy_in(&self.config, steps, now, pieces, true).await
    }

    pub async fn close(self) -> Result<(), Problem> {
        let Self { client, pool, .. } = self;
        let dropped = client.batch_execute(DROP).await.map_err(|why| Problem::broken(causes(&why)));
        drop(client);
        pool.close();
        dropped
    }
}
