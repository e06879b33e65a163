//! A copy of all rows: on each engine, and from one to the other.

use carillon_core::{Kind, Timestamp};
use carillon_db::{Config, Database, Migration, Piece, Trial, on_both_engines, testing::Ground};
use tokio::sync::mpsc;
use uuid::Uuid;

on_both_engines![what_is_copied_comes_back_and_a_copy_that_breaks_off_leaves_nothing, a_copy_shows_one_moment_and_holds_nobody_up];

const STEPS: &[Migration] = &[
    Migration {
        owner: "test",
        number: 1,
        name: "things",
        both: &[
            "CREATE TABLE things (id UUID PRIMARY KEY, n BIGINT, yes BOOLEAN NOT NULL, word TEXT)",
            "CREATE TABLE seeds (n BIGINT NOT NULL)",
            "INSERT INTO seeds (n) VALUES (0)",
        ],
        sqlite: &["ALTER TABLE things ADD COLUMN body BLOB"],
        postgres: &["ALTER TABLE things ADD COLUMN body BYTEA"],
    },
    Migration { owner: "test", number: 2, name: "more", both: &["CREATE TABLE more (n BIGINT NOT NULL)"], sqlite: &[], postgres: &[] },
];
const ADD: &str = "INSERT INTO things (id, n, yes, word, body) VALUES ($1, $2, $3, $4, $5)";
const ALL: &str = "SELECT n, yes, word, body, id FROM things ORDER BY n";

async fn open(config: &Config, steps: &[Migration]) -> Database {
    Database::open(config, steps, Timestamp(1)).await.expect("it opens")
}

async fn fill(db: &Database, from: i64, to: i64) {
    for some in (from..to).step_by(500).map(|from| from..to.min(from + 500)) {
        let run = db.run(vec![], move |tx| {
            let some = some.clone();
            Box::pin(async move {
                for n in some {
                    let (word, body) = (format!("\u{e9}\u{1f514} {n}\n\t\\N"), vec![0_u8, 255, n as u8]);
                    let nothing = n % 7 == 0;
                    let word = (!nothing).then_some(word);
                    tx.run(ADD, &[&Uuid::from_u128(n as u128 + 1), &n, &nothing, &word, &body]).await?;
                }
                tx.run("UPDATE seeds SET n = 5", &[]).await
            })
        });
        run.await.expect("filled");
    }
}

type Thing = (i64, bool, Option<String>, Vec<u8>, Uuid);

async fn things(db: &Database) -> Vec<Thing> {
    let look = db.read(|mut tx| {
        Box::pin(async move {
            let rows = tx.rows(ALL, &[]).await?;
            rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))).collect()
        })
    });
    look.await.expect("seen")
}

async fn count(db: &Database, sql: &'static str) -> i64 {
    let look = db.read(move |mut tx| Box::pin(async move { tx.row(sql, &[]).await?.expect("a row").get(0) }));
    look.await.expect("counted")
}

/// All pieces of a copy.
async fn copied(db: &Database) -> Vec<Piece> {
    let (out, mut pieces) = mpsc::channel(1);
    let (taken, seen) = tokio::join!(
        async {
            let mut taken = Vec::new();
            while let Some(piece) = pieces.recv().await {
                taken.push(piece);
            }
            taken
        },
        db.copy_out(|mut tx| Box::pin(async move { tx.row("SELECT COUNT(*) FROM things", &[]).await?.expect("a row").get::<i64>(0) }), out)
    );
    let rows: u32 = taken.iter().map(|piece| if let Piece::Rows(rows) = piece { rows.count } else { 0 }).sum();
    assert!(i64::from(rows) > seen.expect("copied"), "the things, and more");
    taken
}

async fn lay(pieces: &[Piece], config: &Config, steps: &[Migration]) -> Result<Vec<(String, u64)>, carillon_core::Problem> {
    let (send, receive) = mpsc::channel(pieces.len().max(1));
    for piece in pieces {
        send.send(piece.clone()).await.expect("there is room");
    }
    drop(send);
    Database::copy_in(config, steps, Timestamp(2), receive).await
}

async fn what_is_copied_comes_back_and_a_copy_that_breaks_off_leaves_nothing(ground: Ground) {
    let of_postgres = ground.config.url.starts_with("postgres");
    let db = open(&ground.config, &STEPS[..1]).await;
    fill(&db, 0, 3000).await;
    let (pieces, before) = (copied(&db).await, things(&db).await);
    assert!(pieces.iter().filter(|piece| matches!(piece, Piece::Rows(_))).count() > 4, "in several pieces");
    db.close().await;

    let there = if of_postgres { Ground::postgres().await } else { Ground::sqlite() };
    assert!(Database::is_vacant(&there.config).await.expect("looked"));
    let broken = lay(&pieces[..pieces.len() - 1], &there.config, &STEPS[..1]).await;
    assert!(broken.is_err(), "no end");
    if let Some(path) = there.config.url.strip_prefix("sqlite:") {
        std::fs::remove_file(path).expect("whoever called takes it away");
    }
    assert!(Database::is_vacant(&there.config).await.expect("looked"));

    let filled = lay(&pieces, &there.config, &STEPS[..1]).await.expect("filled");
    assert!(filled.contains(&("things".into(), 3000)) && filled.contains(&("seeds".into(), 1)), "{filled:?}");
    assert!(!Database::is_vacant(&there.config).await.expect("looked"));
    // The program may know more than the copy.
    let db = open(&there.config, STEPS).await;
    assert_eq!(things(&db).await, before);
    assert_eq!((count(&db, "SELECT n FROM seeds").await, count(&db, "SELECT COUNT(*) FROM more").await), (5, 0));
    fill(&db, 4000, 4001).await;
    db.close().await;
    if of_postgres {
        let again = lay(&pieces, &there.config, &STEPS[..1]).await.expect_err("it is not empty");
        assert_eq!(again.kind, Kind::Conflict);
        let trial = Trial::open(&there.config).await.expect("a schema of its own");
        assert_eq!(Trial::open(&there.config).await.err().map(|why| why.kind), Some(Kind::Conflict));
        try_out(&pieces, &trial, &there.config).await;
        let tried = open(&trial.config, STEPS).await;
        assert_eq!(things(&tried).await, before);
        tried.close().await;
        trial.close().await.expect("it goes");
        assert_eq!(things(&open(&there.config, STEPS).await).await.len(), 3001, "what is in use was not touched");
        Database::empty(&there.config).await.expect("emptied");
        assert!(Database::is_vacant(&there.config).await.expect("looked"));
        lay(&pieces, &there.config, &STEPS[..1]).await.expect("and it can be filled again");
    } else {
        let moved = Ground::postgres().await;
        lay(&pieces, &moved.config, &STEPS[..1]).await.expect("filled");
        assert_eq!(things(&open(&moved.config, STEPS).await).await, before);
    }
}

/// While it is filled, others open what is in use.
async fn try_out(pieces: &[Piece], trial: &Trial, in_use: &Config) {
    let (send, receive) = mpsc::channel(1);
    let filling = trial.copy_in(&STEPS[..1], Timestamp(2), receive);
    let sending = async {
        let last = pieces.len() - 1;
        for (at, piece) in pieces.iter().enumerate() {
            if at == last {
                // All but the end is taken or waits to be, and nothing ends before it.
                open(in_use, STEPS).await.close().await;
            }
            send.send(piece.clone()).await.expect("it is taken");
        }
    };
    let (filled, ()) = tokio::join!(filling, sending);
    filled.expect("beside what is in use");
}

async fn a_copy_shows_one_moment_and_holds_nobody_up(ground: Ground) {
    let db = open(&ground.config, STEPS).await;
    fill(&db, 0, 3000).await;
    let (out, mut pieces) = mpsc::channel(1);
    let copying = {
        let db = db.clone();
        async move { db.copy_out(|_| Box::pin(async { Ok(()) }), out).await }
    };
    let reading = async {
        let first = pieces.recv().await.expect("it begins");
        assert!(matches!(first, Piece::Steps(_)));
        // It waits for us, and others write.
        fill(&db, 3000, 3500).await;
        let mut rows = 0;
        let mut table = String::new();
        while let Some(piece) = pieces.recv().await {
            match piece {
                Piece::Table(next) => table = next.name,
                Piece::Rows(some) if table == "things" => rows += some.count,
                _ => {}
            }
        }
        rows
    };
    let (copied, rows) = tokio::join!(copying, reading);
    copied.expect("copied");
    assert_eq!((rows, things(&db).await.len()), (3000, 3500));

    // Whoever goes away ends it.
    let (out, pieces) = mpsc::channel(1);
    drop(pieces);
    assert!(db.copy_out(|_| Box::pin(async { Ok(()) }), out).await.is_err());
}
