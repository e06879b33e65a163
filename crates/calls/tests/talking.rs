//! Calls at their public face, each story on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

#[allow(dead_code, reason = "shared with the stories of REST signalling, which need more of it")]
#[path = "webrtc/house.rs"]
mod house;

#[path = "talking/administered.rs"]
mod administered;
#[path = "talking/ends.rs"]
mod ends;
#[path = "talking/loss.rs"]
mod loss;
#[path = "talking/rating.rs"]
mod rating;
#[path = "talking/rights.rs"]
mod rights;
#[path = "talking/statistics.rs"]
mod statistics;
#[path = "talking/unrecorded.rs"]
mod unrecorded;

use std::time::Duration;

use carillon_calls::views::{WatchCalls, Watched};
use carillon_core::{CallId, Id, Problem};
use futures::future::join_all;
use house::{Came, House, named, stories};
use serde_json::{Value, json};
use uuid::Uuid;

stories! {
    two_people_talk,
    a_group_call_waits_for_people,
    two_who_call_each_other_at_once_are_in_one_call,
    the_same_request_by_eight_at_once_is_one_call,
    another_device_of_the_called_stops_ringing,
}

const SECOND: Duration = Duration::from_secs(1);
const CALLS: &str = "/api/v1/rooms/{room}/calls";

async fn call(house: &House, who: &Came, other: &Came) -> Result<Value, Problem> {
    let input = json!({ "account": other.person, "requestId": Uuid::now_v7(), "media": { "audio": true, "video": true } });
    house.event(who, "call:initiate", input).await
}

async fn start(house: &House, who: &Came, room: &Value) -> Result<Value, Problem> {
    let input = json!({ "room": room, "requestId": Uuid::now_v7(), "media": { "audio": true, "video": false } });
    house.event(who, "call:initiate", input).await
}

async fn join(house: &House, who: &Came, call: &Value) -> Result<Value, Problem> {
    house.event(who, "call:join", json!({ "call": call, "requestId": Uuid::now_v7() })).await
}

async fn leave(house: &House, who: &Came, call: &Value, reason: &str) -> Value {
    house.event(who, "call:leave", json!({ "call": call, "reason": reason })).await.unwrap()["call"].clone()
}

async fn state(house: &House, who: &Came, call: &Value) -> Value {
    house.event(who, "call:state", json!({ "call": call })).await.unwrap()["call"].clone()
}

async fn watch(house: &House, who: &Came, known: Vec<CallId>) -> Watched {
    house.gate.see(&who.who, WatchCalls { known }).await.unwrap()
}

/// What the log of a room says, by kind, with the reasons.
async fn log(house: &House, who: &Came, room: &Value) -> Vec<String> {
    let page = house.get(who, "/api/v1/rooms/{room}/log", json!({ "room": room, "after": 0 })).await.unwrap();
    let events = page["events"].as_array().unwrap().iter();
    let line =
        |event: &Value| [&event["kind"], &event["body"]["reason"]].into_iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    events.map(line).filter(|line| line.starts_with("call.")).collect()
}

/// Ada and Ben, and a call between them.
async fn talking(house: &House) -> (Came, Came, Value) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let call = call(house, &ada, &ben).await.unwrap()["call"]["id"].clone();
    join(house, &ben, &call).await.unwrap();
    (ada, ben, call)
}

fn of<'v>(call: &'v Value, who: &Came) -> &'v Value {
    let all = call["participants"].as_array().unwrap();
    all.iter().find(|one| one["member"] == json!(who.person)).unwrap()
}

fn id<K>(value: &Value) -> Id<K> {
    value.as_str().unwrap().parse().unwrap()
}

async fn two_people_talk(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let begun = call(&house, &ada, &ben).await.unwrap();
    let (it, room) = (&begun["call"]["id"], &begun["call"]["room"]);
    assert_eq!(begun["iceServers"], json!([{ "urls": ["stun:carillon.example:3478"] }]));
    assert_eq!((&begun["call"]["state"], &begun["call"]["duration"]), (&json!("ringing"), &json!(0)));
    assert_eq!(of(&begun["call"], &ada)["id"], begun["participant"]);
    assert_eq!(of(&begun["call"], &ben)["state"], "ringing");
    assert!(of(&begun["call"], &ben).get("device").is_none(), "all devices of Ben ring");
    let seen = watch(&house, &ben, vec![]).await;
    assert_eq!((seen.live[0].ring, seen.live[0].from.name.as_str()), (true, "ada"));
    assert!(!watch(&house, &ada, vec![]).await.live[0].ring);

    house.pass(6 * SECOND).await;
    let joined = join(&house, &ben, it).await.unwrap();
    assert_eq!((&joined["call"]["state"], joined["call"]["answeredAt"].as_i64()), (&json!("active"), Some(house.gate.now().0)));
    for who in [&ada, &ben] {
        house.event(who, "call:state", json!({ "call": it, "leg": "connected" })).await.unwrap();
    }
    let muted = house.event(&ben, "call:toggle-audio", json!({ "call": it, "enabled": false })).await.unwrap();
    assert_eq!(muted, json!({ "audio": false, "video": true }));
    let now = state(&house, &ada, it).await;
    assert_eq!((&of(&now, &ada)["state"], &of(&now, &ben)["audio"]), (&json!("connected"), &json!(false)));

    house.pass(61 * SECOND).await;
    let over = leave(&house, &ada, it, "hangup").await;
    assert_eq!((&over["state"], &over["endReason"], &over["duration"]), (&json!("ended"), &json!("hangup"), &json!(61)));
    assert_eq!(over, leave(&house, &ada, it, "hangup").await, "leaving again changes nothing");
    assert_eq!(watch(&house, &ben, vec![id(it)]).await.ended[0].duration, 61);
    assert_eq!(log(&house, &ben, room).await, ["call.started", "call.joined", "call.joined", "call.left hangup", "call.ended hangup"]);
    let listed = house.get(&ben, CALLS, json!({ "room": room })).await.unwrap();
    assert_eq!(listed["calls"], json!([over]));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs WHERE kind <> 'call.purge'").await, 0);
    let actions = house.count("SELECT COUNT(*) FROM events WHERE action IN ('call.toggle', 'call.state')").await;
    assert_eq!(actions, 0, "the state of a leg is not audited");
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE action IN ('call.initiate', 'call.join', 'call.leave')").await, 3);
}

async fn a_group_call_waits_for_people(house: House) {
    let (ada, ben, room) = house.two().await;
    let begun = start(&house, &ada, &room).await.unwrap();
    let it = &begun["call"]["id"];
    assert_eq!((&begun["call"]["state"], &begun["call"]["participants"].as_array().unwrap().len()), (&json!("active"), &1));
    assert!(!watch(&house, &ben, vec![]).await.live[0].ring, "nobody is called by name");
    house.pass(300 * SECOND).await;
    let joined = start(&house, &ben, &room).await.unwrap();
    assert_eq!(&joined["call"]["id"], it, "a room has one call");
    leave(&house, &ada, it, "hangup").await;
    let empty = leave(&house, &ben, it, "hangup").await;
    assert_eq!(empty["state"], "active");
    house.pass(29 * SECOND).await;
    let back = join(&house, &ben, it).await.unwrap();
    assert_eq!(back["participant"], joined["participant"]);
    house.pass(29 * SECOND).await;
    leave(&house, &ben, it, "hangup").await;
    house.pass(30 * SECOND).await;
    let over = state(&house, &ada, it).await;
    assert_eq!((&over["endReason"], &over["duration"]), (&json!("hangup"), &json!(88)));
    assert_eq!(named(join(&house, &ada, it).await), "gone");
    assert_ne!(&start(&house, &ada, &room).await.unwrap()["call"]["id"], it);
}

async fn two_who_call_each_other_at_once_are_in_one_call(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let calls = (0..8).map(|n| if n % 2 == 0 { call(&house, &ada, &ben) } else { call(&house, &ben, &ada) });
    let all: Vec<Value> = join_all(calls).await.into_iter().map(|one| one.unwrap()["call"]["id"].clone()).collect();
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    let now = state(&house, &ada, &all[0]).await;
    assert_eq!((&now["state"], now["participants"].as_array().unwrap().len()), (&json!("active"), 2));
    assert_eq!(house.count("SELECT COUNT(*) FROM calls").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM rooms").await, 1);
    assert_eq!(log(&house, &ada, &now["room"]).await, ["call.started", "call.joined", "call.joined"]);
}

async fn the_same_request_by_eight_at_once_is_one_call(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let input = json!({ "account": ben.person, "requestId": Uuid::now_v7(), "media": { "audio": true, "video": true } });
    let answers = join_all((0..8).map(|_| house.event(&ada, "call:initiate", input.clone()))).await;
    let answers: Vec<Value> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let it = &answers[0]["call"]["id"];
    let input = json!({ "call": it, "requestId": Uuid::now_v7() });
    let answers = join_all((0..8).map(|_| house.event(&ben, "call:join", input.clone()))).await;
    let answers: Vec<Value> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(house.count("SELECT COUNT(*) FROM calls").await, 1);
    assert_eq!(house.count("SELECT MAX(leg) FROM participants").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE action LIKE 'call.%'").await, 2);
    // The same id for something else is a mistake, and said so.
    let other = house.room(&[&ada, &ben]).await;
    let input = json!({ "room": other, "requestId": input["requestId"], "media": { "audio": true, "video": true } });
    assert_eq!(named(house.event(&ben, "call:initiate", input).await), "conflict");
}

async fn another_device_of_the_called_stops_ringing(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let tablet = house.device_of(ben.person);
    let it = call(&house, &ada, &ben).await.unwrap()["call"]["id"].clone();
    assert!(watch(&house, &tablet, vec![]).await.live[0].ring);
    join(&house, &ben, &it).await.unwrap();
    assert!(!watch(&house, &tablet, vec![]).await.live[0].ring);
    assert_eq!(named(join(&house, &tablet, &it).await), "direct-call-full");
    assert_eq!(leave(&house, &tablet, &it, "declined").await["state"], "active", "declining comes too late");
}
