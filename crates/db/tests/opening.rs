//! Opening a database: its tables, its age, and the way to it.
#![allow(clippy::disallowed_methods, reason = "a test may start tasks: they end with its runtime")]

mod house;

use std::sync::Arc;

use carillon_core::Kind;
use carillon_db::{Config, Database, Migration, on_both_engines, testing::Ground};
use house::{NOTES, NOW, notes, open, write_note};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls};

on_both_engines![
    each_step_runs_once,
    a_step_that_fails_leaves_nothing,
    a_database_of_a_newer_program_is_refused,
    two_that_open_it_at_once_do_not_meet,
    what_was_closed_is_whole,
];

const MORE: Migration = Migration {
    owner: "stories",
    number: 2,
    name: "more",
    both: &["ALTER TABLE notes ADD COLUMN more BIGINT", "INSERT INTO notes (id, text, amount) VALUES (7, 'made by a step', 0)"],
    sqlite: &[],
    postgres: &[],
};

async fn each_step_runs_once(ground: Ground) {
    for steps in [&[NOTES][..], &[NOTES, MORE], &[NOTES, MORE], &[NOTES, MORE]] {
        let database = Database::open(&ground.config, steps, NOW).await.expect("it opens");
        database.close().await;
    }
    let database = Database::open(&ground.config, &[NOTES, MORE], NOW).await.expect("it opens");
    assert_eq!(notes(&database).await, [7]);
}

async fn a_step_that_fails_leaves_nothing(ground: Ground) {
    const WRONG: Migration = Migration {
        owner: "stories",
        number: 3,
        name: "wrong",
        both: &["INSERT INTO notes (id, text, amount) VALUES (8, 'lost', 0)", "INSERT INTO nowhere (id) VALUES (1)"],
        sqlite: &[],
        postgres: &[],
    };
    Database::open(&ground.config, &[NOTES], NOW).await.expect("it opens").close().await;
    let problem = Database::open(&ground.config, &[NOTES, MORE, WRONG], NOW).await.map(drop).expect_err("the last step is wrong");
    assert_eq!(problem.kind, Kind::Broken);
    let database = Database::open(&ground.config, &[NOTES], NOW).await.expect("nothing was kept of the other steps");
    assert_eq!(notes(&database).await, [0; 0]);
}

async fn a_database_of_a_newer_program_is_refused(ground: Ground) {
    Database::open(&ground.config, &[NOTES, MORE], NOW).await.expect("it opens").close().await;
    let problem = Database::open(&ground.config, &[NOTES], NOW).await.map(drop).expect_err("an older program");
    assert_eq!(problem.kind, Kind::Conflict);
    for word in ["newer Carillon", "step 2 of `stories`", "\"more\""] {
        assert!(problem.detail.contains(word), "{problem}");
    }
}

async fn two_that_open_it_at_once_do_not_meet(ground: Ground) {
    let opening = || Database::open(&ground.config, &[NOTES, MORE], NOW);
    let (one, another, third) = tokio::join!(opening(), opening(), opening());
    for database in [one, another, third] {
        assert_eq!(notes(&database.expect("it opens")).await, [7]);
    }
}

async fn what_was_closed_is_whole(ground: Ground) {
    let database = open(&ground).await;
    write_note(&database, 1).await.expect("kept");
    assert_eq!(notes(&database).await, [1]);
    database.close().await;
    database.close().await;
    assert!(database.read(|mut tx| Box::pin(async move { tx.rows("SELECT 1", &[]).await.map(drop) })).await.is_err());
    if let Some(path) = ground.config.url.strip_prefix("sqlite:") {
        assert!(!std::path::Path::new(&format!("{path}-wal")).exists(), "a log lies beside the database");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_so() {
    let url = "postgres://carillon:secret@127.0.0.1:1/nobody?sslmode=disable".into();
    let problem = Database::open(&Config { url, authority_file: None }, &[], NOW).await.map(drop).expect_err("nobody listens");
    assert!(problem.detail.contains("PostgreSQL cannot be reached") && problem.detail.contains("refused"), "{problem}");
    assert!(!problem.to_string().contains("secret"), "{problem}");
}

#[tokio::test]
async fn a_url_that_is_none_is_named_so() {
    let config = Config { url: "mysql://somewhere".into(), authority_file: None };
    assert_eq!(Database::open(&config, &[], NOW).await.map(drop).expect_err("no such engine").kind, Kind::Invalid);
    let config = Config { url: "sqlite:/nowhere/at/all.db".into(), authority_file: None };
    let problem = Database::open(&config, &[], NOW).await.map(drop).expect_err("no such directory");
    assert!(problem.detail.contains("/nowhere/at/all.db"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_postgresql_is_encrypted_and_its_certificate_checked() {
    let ground = Ground::postgres().await;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let another = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, pem: String| {
        let path = directory.path().join(name);
        std::fs::write(&path, pem).expect("written");
        Some(path)
    };
    let door = encrypted(&ground.config.url, made.cert.der().clone(), made.signing_key.serialize_der()).await;
    let url = |host: &str, mode: &str| {
        let (_, rest) = ground.config.url.split_once("://").expect("a URL");
        let (user, _) = rest.split_once('@').expect("a user");
        format!("postgres://{user}@{host}:{door}/{}?sslmode={mode}", ground.name())
    };
    let open = async |url: String, authority_file| Database::open(&Config { url, authority_file }, &[NOTES], NOW).await;
    let authority = file("authority.pem", made.cert.pem());
    let database = open(url("localhost", "require"), authority.clone()).await.expect("it opens");
    write_note(&database, 1).await.expect("kept");
    assert_eq!(notes(&database).await, [1]);
    for (host, authority, why) in [
        ("localhost", None, "nobody known signed it"),
        ("localhost", file("another.pem", another.cert.pem()), "another signed it"),
        ("127.0.0.1", authority, "it is another's"),
    ] {
        for mode in ["require", "prefer"] {
            let problem = open(url(host, mode), authority.clone()).await.map(drop).expect_err(why);
            assert!(problem.detail.contains("certificate"), "{why}: {problem}");
        }
    }
    let problem = open(url("localhost", "require"), Some("/nowhere.pem".into())).await.map(drop).expect_err("no such file");
    assert!(problem.detail.contains("authority_file"), "{problem}");
}

/// Before the server of the tests, which has no certificate: what a server with one says first (PostgreSQL 15, section 55.2.10), and TLS.
async fn encrypted(url: &str, certificate: rustls::pki_types::CertificateDer<'static>, key: Vec<u8>) -> u16 {
    let server = url.split(['@', '/']).find(|part| part.contains("127.0.0.1:")).expect("a server on loopback").to_owned();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let key = rustls::pki_types::PrivateKeyDer::try_from(key).expect("a key");
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).expect("a pair");
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (acceptor, server) = (acceptor.clone(), server.clone());
            tokio::spawn(async move {
                client.read_exact(&mut [0; 8]).await?;
                client.write_all(b"S").await?;
                let mut inside = acceptor.accept(client).await?;
                copy_bidirectional(&mut inside, &mut TcpStream::connect(server).await?).await
            });
        }
    });
    port
}
