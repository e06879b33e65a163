//! Who may not, and what is too much.

use carillon_core::{Kind, Principal, Role};
use carillon_gate::Way;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    house::{House, named, stories},
    negotiation::{ANSWER, CANDIDATES, CLOSE, SESSION, SESSIONS, answer, candidate, offer, offered},
};

stories! {
    whoever_is_not_of_the_room_learns_nothing,
    whoever_is_no_party_does_not_speak,
    what_two_have_agreed_on_is_theirs,
    what_is_too_large_or_no_sdp_is_refused,
    ten_thousand_candidates_are_too_many,
}

async fn whoever_is_not_of_the_room_learns_nothing(house: House) {
    let (ada, _, room) = house.two().await;
    let eve = house.account("eve").await;
    let session = offered(&house, &ada, &room).await;
    let id = &session["id"];
    let nobody = Principal::Anonymous { address: None };
    for (way, input) in [
        (Way::Get(SESSION), json!({ "id": id })),
        (Way::Get(CANDIDATES), json!({ "id": id })),
        (Way::Post(ANSWER), json!({ "id": id, "answer": answer("eve") })),
        (Way::Post(CANDIDATES), json!({ "id": id, "candidates": [candidate(1)] })),
        (Way::Post(CLOSE), json!({ "id": id })),
        (Way::Post(SESSIONS), json!({ "offer": offer("eve"), "room": room })),
    ] {
        let hidden = if way == Way::Post(SESSIONS) { "missing" } else { "refused" };
        assert_eq!(named(house.ask(&eve.who, way, input.clone()).await), hidden, "{way:?}");
        assert_eq!(named(house.ask(&nobody, way, input).await), "unauthenticated", "{way:?}");
    }
    assert_eq!(named(house.ask(&nobody, Way::Get("/webrtc/config"), json!({})).await), "unauthenticated");
    assert_eq!(named(house.ask(&nobody, Way::Post(SESSIONS), json!({ "offer": offer("nobody") })).await), "unauthenticated");
    assert_eq!(named(house.get(&eve, SESSION, json!({ "id": Uuid::now_v7() })).await), "missing");
    assert_eq!(named(house.post(&eve, CLOSE, json!({ "id": Uuid::now_v7() })).await), "missing");
    let unchanged = house.get(&ada, SESSION, json!({ "id": id })).await.unwrap();
    assert_eq!(unchanged, session);
}

async fn whoever_is_no_party_does_not_speak(house: House) {
    let (ada, ben, eve) = (house.account("ada").await, house.account("ben").await, house.account("eve").await);
    let room = house.room(&[&ada, &ben, &eve]).await;
    let session = offered(&house, &ada, &room).await;
    let id = &session["id"];
    assert_eq!(named(house.post(&ada, ANSWER, json!({ "id": id, "answer": answer("ada") })).await), "refused", "nobody answers themselves");
    assert_eq!(named(house.post(&ben, CANDIDATES, json!({ "id": id, "candidates": [candidate(1)] })).await), "refused", "answer first");
    house.post(&ben, ANSWER, json!({ "id": id, "answer": answer("ben") })).await.unwrap();
    assert_eq!(named(house.post(&eve, ANSWER, json!({ "id": id, "answer": answer("ben") })).await), "conflict");
    assert_eq!(named(house.post(&eve, CANDIDATES, json!({ "id": id, "candidates": [candidate(1)] })).await), "refused");
    assert_eq!(named(house.post(&eve, CLOSE, json!({ "id": id })).await), "refused");
    assert_eq!(named(house.post(&eve, SESSIONS, json!({ "offer": offer("eve"), "room": room })).await), "direct-call-full");
    let removed = json!({ "room": room, "member": ben.person });
    house.ask(&ada.who, Way::Delete("/api/v1/rooms/{room}/members/{member}"), removed).await.unwrap();
    assert_eq!(named(house.post(&ben, CANDIDATES, json!({ "id": id, "candidates": [candidate(1)] })).await), "refused");
    assert_eq!(named(house.get(&ben, SESSION, json!({ "id": id })).await), "refused");
}

async fn what_two_have_agreed_on_is_theirs(house: House) {
    let (ada, ben, mut eve) = (house.account("ada").await, house.account("ben").await, house.account("eve").await);
    let room = house.room(&[&ada, &ben, &eve]).await;
    let session = offered(&house, &ada, &room).await;
    let id = &session["id"];
    house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": [candidate(1)] })).await.unwrap();
    assert_eq!(
        house.get(&eve, SESSION, json!({ "id": id })).await.unwrap()["offer"],
        offer("first"),
        "it waits for an answer, of hers too"
    );
    assert_eq!(house.get(&eve, CANDIDATES, json!({ "id": id })).await.unwrap()["next"], 1);
    house.post(&ben, ANSWER, json!({ "id": id, "answer": answer("ben") })).await.unwrap();
    for role in [Role::Member, Role::Admin] {
        let Principal::Account { role: hers, .. } = &mut eve.who else { panic!("an account") };
        *hers = role;
        assert_eq!(named(house.get(&eve, SESSION, json!({ "id": id })).await), "refused");
        assert_eq!(named(house.get(&eve, CANDIDATES, json!({ "id": id })).await), "refused");
    }
    for who in [&ada, &ben] {
        assert_eq!(house.get(who, SESSION, json!({ "id": id })).await.unwrap()["answer"], answer("ben"));
        assert_eq!(house.get(who, CANDIDATES, json!({ "id": id })).await.unwrap()["next"], 1);
    }
    house.post(&ada, CLOSE, json!({ "id": id })).await.unwrap();
    assert_eq!(house.get(&eve, SESSION, json!({ "id": id })).await.unwrap()["state"], "closed");
}

async fn what_is_too_large_or_no_sdp_is_refused(house: House) {
    let (ada, ben, room) = house.two().await;
    let with = |sdp: String| json!({ "offer": { "type": "offer", "sdp": sdp }, "room": room });
    let long = |length: usize| format!("v=0\r\n{}", "a".repeat(length - 5));
    for (what, input) in [
        ("1 MB", with(long(1_000_000))),
        ("a byte too much", with(long(32 * 1024 + 1))),
        ("nothing", with(String::new())),
        ("no SDP", with("hello".into())),
        ("a zero", with("v=0\r\n\0".into())),
        ("an answer", json!({ "offer": answer("ada"), "room": room })),
        ("an unknown field", json!({ "offer": offer("ada"), "room": room, "rooom": room })),
        ("metadata that is no object", json!({ "offer": offer("ada"), "room": room, "metadata": ["x"] })),
        ("too much metadata", json!({ "offer": offer("ada"), "room": room, "metadata": { "x": "y".repeat(4096) } })),
        ("no offer", json!({ "room": room })),
    ] {
        assert_eq!(named(house.post(&ada, SESSIONS, input).await), "invalid", "{what}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM webrtc_sessions").await, 0);
    let session = house.post(&ada, SESSIONS, with(long(32 * 1024))).await.unwrap();
    let id = &session["id"];
    assert_eq!(named(house.post(&ben, ANSWER, json!({ "id": id, "answer": offer("ben") })).await), "invalid");
    assert_eq!(
        named(house.post(&ben, ANSWER, json!({ "id": id, "answer": { "type": "answer", "sdp": long(1_000_000) } })).await),
        "invalid"
    );
    let line = |text: &str| json!({ "id": id, "candidates": [{ "candidate": text }] });
    assert_eq!(named(house.post(&ada, CANDIDATES, line(&format!("candidate:{}", "x".repeat(2048)))).await), "invalid");
    assert_eq!(named(house.post(&ada, CANDIDATES, line("hello")).await), "invalid");
    assert_eq!(named(house.post(&ada, CANDIDATES, line("candidate:1\r\na=evil")).await), "invalid");
}

async fn ten_thousand_candidates_are_too_many(house: House) {
    let (ada, _, room) = house.two().await;
    let session = offered(&house, &ada, &room).await;
    let id = &session["id"];
    let all: Vec<Value> = (0..10_000).map(candidate).collect();
    assert_eq!(named(house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": all })).await), "invalid");
    let (mut accepted, mut refused) = (0, 0);
    for part in all.chunks(100) {
        match house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": part })).await {
            Ok(added) => accepted += added["accepted"].as_u64().unwrap(),
            Err(problem) => {
                assert_eq!(problem.kind, Kind::Conflict);
                refused += 1;
            }
        }
    }
    assert_eq!((accepted, refused), (200, 98));
    let rest = house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": all[200..256] })).await.unwrap();
    assert_eq!(rest, json!({ "accepted": 56, "repeated": 0 }), "what was refused is not counted");
    assert_eq!(named(house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": [candidate(60_000)] })).await), "conflict");
    let again = house.post(&ada, CANDIDATES, json!({ "id": id, "candidates": all[..256] })).await.unwrap();
    assert_eq!(again, json!({ "accepted": 0, "repeated": 256 }));
    assert_eq!(house.get(&ada, CANDIDATES, json!({ "id": id })).await.unwrap()["candidates"].as_array().unwrap().len(), 256);
}
