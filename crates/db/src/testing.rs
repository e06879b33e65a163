//! Databases of their own for tests: a file in a temporary directory, or a fresh database on the PostgreSQL that the test run started.

use std::path::Path;

use uuid::Uuid;

use crate::Config;

/// A fresh SQLite file in `directory`.
pub fn sqlite(directory: &Path) -> Config {
    Config { url: format!("sqlite:{}", directory.join(format!("{}.db", Uuid::now_v7())).display()), authority_file: None }
}

/// A fresh database on the server that `CARILLON_TEST_POSTGRES` names.
///
/// # Panics
/// When there is no such server: a test never passes by skipping.
#[expect(clippy::disallowed_methods, reason = "the test run tells its tests where PostgreSQL is")]
pub async fn postgres() -> Config {
    let server = std::env::var("CARILLON_TEST_POSTGRES")
        .expect("CARILLON_TEST_POSTGRES names no server: run `cargo xtask test`, or start one by `cargo xtask postgres`");
    let name = format!("test_{}", Uuid::now_v7().simple());
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    let create = async { client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database is made") };
    tokio::select! {
        () = create => {}
        ended = connection => panic!("PostgreSQL hung up: {ended:?}"),
    }
    let (base, query) = server.split_once('?').map_or((server.as_str(), String::new()), |(base, query)| (base, format!("?{query}")));
    let base = base.rsplit_once('/').expect("a URL with a database").0;
    Config { url: format!("{base}/{name}{query}"), authority_file: None }
}
