//! The whole server, measured from outside: how fast it starts, what it holds when idle, how it answers a hundred clients.
#![allow(clippy::print_stdout, reason = "a measurement is a program that prints")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use carillon_benches::{
    Report, Times,
    child::{Http, Server},
    cpu,
    house::{House, message, request, spawn, sqlite},
    median, resident,
};
use serde_json::json;

const STARTS: usize = 9;
const CLIENTS: usize = 100;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("start") => start().await,
        Some("idle-server") => idle().await,
        Some("api") => api().await,
        other => bail!("start, idle-server or api, not {other:?}"),
    }
}

async fn start() -> Result<()> {
    let mut report = Report::new("start");
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let directory = tempfile::tempdir()?;
        times.push(Server::start(directory.path()).await?.started.as_secs_f64() * 1e3);
    }
    report.say("empty: process start to ready", median(times), "ms");
    let directory = tempfile::tempdir()?;
    fill(directory.path(), 1_000_000).await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(Server::start(directory.path()).await?.started.as_secs_f64() * 1e3);
    }
    report.say("a million messages: process start to ready", median(times), "ms");
    report.write()
}

/// A data directory with that many messages in 16 rooms.
async fn fill(directory: &Path, messages: u64) -> Result<()> {
    // The server makes its own directory and tables; then ours goes on from there.
    drop(Server::start(directory).await?);
    let house = House::open(&sqlite(&directory.join("carillon-data"), "carillon.db"), 16).await?;
    let left = Arc::new(AtomicU64::new(messages));
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let (gate, who, room, left) = (house.gate.clone(), house.who.clone(), house.rooms[number % 16], left.clone());
            spawn(async move {
                while left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
                    gate.act(&who, message(room)).await.expect("a message is taken");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    house.database.close().await;
    Ok(())
}

async fn idle() -> Result<()> {
    let mut report = Report::new("idle-server");
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path()).await?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    report.say("resident after the start", megabytes(resident(server.running.id())?), "MB");
    let before = cpu(server.running.id())?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    report.say("CPU in ten idle seconds", (cpu(server.running.id())?.saturating_sub(before)).as_secs_f64() * 1e3, "ms");
    let (times, _) = posts(&server, directory.path(), CLIENTS, Duration::from_secs(10)).await?;
    report.say("posts then answered", times.count() as f64, "");
    report.say("resident after them", megabytes(resident(server.running.id())?), "MB");
    report.write()
}

async fn api() -> Result<()> {
    let mut report = Report::new("api");
    for clients in [CLIENTS / 4, CLIENTS / 2, CLIENTS] {
        let (mut rates, mut p95, mut each) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..5 {
            let directory = tempfile::tempdir()?;
            let server = Server::start(directory.path()).await?;
            let before = cpu(server.running.id())?;
            let (mut times, took) = posts(&server, directory.path(), clients, Duration::from_secs(6)).await?;
            let spent = cpu(server.running.id())?.saturating_sub(before);
            rates.push(times.count() as f64 / took.as_secs_f64());
            p95.push(times.at(0.95).as_secs_f64() * 1e3);
            each.push(spent.as_secs_f64() * 1e6 / times.count() as f64);
        }
        report.say(&format!("{clients} clients: posts, all durable, 0 failed"), median(rates), "/s");
        report.say(&format!("{clients} clients: p95"), median(p95), "ms");
        report.say(&format!("{clients} clients: the server's CPU of one post"), median(each), "µs");
    }
    report.write()
}

/// That many clients post into 16 rooms, each on its own connection; every answer is a 201 with its own place.
async fn posts(server: &Server, directory: &Path, clients: usize, span: Duration) -> Result<(Times, Duration)> {
    let token = server.token(directory).await?;
    let mut first = Http::connect(server.public, Some(token.clone())).await?;
    let mut rooms = Vec::new();
    for number in 0..16 {
        let made = first.json("/api/v1/rooms", Some(&json!({ "requestId": request(), "name": format!("room {number}") }))).await?;
        rooms.push(made["room"]["id"].as_str().context("a room")?.to_owned());
    }
    let (since, until) = (Instant::now(), Instant::now() + span);
    let mut tasks = Vec::new();
    for number in 0..clients {
        let mut http = Http::connect(server.public, Some(token.clone())).await?;
        let path = format!("/api/v1/rooms/{}/messages", rooms[number % rooms.len()]);
        tasks.push(spawn(async move {
            let mut times = Times::default();
            while Instant::now() < until {
                let since = Instant::now();
                let body = json!({ "requestId": request(), "text": "Good morning; the figures of last week are in." });
                let (status, answer) = http.ask(&path, Some(&body)).await?;
                ensure!(status == 201, "a post was answered {status}: {}", String::from_utf8_lossy(&answer));
                times.add(since.elapsed());
            }
            Ok(times)
        }));
    }
    let mut times = Times::default();
    for task in tasks {
        times.join(task.await??);
    }
    let took = since.elapsed();
    let mut heads = 0;
    for room in &rooms {
        let page = first.json(&format!("/api/v1/rooms/{room}/log?limit=1"), None).await?;
        // The first event of a room is its making.
        heads += page["head"].as_u64().context("a head")? as usize - 1;
    }
    ensure!(heads == times.count(), "{} posts were answered, and {heads} stand in the logs", times.count());
    Ok((times, took))
}
