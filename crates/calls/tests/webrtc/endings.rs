//! What stays of a session when it is over.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    house::{Came, House, named, stories},
    negotiation::{ANSWER, CANDIDATES, CLOSE, SESSION, SESSIONS, answer, candidate, offer, offered},
};

stories! {
    what_two_said_is_sealed_while_open_and_nowhere_afterwards,
    a_session_that_nobody_touches_expires_and_its_history_ends,
    an_empty_list_of_candidates_keeps_a_session_open,
    a_call_that_ends_takes_its_sessions_along,
    nobody_answers_a_call_by_rest,
}

stories! {
    carillon_calls::webrtc::Config { idle_minutes: 2, history_days: 1 };
    what_is_configured_is_what_happens,
}

const HOUR: Duration = Duration::from_hours(1);

/// A session in which both have said something.
async fn answered(house: &House, ada: &Came, ben: &Came, room: &Value) -> Value {
    let made = json!({ "offer": offer("needleA"), "room": room, "metadata": { "topic": "needleM" } });
    let id = house.post(ada, SESSIONS, made).await.unwrap()["id"].clone();
    house.post(ben, ANSWER, json!({ "id": id, "answer": answer("needleB") })).await.unwrap();
    for who in [ada, ben] {
        house.post(who, CANDIDATES, json!({ "id": id, "candidates": [candidate(50_001), candidate(50_002)] })).await.unwrap();
    }
    id
}

async fn found(house: &House) -> Vec<&'static str> {
    let all = house.everything().await;
    let hex = |needle: &str| needle.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat().into_bytes();
    let holds = |needle: &[u8]| all.windows(needle.len()).any(|part| part == needle);
    ["needleA", "needleB", "needleM", "192.0.2.10", "50001 typ host"]
        .into_iter()
        .filter(|needle| holds(needle.as_bytes()) || holds(&hex(needle)))
        .collect()
}

async fn what_two_said_is_sealed_while_open_and_nowhere_afterwards(house: House) {
    let (ada, ben, room) = house.two().await;
    let id = answered(&house, &ada, &ben, &room).await;
    assert_eq!(found(&house).await, [""; 0], "sealed");
    assert_eq!(house.count("SELECT COUNT(*) FROM webrtc_sessions WHERE offer IS NOT NULL AND answer IS NOT NULL").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM webrtc_candidates").await, 4);
    house.post(&ada, CLOSE, json!({ "id": id })).await.unwrap();
    assert_eq!(found(&house).await, [""; 0]);
    let kept = "SELECT COUNT(*) FROM webrtc_sessions WHERE offer IS NULL AND answer IS NULL AND metadata IS NULL \
                AND LENGTH(offer_hash) = 64 AND LENGTH(answer_hash) = 64 AND candidates = 4 AND closed_at IS NOT NULL";
    assert_eq!(house.count(kept).await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM webrtc_candidates").await, 0);
}

async fn a_session_that_nobody_touches_expires_and_its_history_ends(house: House) {
    let (ada, ben, room) = house.two().await;
    let id = answered(&house, &ada, &ben, &room).await;
    house.pass(Duration::from_mins(59)).await;
    assert_eq!(house.get(&ada, SESSION, json!({ "id": id })).await.unwrap()["state"], "answered");
    house.pass(Duration::from_mins(1)).await;
    let expired = house.get(&ada, SESSION, json!({ "id": id })).await.unwrap();
    assert_eq!((&expired["state"], expired.get("offer"), &expired["candidates"]), (&json!("expired"), None, &json!(4)));
    assert_eq!(house.count("SELECT COUNT(*) FROM webrtc_candidates").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM participants WHERE state = 'left' AND left_reason = 'lost'").await, 2);
    assert_eq!(named(house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": [] })).await), "gone");
    assert_eq!(named(house.post(&ben, ANSWER, json!({ "id": id, "answer": answer("late") })).await), "gone");
    assert_eq!(house.post(&ada, CLOSE, json!({ "id": id })).await.unwrap(), expired);

    house.pass(30 * 24 * HOUR).await;
    for who in [&ada, &ben] {
        assert_eq!(named(house.get(who, SESSION, json!({ "id": id })).await), "gone");
        assert_eq!(named(house.get(who, CANDIDATES, json!({ "id": id })).await), "gone");
        assert_eq!(named(house.post(who, CLOSE, json!({ "id": id })).await), "gone");
    }
    let kept = "SELECT COUNT(*) FROM webrtc_sessions WHERE offerer IS NULL AND answerer IS NULL AND state = 'expired' AND candidates = 4 \
                AND answered_at IS NOT NULL AND LENGTH(offer_hash) = 64";
    assert_eq!(house.count(kept).await, 1, "times, state, counts and hashes stay");
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs WHERE kind LIKE 'webrtc.%'").await, 0);
}

async fn what_is_configured_is_what_happens(house: House) {
    let (ada, ben, room) = house.two().await;
    let id = answered(&house, &ada, &ben, &room).await;
    for (minutes, state) in [(1, "answered"), (1, "expired")] {
        house.pass(Duration::from_mins(minutes)).await;
        assert_eq!(house.get(&ada, SESSION, json!({ "id": id })).await.unwrap()["state"], state);
    }
    house.pass(23 * HOUR).await;
    assert_eq!(house.get(&ben, SESSION, json!({ "id": id })).await.unwrap()["state"], "expired");
    house.pass(HOUR).await;
    assert_eq!(named(house.get(&ben, SESSION, json!({ "id": id })).await), "gone");
}

async fn an_empty_list_of_candidates_keeps_a_session_open(house: House) {
    let (ada, ben, room) = house.two().await;
    let id = answered(&house, &ada, &ben, &room).await;
    for _ in 0..5 {
        house.pass(HOUR / 2).await;
        let added = house.post(&ben, CANDIDATES, json!({ "id": id, "candidates": [] })).await.unwrap();
        assert_eq!(added, json!({ "accepted": 0, "repeated": 0 }));
    }
    assert_eq!(house.get(&ada, SESSION, json!({ "id": id })).await.unwrap()["state"], "answered");
    house.pass(HOUR).await;
    assert_eq!(house.get(&ada, SESSION, json!({ "id": id })).await.unwrap()["state"], "expired");
}

async fn a_call_that_ends_takes_its_sessions_along(house: House) {
    let (ada, ben, room) = house.two().await;
    let session = offered(&house, &ada, &room).await;
    let joined = json!({ "call": session["call"], "requestId": Uuid::now_v7() });
    house.event(&ben, "call:join", joined).await.unwrap();
    house.event(&ben, "call:end", json!({ "call": session["call"] })).await.unwrap();
    let closed = house.get(&ada, SESSION, json!({ "id": session["id"] })).await.unwrap();
    assert_eq!((&closed["state"], closed.get("offer")), (&json!("closed"), None));
    let next = offered(&house, &ada, &room).await;
    assert_ne!(next["call"], session["call"], "another call");
}

async fn nobody_answers_a_call_by_rest(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let input = json!({ "requestId": Uuid::now_v7(), "account": ben.person });
    let direct = house.post(&ada, "/api/v1/direct", input).await.unwrap()["room"]["id"].clone();
    let session = offered(&house, &ada, &direct).await;
    house.pass(Duration::from_secs(31)).await;
    assert_eq!(house.get(&ben, SESSION, json!({ "id": session["id"] })).await.unwrap()["state"], "closed");
    assert_eq!(house.count("SELECT COUNT(*) FROM calls WHERE end_reason = 'noAnswer'").await, 1);

    let group = house.room(&[&ada, &ben]).await;
    let session = offered(&house, &ada, &group).await;
    house.pass(HOUR / 2).await;
    house.post(&ben, ANSWER, json!({ "id": session["id"], "answer": answer("ben") })).await.expect("a room does not ring, people poll");
}
