//! A place beside a database on PostgreSQL where a copy is tried, and which goes afterwards.

use carillon_core::{Kind, Problem};
use deadpool_postgres::{Client, Pool};

use super::postgres::reached;
use crate::{Config, database::open_postgres, postgres::causes};

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

    pub async fn close(self) -> Result<(), Problem> {
        let Self { client, pool, .. } = self;
        let dropped = client.batch_execute(DROP).await.map_err(|why| Problem::broken(causes(&why)));
        drop(client);
        pool.close();
        dropped
    }
}
