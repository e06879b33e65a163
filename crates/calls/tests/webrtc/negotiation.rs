//! Two people who speak no socket agree on a connection.

use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Came, House, named, stories};

stories! {
    two_negotiate_by_plain_requests,
    the_same_request_brings_the_same_session,
    a_session_without_a_room_gets_one,
    of_eight_answers_there_is_one,
    a_new_offer_takes_the_place_of_the_one_before,
}

pub(crate) const SESSIONS: &str = "/webrtc/sessions";
pub(crate) const SESSION: &str = "/webrtc/sessions/{id}";
pub(crate) const ANSWER: &str = "/webrtc/sessions/{id}/answer";
pub(crate) const CANDIDATES: &str = "/webrtc/sessions/{id}/candidates";
pub(crate) const CLOSE: &str = "/webrtc/sessions/{id}/close";

pub(crate) fn sdp(mark: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:{mark}\r\n")
}

pub(crate) fn offer(mark: &str) -> Value {
    json!({ "type": "offer", "sdp": sdp(mark) })
}

pub(crate) fn answer(mark: &str) -> Value {
    json!({ "type": "answer", "sdp": sdp(mark) })
}

pub(crate) fn candidate(port: usize) -> Value {
    json!({ "candidate": format!("candidate:1 1 UDP 2130706431 192.0.2.10 {port} typ host"), "sdpMid": "0", "sdpMLineIndex": 0 })
}

/// A session that is offered in the room.
pub(crate) async fn offered(house: &House, who: &Came, room: &Value) -> Value {
    house.post(who, SESSIONS, json!({ "offer": offer("first"), "room": room })).await.unwrap()
}

async fn two_negotiate_by_plain_requests(house: House) {
    let (ada, ben, room) = house.two().await;
    let config = house.get(&ada, "/webrtc/config", json!({})).await.unwrap();
    assert_eq!(config, json!({ "iceServers": [{ "urls": ["stun:carillon.example:3478"] }] }));

    let made = json!({ "offer": offer("ada"), "room": room, "metadata": { "topic": "demo" } });
    let session = house.post(&ada, SESSIONS, made).await.unwrap();
    let id = session["id"].clone();
    assert_eq!((&session["state"], &session["room"]), (&json!("offered"), &room));
    assert_eq!((session.get("answer"), &session["candidates"]), (None, &json!(0)));

    let seen = house.get(&ben, SESSION, json!({ "id": id })).await.unwrap();
    assert_eq!((&seen["offer"], &seen["metadata"]), (&offer("ada"), &json!({ "topic": "demo" })));
    let answered = house.post(&ben, ANSWER, json!({ "id": id, "answer": answer("ben") })).await.unwrap();
    assert_eq!((&answered["state"], &answered["answer"]), (&json!("answered"), &answer("ben")));
    assert_eq!(house.get(&ada, SESSION, json!({ "id": id })).await.unwrap(), answered);

    let added = house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": [candidate(1), candidate(2), candidate(1)] })).await.unwrap();
    assert_eq!(added, json!({ "accepted": 2, "repeated": 1 }));
    let added = house.post(&ben, CANDIDATES, json!({ "id": id, "candidates": [candidate(1), { "candidate": "" }] })).await.unwrap();
    assert_eq!(added, json!({ "accepted": 2, "repeated": 0 }), "the same candidate of the other side is another");
    let again = house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": [candidate(2), candidate(3)] })).await.unwrap();
    assert_eq!(again, json!({ "accepted": 1, "repeated": 1 }));

    let all = house.get(&ben, CANDIDATES, json!({ "id": id, "after": 0 })).await.unwrap();
    let from: Vec<_> = all["candidates"].as_array().unwrap().iter().map(|one| (one["seq"].clone(), one["from"].clone())).collect();
    let offerer = |seq| (json!(seq), json!("offerer"));
    assert_eq!(from, [offerer(1), offerer(2), (json!(3), json!("answerer")), (json!(4), json!("answerer")), offerer(5)]);
    assert_eq!((&all["candidates"][1]["candidate"], &all["next"]), (&candidate(2), &json!(5)));
    let rest = house.get(&ada, CANDIDATES, json!({ "id": id, "after": 4 })).await.unwrap();
    assert_eq!(rest["candidates"], json!([{ "seq": 5, "from": "offerer", "candidate": candidate(3) }]));
    let none = house.get(&ada, CANDIDATES, json!({ "id": id, "after": 5 })).await.unwrap();
    assert_eq!(none, json!({ "candidates": [], "next": 5 }));

    let calls = house.get(&ada, "/api/v1/rooms/{room}/calls", json!({ "room": room })).await.unwrap();
    let call = &calls["calls"][0];
    assert_eq!((&call["id"], &call["state"]), (&session["call"], &json!("active")));
    let people: Vec<_> = call["participants"].as_array().unwrap().iter().map(|one| (&one["member"], &one["state"])).collect();
    assert_eq!(people.len(), 2);
    assert!(people.iter().all(|(_, state)| *state == "connected"), "{people:?}");

    let closed = house.post(&ben, CLOSE, json!({ "id": id })).await.unwrap();
    assert_eq!((&closed["state"], &closed["candidates"]), (&json!("closed"), &json!(5)));
    assert_eq!((closed.get("offer"), closed.get("answer"), closed.get("metadata")), (None, None, None));
    assert_eq!(house.post(&ada, CLOSE, json!({ "id": id })).await.unwrap(), closed, "closing again answers the same");
    assert_eq!(house.get(&ada, SESSION, json!({ "id": id })).await.unwrap(), closed);
    for (path, input) in [(ANSWER, json!({ "id": id, "answer": answer("x") })), (CANDIDATES, json!({ "id": id, "candidates": [] }))] {
        assert_eq!(named(house.post(&ada, path, input.clone()).await), if path == ANSWER { "refused" } else { "gone" });
        assert_eq!(named(house.post(&ben, path, input).await), "gone");
    }
    assert_eq!(named(house.get(&ben, CANDIDATES, json!({ "id": id })).await), "gone");
    let log = house.get(&ada, "/api/v1/rooms/{room}/log", json!({ "room": room, "after": 0 })).await.unwrap();
    let kinds: Vec<_> = log["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[2..], ["call.started", "call.joined", "call.joined", "call.left", "call.left"]);
}

async fn the_same_request_brings_the_same_session(house: House) {
    let (ada, ben, room) = house.two().await;
    let input = json!({ "offer": offer("ada"), "room": room, "requestId": Uuid::now_v7() });
    let all = join_all((0..8).map(|_| house.post(&ada, SESSIONS, input.clone()))).await;
    let first = all[0].as_ref().unwrap();
    assert!(all.iter().all(|one| one.as_ref().unwrap() == first), "{all:?}");
    assert_eq!(house.count("SELECT COUNT(*) FROM webrtc_sessions").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM calls").await, 1);

    let input = json!({ "id": first["id"], "answer": answer("ben") });
    let all = join_all((0..8).map(|_| house.post(&ben, ANSWER, input.clone()))).await;
    let answered = all[0].as_ref().unwrap();
    assert!(all.iter().all(|one| one.as_ref().unwrap() == answered), "{all:?}");
    assert_eq!(house.count("SELECT COUNT(*) FROM participants").await, 2);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE action = 'webrtc.answer'").await, 1);

    let other = json!({ "id": first["id"], "answer": answer("another") });
    assert_eq!(named(house.post(&ben, ANSWER, other).await), "conflict", "there is one answer");
}

async fn a_session_without_a_room_gets_one(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let input = json!({ "offer": offer("ada"), "requestId": Uuid::now_v7() });
    let session = house.post(&ada, SESSIONS, input.clone()).await.unwrap();
    assert_eq!(house.post(&ada, SESSIONS, input).await.unwrap()["room"], session["room"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM rooms").await, 1);
    assert_eq!(named(house.get(&ben, SESSION, json!({ "id": session["id"] })).await), "refused");
    let input = json!({ "room": session["room"], "requestId": Uuid::now_v7(), "account": ben.person });
    house.post(&ada, "/api/v1/rooms/{room}/members", input).await.unwrap();
    let answered = house.post(&ben, ANSWER, json!({ "id": session["id"], "answer": answer("ben") })).await.unwrap();
    assert_eq!(answered["state"], "answered");
}

async fn of_eight_answers_there_is_one(house: House) {
    let ada = house.account("ada").await;
    let mut others = Vec::new();
    for name in ["b", "c", "d", "e", "f", "g", "h", "i"] {
        others.push(house.account(name).await);
    }
    let members: Vec<_> = std::iter::once(&ada).chain(&others).collect();
    let room = house.room(&members).await;
    let session = offered(&house, &ada, &room).await;
    let input = |n: usize| json!({ "id": session["id"], "answer": answer(&format!("answer{n}")) });
    let all = join_all(others.iter().enumerate().map(|(n, who)| house.post(who, ANSWER, input(n)))).await;
    let taken: Vec<_> = all.iter().filter_map(|one| one.as_ref().ok()).collect();
    assert_eq!(taken.len(), 1);
    assert!(all.iter().filter_map(|one| one.as_ref().err()).all(|problem| problem.kind == carillon_core::Kind::Conflict), "{all:?}");
    assert_eq!(house.get(&ada, SESSION, json!({ "id": session["id"] })).await.unwrap()["answer"], taken[0]["answer"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM participants WHERE state <> 'left'").await, 2);
}

async fn a_new_offer_takes_the_place_of_the_one_before(house: House) {
    let (ada, ben, room) = house.two().await;
    let first = offered(&house, &ada, &room).await;
    let second = house.post(&ada, SESSIONS, json!({ "offer": offer("again"), "room": room })).await.unwrap();
    assert_eq!((&first["call"], house.count("SELECT COUNT(*) FROM participants").await), (&second["call"], 1));
    assert_eq!(house.get(&ben, SESSION, json!({ "id": first["id"] })).await.unwrap()["state"], "closed");
    assert_eq!(named(house.post(&ben, ANSWER, json!({ "id": first["id"], "answer": answer("ben") })).await), "gone");
    house.post(&ben, ANSWER, json!({ "id": second["id"], "answer": answer("ben") })).await.unwrap();
}
