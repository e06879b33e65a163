//! Killed at each hit, on both engines.

use std::{os::unix::process::ExitStatusExt, process::Command};

use anyhow::{Context, Result, ensure};
use carillon_core::RoomId;
use carillon_crash_tests::{House, Story};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_rooms::RoomEvent;
use serde_json::Value;

on_both_engines![two_messages, a_call];

async fn two_messages(ground: Ground) {
    at_each_hit(&ground, Story::Send).await.expect("nothing is lost");
}
async fn a_call(ground: Ground) {
    at_each_hit(&ground, Story::Call).await.expect("nothing is lost");
}

/// What a run left behind, ids aside.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    log: Vec<String>,
    recorded: Vec<String>,
}

async fn at_each_hit(ground: &Ground, story: Story) -> Result<()> {
    let house = House::open(&ground.config).await?;
    house.people().await?;
    let mut room = house.room().await?;
    house.close().await;
    let (answers, hits) = child(ground, story, room, 1, None)?;
    let hits = hits.context("it runs to its end")?;
    ensure!(hits > 10, "{hits} hits");
    let house = House::open(&ground.config).await?;
    let whole = look(&house, story, room, &answers).await?;
    let mut events = house.verify().await?;
    for nth in 1..=hits {
        let next = house_with_room(ground, &mut room).await?;
        next.close().await;
        let seed = u128::from(nth) + 1;
        let (acked, ended) = child(ground, story, room, seed, Some(nth))?;
        ensure!(ended.is_none(), "hit {nth} of {hits} killed nobody");
        // Started again, and asked again by whoever was not answered, and by whoever was.
        let house = House::open(&ground.config).await?;
        let log = house.log(room).await?;
        for (number, answer) in acked.iter().enumerate() {
            ensure!(story != Story::Send || found(&log, answer), "hit {nth}: answer {number} was lost: {answer}");
        }
        let answers = story.act(&house, room, seed, |_, _| ()).await.with_context(|| format!("asked again after hit {nth}"))?;
        for (before, after) in acked.iter().zip(&answers) {
            ensure!(same(story, before, after), "hit {nth}: first {before}, then {after}");
        }
        let left = look(&house, story, room, &answers).await?;
        ensure!(left == whole, "hit {nth}: {left:?}\ninstead of {whole:?}");
        let report = house.verify().await?;
        ensure!(report.faults.is_empty(), "hit {nth}: {report:?}");
        ensure!(report.events + report.tail > events.events + events.tail, "hit {nth}: {report:?}");
        events = report;
        house.close().await;
    }
    Ok(())
}

async fn house_with_room(ground: &Ground, room: &mut RoomId) -> Result<House> {
    let house = House::open(&ground.config).await?;
    *room = house.room().await?;
    Ok(house)
}

/// The child's answers, and how often it hit the hook, if it came to its end.
fn child(ground: &Ground, story: Story, room: RoomId, seed: u128, killed_at: Option<u64>) -> Result<(Vec<Value>, Option<u64>)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_carillon-crash-tests"));
    child.args([&ground.config.url, story.name(), &room.to_string(), &seed.to_string()]).env_remove("CARILLON_FAILPOINT");
    if let Some(nth) = killed_at {
        child.env("CARILLON_FAILPOINT", nth.to_string());
    }
    let output = child.output()?;
    let said = String::from_utf8(output.stdout)?;
    let (mut answers, mut hits) = (Vec::new(), None);
    for line in said.lines() {
        match line.split_once(' ').context("two words")? {
            ("hits", number) => hits = Some(number.parse()?),
            (_, answer) => answers.push(serde_json::from_str(answer)?),
        }
    }
    ensure!(hits.is_some() || killed_at.is_some(), "the child failed: {}", String::from_utf8_lossy(&output.stderr));
    ensure!(hits.is_some() || output.status.signal() == Some(9), "the child failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok((answers, hits))
}

/// The message is in the log, at the place that was answered.
fn found(log: &[RoomEvent], answer: &Value) -> bool {
    log.iter().any(|event| answer["seq"] == event.seq && answer["id"] == event.id.to_string() && answer["epoch"] == event.epoch.to_string())
}

/// Whoever asks again gets the same answer.
fn same(story: Story, before: &Value, after: &Value) -> bool {
    match story {
        Story::Send => ["seq", "id", "epoch", "at"].iter().all(|field| before[field] == after[field]) && after["repeated"] == true,
        Story::Call => before["call"]["id"] == after["call"]["id"] && before["participant"] == after["participant"],
    }
}

async fn look(house: &House, story: Story, room: RoomId, answers: &[Value]) -> Result<Left> {
    let log = house.log(room).await?;
    let dense = log.iter().zip(1..).all(|(event, seq)| event.seq == seq);
    ensure!(dense, "a hole: {:?}", log.iter().map(|event| event.seq).collect::<Vec<_>>());
    let subject = match story {
        Story::Send => format!("room:{room}"),
        Story::Call => format!("call:{}", answers[0]["call"]["id"].as_str().context("an id")?),
    };
    let said =
        |event: &RoomEvent| format!("{:?} {}", event.kind, event.body["text"].as_str().or(event.body["reason"].as_str()).unwrap_or(""));
    Ok(Left { log: log.iter().map(said).collect(), recorded: house.recorded(subject).await? })
}
