//! One decision of the policy: remembered, and asked for the first time; beside an OPA server that has the same bundle.
#![allow(clippy::disallowed_methods, reason = "the measurement is told where OPA's program is")]

use std::{
    fs,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Result, ensure};
use carillon_benches::{
    Report, Times,
    child::{Http, Running, port, ready},
};
use carillon_core::{Action, DeviceId, PersonId, Principal, Role, RoomId, SessionId};
use carillon_policy::{EMBEDDED, Policy};
use serde_json::{Value, json};
use uuid::Uuid;

const QUESTIONS: usize = 20_000;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let mut report = Report::new("policy");
    let policy = Policy::load(EMBEDDED)?;
    let who = || Principal::Account {
        id: PersonId::new(Uuid::now_v7()),
        role: Role::Member,
        session: SessionId::new(Uuid::now_v7()),
        device: DeviceId::new(Uuid::now_v7()),
    };
    // One in four is a stranger to the room.
    let asked = |number: usize| {
        let membership = if number.is_multiple_of(4) { Value::Null } else { json!({ "role": "member", "muted": false }) };
        json!({ "room": RoomId::new(Uuid::now_v7()), "kind": "group", "membership": membership })
    };
    let questions: Vec<(Principal, Value)> = (0..QUESTIONS).map(|number| (who(), asked(number))).collect();
    let right = |number: usize, allow: bool| allow != number.is_multiple_of(4);

    let mut cold = Times::default();
    for (number, (who, on)) in questions.iter().enumerate() {
        let since = Instant::now();
        let decision = policy.evaluate(who, Action::MessagePost, on);
        cold.add(since.elapsed());
        ensure!(right(number, decision.allow), "question {number} was decided wrongly");
    }
    report.say("a decision, not remembered: p50", cold.at(0.5).as_secs_f64() * 1e6, "µs");
    report.say("a decision, not remembered: p99", cold.at(0.99).as_secs_f64() * 1e6, "µs");

    let mut known = Times::default();
    for round in 0..2 {
        for (number, (who, on)) in questions.iter().enumerate().take(1000) {
            let since = Instant::now();
            let decision = policy.decide(who, Action::MessagePost, on);
            if round > 0 {
                known.add(since.elapsed());
            }
            ensure!(right(number, decision.allow), "question {number} was decided wrongly");
        }
    }
    report.say("a decision, remembered: p50", known.at(0.5).as_secs_f64() * 1e6, "µs");

    if let Ok(opa) = std::env::var("CARILLON_PEER_OPA") {
        let directory = tempfile::tempdir()?;
        for (name, text) in EMBEDDED {
            fs::write(directory.path().join(name), text)?;
        }
        let address = port()?;
        let mut command = Command::new(opa);
        command.args(["run", "--server", "--log-level", "error", "--addr", &address.to_string()]).arg(directory.path());
        let _opa = Running::start(command.stdout(Stdio::null()))?;
        ready(address, "/health", Instant::now()).await?;
        let mut http = Http::connect(address, None).await?;
        let mut times = Times::default();
        for (number, (who, on)) in questions.iter().enumerate().take(5000) {
            let since = Instant::now();
            let input = json!({ "input": { "who": who, "action": Action::MessagePost, "on": on } });
            let answer = http.json("/v1/data/carillon/message/post", Some(&input)).await?;
            times.add(since.elapsed());
            ensure!(right(number, answer["result"]["allow"] == true), "OPA decides question {number} otherwise");
        }
        let theirs = times.at(0.5).as_secs_f64() * 1e6;
        report.say("OPA by HTTP on loopback, one connection: p50", theirs, "µs");
        report.say("OPA: times ours", theirs / (cold.at(0.5).as_secs_f64() * 1e6), "×");
    }
    report.write()
}
