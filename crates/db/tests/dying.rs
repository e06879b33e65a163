//! Connections to PostgreSQL that die, and a server that is shut down: what is told, and that it is true.
#![allow(clippy::disallowed_methods, reason = "a test may start tasks: they end with its runtime")]

mod house;

use std::sync::{Arc, Mutex, atomic::Ordering::Relaxed};

use carillon_core::Kind;
use carillon_db::{Config, Database, testing::Ground};
use house::{NOTES, NOW, note, notes, open, queue, write_note};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
    sync::oneshot,
};
use tokio_postgres::{Client, NoTls};

async fn beside(ground: &Ground) -> Client {
    let (client, connection) = tokio_postgres::connect(&ground.config.url, NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// Where the wire is cut when a COMMIT passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The server never hears of it.
    Before,
    /// The server does it, and its answer is lost.
    After,
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_the_connection_at_commit_is_told_that_nobody_knows() {
    for cut in [Cut::Before, Cut::After] {
        let ground = Ground::postgres().await;
        let wire = Wire::before(&ground).await;
        let database = Database::open(&wire.config, &[NOTES], NOW).await.expect("it opens");
        write_note(&database, 1).await.expect("kept");
        *wire.cut.lock().expect("no panic while held") = Some(cut);
        assert_eq!(write_note(&database, 2).await.expect_err("the answer was lost").kind, Kind::Unknown, "{cut:?}");
        // Whoever asks again finds out; the pool has other connections.
        let there = notes(&database).await;
        assert_eq!(there, if cut == Cut::After { vec![1, 2] } else { vec![1] }, "{cut:?}");
        write_note(&database, 3).await.expect("the others go on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_the_connection_before_commit_runs_again() {
    let ground = Ground::postgres().await;
    let (database, beside) = (open(&ground).await, Arc::new(beside(&ground).await));
    let unit = queue(&database, &[], move |mut tx| {
        let beside = beside.clone();
        Box::pin(async move {
            note(&mut tx, 1, "once").await?;
            let row = tx.row("SELECT CAST(pg_backend_pid() AS BIGINT)", &[]).await?.expect("a row");
            let pid: i64 = row.get(0)?;
            if tx.row("SELECT COUNT(*) FROM notes WHERE id = 7", &[]).await?.expect("a count").get::<i64>(0)? == 0 {
                let sql =
                    "WITH mark AS (INSERT INTO notes (id, text, amount) VALUES (7, 'killed', 0)) SELECT pg_terminate_backend($1::int)";
                beside.query(sql, &[&(pid as i32)]).await.expect("the backend ends");
            }
            note(&mut tx, 2, "once").await?;
            tx.row("SELECT 1", &[]).await.map(drop)
        })
    });
    unit.await.await.expect("settled").expect("kept in the second try");
    assert_eq!(notes(&database).await, [1, 2, 7]);
    assert_eq!(database.counters().rerun.load(Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_what_is_under_way() {
    let ground = Ground::postgres().await;
    let (database, holder) = (open(&ground).await, beside(&ground).await);
    holder.batch_execute("BEGIN; LOCK TABLE notes").await.expect("locked");
    let mut units = Vec::new();
    for id in 0..30 {
        units.push(queue(&database, &[], move |mut tx| Box::pin(async move { note(&mut tx, id, "well").await })).await);
    }
    let mut closing = std::pin::pin!(database.close());
    assert!(futures::poll!(&mut closing).is_pending(), "thirty units wait for the table");
    assert_eq!(write_note(&database, 99).await.expect_err("it takes no more").kind, Kind::Again);
    assert!(futures::poll!(&mut closing).is_pending(), "thirty units wait for the table");
    holder.batch_execute("COMMIT").await.expect("unlocked");
    closing.await;
    for unit in units {
        unit.await.expect("settled before the end").expect("kept");
    }
    let there = beside(&ground).await.query_one("SELECT COUNT(*) FROM notes WHERE id < 30", &[]).await.expect("a count");
    assert_eq!(there.get::<_, i64>(0), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_too_long_for_a_lock_is_refused_once() {
    let ground = Ground::postgres().await;
    let (database, holder) = (open(&ground).await, beside(&ground).await);
    holder.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(7)").await.expect("locked");
    let unit = queue(&database, &[7], |mut tx| Box::pin(async move { note(&mut tx, 1, "late").await })).await;
    write_note(&database, 2).await.expect("the others go on");
    assert_eq!(unit.await.expect("settled").expect_err("somebody holds it").kind, Kind::Again);
    assert_eq!(database.counters().late.load(Relaxed), 1);
    assert_eq!(notes(&database).await, [2]);
}

/// A wire to the server that can be cut.
struct Wire {
    config: Config,
    cut: Arc<Mutex<Option<Cut>>>,
}

impl Wire {
    async fn before(ground: &Ground) -> Self {
        let url = &ground.config.url;
        let server = url.split(['@', '/']).find(|part| part.contains("127.0.0.1:")).expect("a server on loopback").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address").to_string();
        let config = Config { url: url.replace(&server, &here), authority_file: None };
        let cut = Arc::new(Mutex::new(None));
        let asked = cut.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("PostgreSQL answers");
                let ((asking, mut answers), (answering, mut requests)) = (client.into_split(), server.into_split());
                let (end, ended) = oneshot::channel();
                let asked = asked.clone();
                tokio::spawn(async move { forward(asking, &mut requests, &asked, end).await });
                tokio::spawn(async move {
                    let mut answering = answering;
                    tokio::select! {
                        _ = tokio::io::copy(&mut answering, &mut answers) => {}
                        Ok(()) = ended => {
                            // The server has done it when it has ended the connection.
                            let _ = tokio::io::copy(&mut answering, &mut tokio::io::sink()).await;
                        }
                    }
                });
            }
        });
        Self { config, cut }
    }
}

async fn forward(
    mut asking: OwnedReadHalf,
    requests: &mut tokio::net::tcp::OwnedWriteHalf,
    cut: &Mutex<Option<Cut>>,
    end: oneshot::Sender<()>,
) {
    let mut bytes = vec![0; 65_536];
    while let Ok(length @ 1..) = asking.read(&mut bytes).await {
        let said = &bytes[..length];
        let cut = if said.windows(7).any(|word| word == b"COMMIT\0") { cut.lock().expect("no panic while held").take() } else { None };
        if let Some(cut) = cut {
            let _ = end.send(());
            if cut == Cut::After {
                let _ = requests.write_all(said).await;
            }
            return;
        }
        if requests.write_all(said).await.is_err() {
            return;
        }
    }
}
