//! Who may not.

use std::time::Duration;

use carillon_calls::views::PassSignals;
use carillon_core::{Principal, Problem};
use carillon_gate::Way;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    CALLS, call,
    house::{Came, House, named, stories},
    id, join, leave, of, start, state, talking, watch,
};

stories! {
    a_third_hears_that_it_is_a_call_for_two,
    whoever_is_not_of_the_room_learns_nothing,
    whoever_has_not_joined_changes_nothing,
    signals_are_for_those_in_the_call,
    whoever_is_put_out_of_the_room_is_out_of_its_call,
    whoever_is_put_out_of_the_room_is_out_by_rest_too,
    fifty_calls_of_others_end_nobody_s_own,
    nobody_calls_a_stranger_or_themselves,
}

async fn pass(house: &House, who: &Came, call: &Value) -> Result<carillon_gate::Pass<PassSignals>, Problem> {
    let opening = PassSignals::of(&house.gate, id(call)).await?;
    house.gate.pass(&who.who, opening).await.map(|(pass, _)| pass)
}

async fn a_third_hears_that_it_is_a_call_for_two(house: House) {
    let (ada, ben, eve) = (house.account("ada").await, house.account("ben").await, house.account("eve").await);
    let room = house.room(&[&ada, &ben, &eve]).await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    join(&house, &ben, &it).await.unwrap();
    assert_eq!(named(join(&house, &eve, &it).await), "direct-call-full");
    assert_eq!(named(start(&house, &eve, &room).await), "direct-call-full");
    assert_eq!(state(&house, &eve, &it).await["participants"].as_array().unwrap().len(), 2);
    leave(&house, &ben, &it, "hangup").await;
    join(&house, &eve, &it).await.unwrap();
}

async fn whoever_is_not_of_the_room_learns_nothing(house: House) {
    let (ada, _, it) = talking(&house).await;
    let room = state(&house, &ada, &it).await["room"].clone();
    let eve = house.account("eve").await;
    let nobody = Principal::Anonymous { address: None };
    for (way, input) in [
        (Way::Event("call:join"), json!({ "call": it, "requestId": Uuid::now_v7() })),
        (Way::Event("call:state"), json!({ "call": it })),
        (Way::Event("call:leave"), json!({ "call": it })),
        (Way::Event("call:end"), json!({ "call": it })),
        (Way::Event("call:toggle-video"), json!({ "call": it, "enabled": true })),
        (Way::Event("call:stats"), json!({ "call": it, "snapshot": { "at": 1 } })),
        (Way::Get(CALLS), json!({ "room": room })),
    ] {
        let hidden = if way == Way::Get(CALLS) { "missing" } else { "refused" };
        assert_eq!(named(house.ask(&eve.who, way, input.clone()).await), hidden, "{way:?}");
        assert_eq!(named(house.ask(&nobody, way, input).await), "unauthenticated", "{way:?}");
    }
    assert_eq!(named(start(&house, &eve, &room).await), "missing");
    assert_eq!(named(join(&house, &eve, &json!(Uuid::now_v7())).await), "missing");
    let seen = watch(&house, &eve, vec![id(&it)]).await;
    assert!(seen.live.is_empty() && seen.ended.is_empty() && seen.lost.len() == 1);
}

async fn whoever_has_not_joined_changes_nothing(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let begun = call(&house, &ada, &ben).await.unwrap();
    let it = &begun["call"]["id"];
    assert_eq!(named(house.event(&ben, "call:end", json!({ "call": it })).await), "refused");
    assert_eq!(named(house.event(&ben, "call:toggle-audio", json!({ "call": it, "enabled": false })).await), "refused");
    assert_eq!(named(house.event(&ben, "call:state", json!({ "call": it, "leg": "connected" })).await), "conflict");
    assert_eq!(state(&house, &ben, it).await, begun["call"]);
}

async fn signals_are_for_those_in_the_call(house: House) {
    let (ada, ben, eve) = (house.account("ada").await, house.account("ben").await, house.account("eve").await);
    let room = house.room(&[&ada, &ben, &eve]).await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    let mut adas = pass(&house, &ada, &it).await.unwrap();
    assert_eq!(named(pass(&house, &ben, &it).await), "refused", "Ben has not joined");
    let stranger = house.account("mallory").await;
    assert_eq!(named(pass(&house, &stranger, &it).await), "refused");

    let joined = join(&house, &ben, &it).await.unwrap();
    let mut hints = house.gate.hub().listen(carillon_gate::Topic::Call(id(&it)));
    let line = loop {
        // The hint comes a moment after the commit.
        if let Some(line) = adas.check().await.unwrap() {
            break line;
        }
        hints.changed().await.unwrap();
    };
    assert_eq!(line.others.iter().map(|other| json!(other.participant)).collect::<Vec<_>>(), [joined["participant"].clone()]);
    hints.borrow_and_update();
    leave(&house, &ada, &it, "hangup").await;
    hints.changed().await.unwrap();
    assert_eq!(named(adas.check().await), "refused");
}

async fn whoever_is_put_out_of_the_room_is_out_of_its_call(house: House) {
    let (ada, ben, room) = house.two().await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    join(&house, &ben, &it).await.unwrap();
    let mut bens = pass(&house, &ben, &it).await.unwrap();
    let mut hints = house.gate.hub().listen(carillon_gate::Topic::Member(id(&room), ben.person));
    let removed = json!({ "room": room, "member": ben.person });
    house.ask(&ada.who, Way::Delete("/api/v1/rooms/{room}/members/{member}"), removed).await.unwrap();
    hints.changed().await.unwrap();
    assert_eq!(named(bens.check().await), "refused");
    assert_eq!(named(house.event(&ben, "call:toggle-audio", json!({ "call": it, "enabled": false })).await), "refused");
    assert_eq!(watch(&house, &ben, vec![id(&it)]).await.lost, [id(&it)]);
    house.pass(Duration::ZERO).await;
    assert_eq!(of(&state(&house, &ada, &it).await, &ben)["state"], "left");
}

async fn whoever_is_put_out_of_the_room_is_out_by_rest_too(house: House) {
    let (ada, ben, room) = house.two().await;
    let offer = json!({ "type": "offer", "sdp": "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" });
    let session = house.post(&ben, "/webrtc/sessions", json!({ "offer": offer, "room": room })).await.unwrap();
    let mut woken = house.gate.hub().listen(carillon_gate::Topic::Jobs);
    let removed = json!({ "room": room, "member": ben.person });
    house.ask(&ada.who, Way::Delete("/api/v1/rooms/{room}/members/{member}"), removed.clone()).await.unwrap();
    woken.changed().await.expect("a worker hears of it at once");
    house.pass(Duration::ZERO).await;
    assert_eq!(of(&state(&house, &ada, &session["call"]).await, &ben)["state"], "left");
    assert_eq!(house.get(&ada, "/webrtc/sessions/{id}", json!({ "id": session["id"] })).await.unwrap()["state"], "closed");

    // Whoever was let in again before the word came stays.
    let added = json!({ "room": room, "requestId": Uuid::now_v7(), "account": ben.person });
    house.post(&ada, "/api/v1/rooms/{room}/members", added).await.unwrap();
    join(&house, &ben, &session["call"]).await.unwrap();
    house.ask(&ada.who, Way::Delete("/api/v1/rooms/{room}/members/{member}"), removed).await.unwrap();
    house
        .post(&ada, "/api/v1/rooms/{room}/members", json!({ "requestId": Uuid::now_v7(), "room": room, "account": ben.person }))
        .await
        .unwrap();
    house.pass(Duration::ZERO).await;
    let there = state(&house, &ada, &session["call"]).await;
    assert_eq!(there["participants"].as_array().unwrap().last().unwrap()["state"], "connecting");
}

async fn fifty_calls_of_others_end_nobody_s_own(house: House) {
    let (ada, ben, it) = talking(&house).await;
    let eve = house.account("eve").await;
    let theirs = house.room(&[&eve, &ada]).await;
    let looked_on = start(&house, &eve, &theirs).await.unwrap()["call"]["id"].clone();
    for _ in 0..50 {
        let room = house.room(&[&eve, &ada]).await;
        start(&house, &eve, &room).await.unwrap();
    }
    let seen = watch(&house, &ada, vec![id(&it), id(&looked_on)]).await;
    let live = |call: &Value| seen.live.iter().any(|live| json!(live.call.id) == *call);
    assert!(live(&it) && live(&looked_on) && seen.lost.is_empty() && seen.ended.is_empty());
    assert!(watch(&house, &ada, vec![]).await.live.iter().any(|live| json!(live.call.id) == it), "one's own is among the fifty");
    leave(&house, &ben, &it, "hangup").await;
    leave(&house, &eve, &looked_on, "hangup").await;
    let seen = watch(&house, &ada, vec![id(&it)]).await;
    assert_eq!((seen.ended.len(), seen.live.len()), (1, 50));
}

async fn nobody_calls_a_stranger_or_themselves(house: House) {
    let ada = house.account("ada").await;
    assert_eq!(named(call(&house, &ada, &ada).await), "invalid");
    let media = json!({ "audio": true, "video": true });
    let nobody = json!({ "account": Uuid::now_v7(), "requestId": Uuid::now_v7(), "media": media });
    assert_eq!(named(house.event(&ada, "call:initiate", nobody).await), "missing");
    let neither = json!({ "requestId": Uuid::now_v7(), "media": media });
    assert_eq!(named(house.event(&ada, "call:initiate", neither).await), "invalid");
    assert_eq!(house.count("SELECT COUNT(*) FROM rooms").await, 0);
}
