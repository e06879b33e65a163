//! Databases of their own for tests: a file in a temporary directory, or a fresh database on the PostgreSQL that the test run started.

use std::path::Path;

use tempfile::TempDir;
use uuid::Uuid;

use crate::Config;

/// Runs each story on both engines: `on_both_engines![one, another]`, where a story is an `async fn(Ground)`.
#[macro_export]
macro_rules! on_both_engines {
    ($($story:ident),* $(,)?) => { $(
        mod $story {
            use $crate::testing::Ground;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$story(Ground::sqlite()).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$story(Ground::postgres().await).await;
            }
        }
    )* };
}

/// What a story stands on: an empty database, which goes when this is dropped.
pub struct Ground {
    pub config: Config,
    _files: Option<TempDir>,
}

impl Ground {
    /// # Panics
    /// When the temporary directory is full.
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self { config: sqlite(directory.path()), _files: Some(directory) }
    }

    pub async fn postgres() -> Self {
        Self { config: postgres().await, _files: None }
    }

    /// The name of the database on its server.
    pub fn name(&self) -> &str {
        let end = self.config.url.rsplit('/').next().unwrap_or_default();
        end.split('?').next().unwrap_or_default()
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if self.config.url.starts_with("sqlite:") {
            return;
        }
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name());
        // A runtime cannot be waited for within another one.
        let dropping = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(on_server(drop));
        });
        let _ = dropping.join();
    }
}

/// A fresh SQLite file in `directory`.
pub fn sqlite(directory: &Path) -> Config {
    Config { url: format!("sqlite:{}", directory.join(format!("{}.db", Uuid::now_v7())).display()), authority_file: None }
}

/// A fresh database on the server that `CARILLON_TEST_POSTGRES` names.
pub async fn postgres() -> Config {
    let (server, name) = (server(), format!("test_{}", Uuid::now_v7().simple()));
    on_server(format!("CREATE DATABASE {name}")).await;
    let (base, query) = server.split_once('?').map_or((server.as_str(), String::new()), |(base, query)| (base, format!("?{query}")));
    let base = base.rsplit_once('/').expect("a URL with a database").0;
    Config { url: format!("{base}/{name}{query}"), authority_file: None }
}

/// How often this process has hit the hook of `failpoint.rs`.
pub fn hits() -> u64 {
    crate::failpoint::armed::hits()
}

#[expect(clippy::disallowed_methods, reason = "the test run tells its tests where PostgreSQL is")]
fn server() -> String {
    // A test never passes by skipping.
    std::env::var("CARILLON_TEST_POSTGRES")
        .expect("CARILLON_TEST_POSTGRES names no server: run `cargo xtask test`, or start one by `cargo xtask postgres`")
}

async fn on_server(statement: String) {
    let (client, connection) = tokio_postgres::connect(&server(), tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::select! {
        done = client.batch_execute(&statement) => done.expect("the server does it"),
        ended = connection => panic!("PostgreSQL hung up: {ended:?}"),
    }
}
