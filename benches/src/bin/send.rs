//! Messages sent: durable, decided and recorded, with what each part of that costs.
#![allow(clippy::disallowed_methods, reason = "the measurement is told where PostgreSQL is")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use carillon_audit::{Actor, Event, Outcome, Sequencer, record, verify};
use carillon_benches::{
    Report, Times, cpu, hammer,
    house::{House, message, spawn, sqlite},
    median,
};
use carillon_core::{Action, Problem, RoomId};
use carillon_db::{Config, Database, Tx, Unit, Verdict};
use carillon_gate::Topic;
use carillon_platform::clock;
use carillon_rooms::views::ListLog;
use futures::future::BoxFuture;
use serde_json::json;
use tokio::sync::oneshot;
use uuid::Uuid;

const ROUND: Duration = Duration::from_secs(4);
const ROUNDS: usize = 5;
const FLIGHT: usize = 64;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let mut report = Report::new("send");
    let directory = tempfile::tempdir()?;
    let path = |name: &str| sqlite(directory.path(), name);

    // Ours and its floor by turns, so that both see the same machine.
    let house = House::open(&path("send.db"), 16).await?;
    let (mut ours, mut floor, mut p99) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (rate, _, _) = bare(&house, Parts::Floor, FLIGHT).await?;
        floor.push(rate);
        let (rate, mut times, _) = send(&house, FLIGHT, ROUND).await?;
        ours.push(rate);
        p99.push(times.at(0.99).as_secs_f64() * 1e3);
    }
    let (_, mut times, each) = send(&house, FLIGHT, ROUND).await?;
    report.say("SQLite, 64 in flight, 16 rooms", median(ours.clone()), "acts/s");
    report.say("SQLite: p50", times.at(0.5).as_secs_f64() * 1e3, "ms");
    report.say("SQLite: p99", median(p99), "ms");
    report.say("SQLite: CPU of one act", each, "µs");
    report.say("SQLite: the bare two writes through the same writer", median(floor.clone()), "units/s");
    report.say("SQLite: ratio to the floor", median(ours) / median(floor), "×");
    let (rate, ..) = send(&house, 1, ROUND).await?;
    report.say("SQLite: one asker, one fsync each", rate, "acts/s");

    for (what, parts) in [
        ("the bare two writes", Parts::Floor),
        ("and the facts of the room", Parts::Facts),
        ("and the search for an earlier request", Parts::Search),
        ("and the audit event", Parts::Audit),
    ] {
        let (_, _, each) = bare(&house, parts, FLIGHT).await?;
        report.say(&format!("SQLite, CPU by part: {what}"), each, "µs");
    }
    check(&house).await?;

    listened(&mut report, &path("listeners.db")).await?;
    grow(&mut report, &path("grow.db")).await?;
    if let Ok(url) = std::env::var("CARILLON_BENCH_POSTGRES") {
        postgres(&mut report, &url).await?;
    } else {
        eprintln!("  no PostgreSQL: CARILLON_BENCH_POSTGRES names none");
    }
    report.write()
}

/// One room, with nobody, a hundred and a thousand who hear of each message, in turn.
async fn listened(report: &mut Report, config: &Config) -> Result<()> {
    let house = House::open(config, 1).await?;
    let mut crowds = [(0, Vec::new()), (100, Vec::new()), (1000, Vec::new())];
    for _ in 0..5 {
        for (listeners, rates) in &mut crowds {
            let woken = Arc::new(AtomicU64::new(0));
            let tasks: Vec<_> = (0..*listeners)
                .map(|_| {
                    let (mut heads, woken) = (house.gate.hub().listen(Topic::Room(house.rooms[0])), woken.clone());
                    spawn(async move {
                        while heads.changed().await.is_ok() {
                            woken.fetch_add(1, Relaxed);
                        }
                    })
                })
                .collect();
            rates.push(send(&house, FLIGHT, ROUND).await?.0);
            tasks.iter().for_each(tokio::task::JoinHandle::abort);
            ensure!(*listeners == 0 || woken.load(Relaxed) > *listeners, "the listeners heard nothing");
        }
    }
    for (listeners, rates) in crowds {
        report.say(&format!("SQLite, one room, {listeners} listeners"), median(rates), "acts/s");
    }
    check(&house).await?;
    house.database.close().await;
    Ok(())
}

/// To a million messages: what a quarter of them cost each time.
async fn grow(report: &mut Report, config: &Config) -> Result<()> {
    const ALL: usize = 1_000_000;
    let house = House::open(config, 16).await?;
    for quarter in 1..=4 {
        let left = Arc::new(AtomicU64::new(ALL as u64 / 4));
        let since = Instant::now();
        let tasks: Vec<_> = (0..FLIGHT)
            .map(|number| {
                let (gate, who, left, room) =
                    (house.gate.clone(), house.who.clone(), left.clone(), house.rooms[number % house.rooms.len()]);
                spawn(async move {
                    let mut times = Times::default();
                    while left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
                        let since = Instant::now();
                        gate.act(&who, message(room)).await.expect("a message is taken");
                        times.add(since.elapsed());
                    }
                    times
                })
            })
            .collect();
        let mut times = Times::default();
        for task in tasks {
            times.join(task.await?);
        }
        let rate = times.count() as f64 / since.elapsed().as_secs_f64();
        report.say(&format!("SQLite, messages up to {} thousand", ALL / 4 * quarter / 1000), rate, "acts/s");
        report.say(&format!("SQLite, p99 up to {} thousand", ALL / 4 * quarter / 1000), times.at(0.99).as_secs_f64() * 1e3, "ms");
    }
    check(&house).await?;
    house.database.close().await;
    Ok(())
}

async fn postgres(report: &mut Report, server: &str) -> Result<()> {
    let house = House::open(&fresh(server, "bench_rooms").await?, 16).await?;
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floor.push(bare(&house, Parts::Floor, FLIGHT).await?.0);
        ours.push(send(&house, FLIGHT, ROUND).await?.0);
    }
    report.say("PostgreSQL, 64 in flight, 16 rooms", median(ours.clone()), "acts/s");
    report.say("PostgreSQL: the bare two writes through the same pool", median(floor.clone()), "units/s");
    report.say("PostgreSQL: ratio to the floor", median(ours) / median(floor), "×");
    let (rate, _, each) = send(&house, 1, ROUND).await?;
    report.say("PostgreSQL: one asker", rate, "acts/s");
    report.say("PostgreSQL: our CPU of one act, one asker", each, "µs");
    check(&house).await?;
    house.database.close().await;
    let one = House::open(&fresh(server, "bench_one").await?, 1).await?;
    report.say("PostgreSQL: one room", send(&one, FLIGHT, ROUND).await?.0, "acts/s");
    check(&one).await?;
    one.database.close().await;
    Ok(())
}

/// A new database on the server.
async fn fresh(server: &str, name: &str) -> Result<Config> {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
    let connection = spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
    connection.abort();
    let (base, query) = server.split_once('?').map_or((server, String::new()), |(base, query)| (base, format!("?{query}")));
    let base = base.rsplit_once('/').context("a URL with a database")?.0;
    Ok(Config { url: format!("{base}/{name}{query}"), authority_file: None })
}

/// Acts a second, how long each took, and the CPU of one in microseconds.
async fn send(house: &House, flight: usize, span: Duration) -> Result<(f64, Times, f64)> {
    let (gate, who, rooms) = (house.gate.clone(), house.who.clone(), house.rooms.clone());
    measured(hammer(flight, span, move |number| {
        let (gate, who, room) = (gate.clone(), who.clone(), rooms[number % rooms.len()]);
        async move {
            gate.act(&who, message(room)).await.expect("a message is taken");
        }
    }))
    .await
}

async fn bare(house: &House, parts: Parts, flight: usize) -> Result<(f64, Times, f64)> {
    let (database, rooms, who) = (house.database.clone(), house.rooms.clone(), house.who.clone());
    measured(hammer(flight, ROUND, move |number| {
        let (told, committed) = oneshot::channel();
        let unit = Bare { parts, room: rooms[number % rooms.len()], who: Actor::from(&who), told };
        let database: Database = database.clone();
        async move {
            database.write(Box::new(unit)).await.expect("a unit is taken");
            committed.await.expect("a unit is settled").expect("a unit is kept");
        }
    }))
    .await
}

async fn measured(work: impl Future<Output = Times>) -> Result<(f64, Times, f64)> {
    let (before, since) = (cpu(std::process::id())?, Instant::now());
    let times = work.await;
    let (took, spent) = (since.elapsed(), cpu(std::process::id())?.saturating_sub(before));
    let count = times.count() as f64;
    Ok((count / took.as_secs_f64(), times, spent.as_secs_f64() * 1e6 / count))
}

/// What stands is right: every log dense, and the record whole.
async fn check(house: &House) -> Result<()> {
    for room in &*house.rooms {
        let view = ListLog { room: *room, after: None, until: None, before: None, limit: Some(200) };
        let page = house.gate.see(&house.who, view).await?;
        let seqs: Vec<i64> = page.events.iter().map(|event| event.seq).collect();
        let dense = seqs.windows(2).all(|pair| pair[1] == pair[0] + 1);
        ensure!(dense && seqs.last() == Some(&page.head), "the log of {room} has a hole");
    }
    Sequencer::new(house.database.clone()).catch_up(clock::now()).await?;
    let report = verify(&house.database).await?;
    ensure!(report.faults.is_empty() && report.tail == 0, "the record does not hold: {:?}", report.faults);
    Ok(())
}

/// How much of an act the bare unit does.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Parts {
    Floor,
    Facts,
    Search,
    Audit,
}

/// The two writes of a message with nothing around them, or with some of what an act adds.
struct Bare {
    parts: Parts,
    room: RoomId,
    who: Actor,
    told: oneshot::Sender<Result<(), Problem>>,
}

impl Bare {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        let (id, request, now) = (Uuid::now_v7(), Uuid::now_v7(), clock::now());
        let sender = self.who.id.unwrap_or_default();
        if self.parts >= Parts::Facts {
            let facts =
                "SELECT r.kind, m.role, m.muted FROM rooms r LEFT JOIN members m ON m.room = r.id AND m.person = $2 WHERE r.id = $1";
            tx.row(facts, &[&self.room, &sender]).await?;
        }
        if self.parts >= Parts::Search {
            let search = "SELECT seq, id, at FROM log WHERE room = $1 AND sender = $2 AND request = $3";
            tx.row(search, &[&self.room, &sender, &request]).await?;
        }
        let next = "UPDATE rooms SET head = head + 1, head_at = $2 WHERE id = $1 RETURNING head, epoch";
        let row = tx.row(next, &[&self.room, &now]).await?.ok_or_else(|| Problem::missing("room"))?;
        let insert = "INSERT INTO log (room, seq, id, at, sender, request, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let body: &[u8] = b"\x12\x30\x0a\x2eGood morning; the figures of last week are in.";
        tx.run(insert, &[&self.room, &row.get::<i64>(0)?, &id, &now, &sender, &request, &body]).await?;
        if self.parts >= Parts::Audit {
            let (what, reasons) = (json!({ "seq": 1, "sha256": "0".repeat(64) }), ["member".to_owned()]);
            let event = Event {
                action: Action::MessagePost,
                actor: self.who.clone(),
                at: now,
                id: Uuid::now_v7(),
                outcome: Outcome::Done,
                policy: "000000000000",
                reasons: &reasons,
                subject: "room:00000000-0000-0000-0000-000000000000",
                v: 1,
                what: &what,
            };
            record(tx, &event).await?;
        }
        Ok(())
    }
}

impl Unit for Bare {
    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move { if self.write(&mut tx).await.is_ok() { Verdict::Keep } else { Verdict::Undo } })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let _ = self.told.send(committed); // whoever measured may have gone
    }
}
