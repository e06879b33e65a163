//! Many units at once: they share commits, meet each other, and overrun the disk.
#![allow(clippy::disallowed_methods, reason = "a test may start tasks, and tell a child by its environment")]

mod house;

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use carillon_core::Kind;
use carillon_db::{Config, Database, EngineKind, on_both_engines, testing::Ground};
use house::{NOTES, NOW, act, note, notes, open, queue, write_note};

on_both_engines![
    locks_put_units_one_after_another,
    opposite_orders_are_no_deadlock,
    conflicts_run_again,
    a_clash_of_two_who_write_the_same_is_decided_by_reading_again,
    an_act_once_queued_finishes_whoever_leaves,
];

async fn locks_put_units_one_after_another(ground: Ground) {
    let database = open(&ground).await;
    write_note(&database, 1).await.expect("kept");
    let mut units = Vec::new();
    for _ in 0..64 {
        units.push(
            queue(&database, &[1], |mut tx| {
                Box::pin(async move {
                    let row = tx.row("SELECT amount FROM notes WHERE id = 1", &[]).await?.expect("the note");
                    let amount: i64 = row.get(0)?;
                    tx.run("UPDATE notes SET amount = $1 WHERE id = 1", &[&(amount + 1)]).await
                })
            })
            .await,
        );
    }
    for unit in units {
        unit.await.expect("settled").expect("kept");
    }
    assert_eq!(amount(&database, 1).await, 64);
}

async fn opposite_orders_are_no_deadlock(ground: Ground) {
    let database = open(&ground).await;
    both_ways(&database, true).await;
    assert_eq!(database.counters().rerun.load(Relaxed), 0, "they waited in one order");
}

/// Without locks the server finds the deadlock, and one of the two runs again.
async fn conflicts_run_again(ground: Ground) {
    let database = open(&ground).await;
    both_ways(&database, false).await;
    if database.kind() == EngineKind::Postgres {
        assert!(database.counters().rerun.load(Relaxed) > 0);
    }
}

/// Two at a time meet between their two rows.
async fn both_ways(database: &Database, locked: bool) {
    for id in [1, 2] {
        write_note(database, id).await.expect("kept");
    }
    let meeting = Arc::new(tokio::sync::Barrier::new(2));
    let mut units = Vec::new();
    for (first, second) in [(1_i64, 2_i64), (2, 1)] {
        let (meeting, met) = (meeting.clone(), Arc::new(AtomicUsize::new(usize::from(locked || database.kind() == EngineKind::Sqlite))));
        let locks: &[u128] = if !locked {
            &[]
        } else if first == 1 {
            &[1, 2]
        } else {
            &[2, 1]
        };
        units.push(
            queue(database, locks, move |mut tx| {
                let (meeting, met) = (meeting.clone(), met.clone());
                Box::pin(async move {
                    let sql = "UPDATE notes SET amount = amount + 1 WHERE id = $1 RETURNING amount";
                    tx.row(sql, &[&first]).await?;
                    if met.fetch_add(1, Relaxed) == 0 {
                        meeting.wait().await;
                    }
                    tx.row(sql, &[&second]).await.map(drop)
                })
            })
            .await,
        );
    }
    for unit in units {
        unit.await.expect("settled").expect("kept");
    }
    assert_eq!((amount(database, 1).await, amount(database, 2).await), (2, 2));
}

async fn a_clash_of_two_who_write_the_same_is_decided_by_reading_again(ground: Ground) {
    let database = open(&ground).await;
    let mut units = Vec::new();
    for _ in 0..8 {
        units.push(
            queue(&database, &[], |mut tx| {
                Box::pin(async move {
                    if tx.row("SELECT id FROM notes WHERE id = $1", &[&1_i64]).await?.is_none() {
                        note(&mut tx, 1, "once").await?;
                    }
                    Ok(())
                })
            })
            .await,
        );
    }
    for unit in units {
        unit.await.expect("settled").expect("written, or found");
    }
    assert_eq!(notes(&database).await, [1]);
}

async fn an_act_once_queued_finishes_whoever_leaves(ground: Ground) {
    let database = open(&ground).await;
    for id in 0..20 {
        drop(queue(&database, &[1], move |mut tx| Box::pin(async move { note(&mut tx, id, "left").await })).await);
    }
    database.close().await;
    assert_eq!(write_note(&database, 99).await.expect_err("it is closed").kind, Kind::Again);
    let again = open(&ground).await;
    assert_eq!(notes(&again).await.len(), 20);
}

async fn amount(database: &Database, id: i64) -> i64 {
    let look = database.read(move |mut tx| {
        Box::pin(async move { tx.row("SELECT amount FROM notes WHERE id = $1", &[&id]).await?.expect("the note").get(0) })
    });
    look.await.expect("readers read")
}

#[tokio::test(flavor = "multi_thread")]
async fn many_units_share_a_commit() {
    let ground = Ground::sqlite();
    let database = open(&ground).await;
    let mut units = Vec::new();
    for id in 0..500 {
        units.push(queue(&database, &[], move |mut tx| Box::pin(async move { note(&mut tx, id, "well").await })).await);
    }
    for unit in units {
        unit.await.expect("settled").expect("kept");
    }
    let commits = database.counters().commits.load(Relaxed);
    assert!(commits < 250, "{commits} commits for 500 units");
    assert_eq!(database.counters().kept.load(Relaxed), 500);
}

/// Each reader begins before the one before it has ended: without care the log could never start over.
#[tokio::test(flavor = "multi_thread")]
async fn readers_that_overlap_do_not_keep_the_log_growing() {
    let ground = Ground::sqlite();
    let database = open(&ground).await;
    let (over, looks) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    // Each of the two looks until the other one has begun its next look.
    let (to_one, one) = sync_channel(1);
    let (to_other, other) = sync_channel(1);
    let reader = |tell: SyncSender<()>, heard: Receiver<()>| {
        let (database, over, looks, heard) = (database.clone(), over.clone(), looks.clone(), Arc::new(Mutex::new(heard)));
        async move {
            while !over.load(Relaxed) {
                let (tell, heard) = (tell.clone(), heard.clone());
                let look = database.read(move |mut tx| {
                    Box::pin(async move {
                        tx.row("SELECT COUNT(*) FROM notes", &[]).await?;
                        let _ = tell.try_send(());
                        let _ = heard.lock().expect("one reader").recv();
                        Ok(())
                    })
                });
                look.await.expect("readers read");
                looks.fetch_add(1, Relaxed);
            }
        }
    };
    let readers = [tokio::spawn(reader(to_other, one)), tokio::spawn(reader(to_one, other))];
    let mut longest = 0;
    for id in 0..150 {
        let body = "x".repeat(1024 * 1024);
        let written = act(&database, move |mut tx| {
            let body = body.clone();
            Box::pin(async move { note(&mut tx, id, &body).await })
        });
        written.await.expect("kept");
        longest = longest.max(database.counters().wal_bytes.load(Relaxed));
    }
    over.store(true, Relaxed);
    for reader in readers {
        reader.await.expect("readers end");
    }
    assert!(looks.load(Relaxed) > 20, "{looks:?} looks");
    assert!(longest < 100 * 1024 * 1024, "{longest} bytes, of 150 MB that were written");
}

/// Runs a test of this program again, in a process none of whose files grows beyond a mebibyte: to the database that is a full disk.
fn on_a_small_disk(test: &str, body: &str) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" --exact --nocapture \"$1\""])
        .arg(std::env::current_exe().expect("this program"))
        .args([test])
        .env("SMALL_DISK", directory.path())
        .env("BODY", body)
        .output()
        .expect("sh starts");
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    said
}

/// The disk and the size of a body, in the child.
fn small_disk() -> Option<(Config, usize)> {
    let (directory, body) = (std::env::var("SMALL_DISK").ok()?, std::env::var("BODY").ok()?);
    let url = format!("sqlite:{}", Path::new(&directory).join("small.db").display());
    Some((Config { url, authority_file: None }, body.parse().expect("a number")))
}

/// A body that the disk cannot take, among a hundred: SQLite gives up in the middle of the batch (the large one), or at COMMIT.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_leaves_the_rest_of_the_batch() {
    if let Some((config, megabytes)) = small_disk() {
        return the_rest_stands(&config, megabytes).await;
    }
    for megabytes in ["30", "1"] {
        let said = on_a_small_disk("a_full_disk_leaves_the_rest_of_the_batch", megabytes);
        assert!(said.contains("the other 99 stand"), "{megabytes} MB: {said}");
    }
}

/// It can still be read: only a write tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_on_a_full_disk_does_not_answer() {
    let Some((config, bytes)) = small_disk() else {
        let said = on_a_small_disk("a_database_on_a_full_disk_does_not_answer", "50000");
        assert!(said.contains("it does not answer"), "{said}");
        return;
    };
    let database = Database::open(&config, &[NOTES], NOW).await.expect("it opens");
    database.answers().await.expect("there is room yet");
    let body = "x".repeat(bytes);
    for id in 0.. {
        let text = body.clone();
        if act(&database, move |mut tx| {
            let text = text.clone();
            Box::pin(async move { note(&mut tx, id, &text).await })
        })
        .await
        .is_err()
        {
            break;
        }
        assert!(id < 100, "the disk never fills");
    }
    // What is left is enough for a few small writes.
    let mut beats = 0;
    while database.answers().await.is_ok() {
        beats += 1;
        assert!(beats < 1000, "it answers for ever");
    }
    assert!(!notes(&database).await.is_empty());
    println!("it does not answer");
}

/// What the child does.
async fn the_rest_stands(config: &Config, megabytes: usize) {
    let database = Database::open(config, &[NOTES], NOW).await.expect("it opens");
    let body = "x".repeat(megabytes * 1_048_576);
    let (go_on, goes_on) = sync_channel::<()>(1);
    let mut goes_on = Some(goes_on);
    let mut units = Vec::new();
    // The writer is held up until all hundred wait, so that they share a batch.
    let held = queue(&database, &[], move |_| {
        let _ = goes_on.take().map(|goes_on| goes_on.recv());
        Box::pin(async { Ok(()) })
    });
    let held = held.await;
    for id in 0..100 {
        let text = if id == 50 { body.clone() } else { "well".into() };
        units.push(
            queue(&database, &[], move |mut tx| {
                let text = text.clone();
                Box::pin(async move { note(&mut tx, id, &text).await })
            })
            .await,
        );
    }
    go_on.send(()).expect("the writer waits");
    held.await.expect("settled").expect("nothing was wrong");
    for (id, unit) in units.into_iter().enumerate() {
        assert_eq!(unit.await.expect("settled").is_ok(), id != 50, "{id}");
    }
    write_note(&database, 100).await.expect("the writer goes on");
    let there = notes(&database).await;
    assert_eq!((there.len(), there.contains(&50)), (100, false));
    assert!(database.counters().rerun.load(Relaxed) > 0, "it shared a batch");
    println!("the other 99 stand");
}
