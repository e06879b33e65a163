//! Sockets go, servers start, people come back.

use carillon_calls::{device_gone, graces_anew};
use carillon_core::Principal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    SECOND,
    house::{Came, House, stories},
    join, leave, log, of, start, state, talking,
};

stories! {
    a_lost_leg_comes_back_as_the_same_participant,
    a_lost_leg_that_stays_away_is_out,
    both_are_gone,
    the_server_starts_anew,
    a_request_that_was_not_answered_brings_a_lost_leg_back,
}

async fn gone(house: &House, who: &Came) {
    let Principal::Account { id, device, .. } = who.who else { panic!("an account") };
    device_gone(&house.gate, id, device).await.unwrap();
}

fn states<'v>(call: &'v Value, ada: &Came, ben: &Came) -> [&'v str; 2] {
    [ada, ben].map(|who| of(call, who)["state"].as_str().unwrap())
}

async fn a_lost_leg_comes_back_as_the_same_participant(house: House) {
    let (ada, ben, it) = talking(&house).await;
    let before = state(&house, &ada, &it).await;
    gone(&house, &ben).await;
    gone(&house, &ben).await;
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["connecting", "reconnecting"]);
    house.pass(29 * SECOND).await;
    let back = join(&house, &ben, &it).await.unwrap();
    assert_eq!(back["participant"], of(&before, &ben)["id"]);
    house.pass(60 * SECOND).await;
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["connecting", "connecting"]);
    assert_eq!(log(&house, &ada, &before["room"]).await.len(), 3, "nobody has left or joined");
}

async fn a_lost_leg_that_stays_away_is_out(house: House) {
    let (ada, ben, it) = talking(&house).await;
    gone(&house, &ben).await;
    house.pass(30 * SECOND).await;
    let over = state(&house, &ada, &it).await;
    assert_eq!((&over["endReason"], &of(&over, &ben)["leftReason"]), (&json!("lost"), &json!("lost")));
    assert_eq!(log(&house, &ada, &over["room"]).await[3..], ["call.left lost", "call.ended lost"]);
}

async fn both_are_gone(house: House) {
    let (ada, ben, room) = house.two().await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    join(&house, &ben, &it).await.unwrap();
    gone(&house, &ada).await;
    house.pass(10 * SECOND).await;
    gone(&house, &ben).await;
    house.pass(20 * SECOND).await;
    let now = state(&house, &ada, &it).await;
    assert_eq!((states(&now, &ada, &ben), &now["state"]), (["left", "reconnecting"], &json!("active")));
    house.pass(10 * SECOND).await;
    let over = state(&house, &ada, &it).await;
    assert_eq!((&over["state"], &over["endReason"]), (&json!("ended"), &json!("lost")));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
}

async fn the_server_starts_anew(house: House) {
    let (ada, ben, it) = talking(&house).await;
    gone(&house, &ben).await;
    house.pass(29 * SECOND).await;
    graces_anew(&house.gate).await.unwrap();
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["reconnecting", "reconnecting"]);
    house.pass(29 * SECOND).await;
    join(&house, &ada, &it).await.unwrap();
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["connecting", "reconnecting"], "Ben has his grace again");
    house.pass(SECOND).await;
    assert_eq!(state(&house, &ada, &it).await["endReason"], "lost");
    graces_anew(&house.gate).await.unwrap();
}

async fn a_request_that_was_not_answered_brings_a_lost_leg_back(house: House) {
    let (ada, ben, room) = house.two().await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    let input = json!({ "call": it, "requestId": Uuid::now_v7() });
    house.event(&ben, "call:join", input.clone()).await.unwrap();
    gone(&house, &ben).await;
    house.event(&ben, "call:join", input.clone()).await.unwrap();
    house.pass(60 * SECOND).await;
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["connecting", "connecting"]);
    leave(&house, &ben, &it, "hangup").await;
    let late = house.event(&ben, "call:join", input).await.unwrap();
    assert_eq!(of(&late["call"], &ben)["state"], "left", "a late copy of the request does not bring anybody back");
}
