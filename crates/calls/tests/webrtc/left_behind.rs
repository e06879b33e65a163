//! One side goes or comes anew, and the other is in the call by REST.

use std::time::Duration;

use carillon_calls::webrtc::SignalKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    by_socket::{Ear, join, other, say},
    house::{Came, House, stories},
    negotiation::{ANSWER, CANDIDATES, CLOSE, SESSION, SESSIONS, answer, offer, offered},
};

stories! {
    who_is_left_alone_hangs_up,
    who_is_left_alone_and_does_nothing_is_out,
    who_is_left_alone_may_offer_anew,
    a_socket_that_comes_anew_is_offered_anew,
    a_restart_by_the_answerer_takes_the_place_of_the_first,
    a_device_that_was_there_by_socket_yields_to_nobody_by_rest,
}

const SECOND: Duration = Duration::from_secs(1);

/// Ada by REST and Ben by socket, in a group.
async fn mixed(house: &House) -> (Came, Came, Value, Value) {
    let (ada, ben, room) = house.two().await;
    let session = offered(house, &ada, &room).await;
    answered(house, &join(house, &ben, &session["call"]).await, &ben).await;
    (ada, ben, room, session)
}

/// Ben, who has joined, answers what Ada offers.
async fn answered(house: &House, joined: &Value, ben: &Came) {
    say(house, ben, (&joined["call"]["id"], other(joined)), SignalKind::Answer, answer("ben")).await.unwrap();
}

async fn see(house: &House, who: &Came, session: &Value) -> Value {
    house.get(who, SESSION, json!({ "id": session["id"] })).await.unwrap()
}

async fn hang_up(house: &House, who: &Came, session: &Value) {
    house.event(who, "call:leave", json!({ "call": session["call"] })).await.unwrap();
}

/// How each is in the latest call of the room.
async fn states(house: &House, who: &Came, room: &Value) -> Vec<String> {
    let calls = house.get(who, "/api/v1/rooms/{room}/calls", json!({ "room": room })).await.unwrap();
    let of = |one: &Value| [&one["state"], &one["leftReason"]].into_iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    calls["calls"][0]["participants"].as_array().unwrap().iter().map(of).collect()
}

async fn who_is_left_alone_hangs_up(house: House) {
    let (ada, ben, room, session) = mixed(&house).await;
    hang_up(&house, &ben, &session).await;
    let closed = see(&house, &ada, &session).await;
    let until = house.gate.now().plus(30 * SECOND);
    assert_eq!((&closed["state"], &closed["renewUntil"], closed.get("next")), (&json!("closed"), &json!(until), None));
    assert_eq!(see(&house, &ben, &session).await.get("renewUntil"), None, "Ben is not there");
    assert_eq!(states(&house, &ada, &room).await, ["reconnecting", "left hangup"]);
    let over = house.post(&ada, CLOSE, json!({ "id": session["id"] })).await.unwrap();
    assert_eq!((&over["state"], over.get("renewUntil")), (&json!("closed"), None));
    assert_eq!(states(&house, &ben, &room).await, ["left hangup", "left hangup"]);
    assert_eq!(house.post(&ada, CLOSE, json!({ "id": session["id"] })).await.unwrap(), over, "closing again answers the same");
}

async fn who_is_left_alone_and_does_nothing_is_out(house: House) {
    let (ada, ben, room, session) = mixed(&house).await;
    hang_up(&house, &ben, &session).await;
    house.pass(29 * SECOND).await;
    assert_eq!(states(&house, &ada, &room).await[0], "reconnecting");
    house.pass(SECOND).await;
    assert_eq!(states(&house, &ada, &room).await, ["left lost", "left hangup"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM calls WHERE state = 'ended'").await, 1);
}

async fn who_is_left_alone_may_offer_anew(house: House) {
    let (ada, ben, room, session) = mixed(&house).await;
    hang_up(&house, &ben, &session).await;
    house.pass(20 * SECOND).await;
    let next = offered(&house, &ada, &room).await;
    assert_eq!(next["call"], session["call"]);
    house.post(&ada, CLOSE, json!({ "id": session["id"] })).await.expect("a late word about the first");
    house.pass(60 * SECOND).await;
    assert_eq!(states(&house, &ada, &room).await[0], "connecting");
    answered(&house, &join(&house, &ben, &next["call"]).await, &ben).await;
    assert_eq!(see(&house, &ada, &next).await["state"], "answered");
}

async fn a_socket_that_comes_anew_is_offered_anew(house: House) {
    let (ada, ben, room, session) = mixed(&house).await;
    let again = join(&house, &ben, &session["call"]).await;
    let closed = see(&house, &ada, &session).await;
    assert_eq!((&closed["state"], closed["renewUntil"].is_i64()), (&json!("closed"), true));
    assert_eq!(states(&house, &ada, &room).await, ["reconnecting", "connecting"]);
    let next = house.post(&ada, SESSIONS, json!({ "offer": offer("anew"), "room": room })).await.unwrap();
    assert_eq!(Ear::at(&next).hear(&house, &ben).await, [("offer".to_owned(), offer("anew"))]);
    answered(&house, &again, &ben).await;
    assert_eq!(see(&house, &ada, &next).await["answer"], answer("ben"));
    house.pass(60 * SECOND).await;
    assert_eq!(states(&house, &ada, &room).await, ["connected", "connecting"]);
}

async fn a_restart_by_the_answerer_takes_the_place_of_the_first(house: House) {
    let (ada, ben, room) = house.two().await;
    let first = offered(&house, &ada, &room).await;
    house.post(&ben, ANSWER, json!({ "id": first["id"], "answer": answer("ben") })).await.unwrap();
    house.pass(1800 * SECOND).await;
    let second = house.post(&ben, SESSIONS, json!({ "offer": offer("restart"), "room": room })).await.unwrap();
    let closed = see(&house, &ada, &first).await;
    assert_eq!((&closed["state"], &closed["next"]), (&json!("closed"), &second["id"]));
    house.post(&ada, ANSWER, json!({ "id": second["id"], "answer": answer("ada") })).await.unwrap();
    assert_eq!(see(&house, &ada, &first).await.get("renewUntil"), None);
    house.pass(1800 * SECOND).await;
    house.post(&ada, CANDIDATES, json!({ "id": second["id"], "candidates": [] })).await.unwrap();
    house.pass(1800 * SECOND).await;
    assert_eq!(states(&house, &ada, &room).await, ["connected", "connected"]);
}

async fn a_device_that_was_there_by_socket_yields_to_nobody_by_rest(house: House) {
    let (ada, ben, room) = house.two().await;
    let input = json!({ "room": room, "requestId": Uuid::now_v7(), "media": { "audio": true, "video": true } });
    let started = house.event(&ada, "call:initiate", input).await.unwrap();
    let call = &started["call"]["id"];
    join(&house, &ben, call).await;
    house.event(&ben, "call:leave", json!({ "call": call })).await.unwrap();
    assert_eq!(offered(&house, &ben, &room).await["call"], *call);
    let there = house.event(&ada, "call:state", json!({ "call": call })).await.unwrap();
    let inside = there["call"]["participants"].as_array().unwrap().iter().filter(|one| one["state"] != "left");
    let inside: Vec<&str> = inside.map(|one| one["id"].as_str().unwrap()).collect();
    assert!(inside.len() == 2 && inside.iter().min() != started["participant"].as_str().as_ref(), "Ada is the polite one: {inside:?}");
}
