//! Sockets go, servers start, people come back.

use carillon_calls::{
    Held, Media, device_gone, graces_anew, leg_gone,
    verbs::{InitiateCall, JoinCall},
};
use carillon_core::{Id, Principal};
use carillon_gate::Topic;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    SECOND,
    house::{Came, House, stories},
    id, join, leave, log, of, start, state, talking,
};

stories! {
    a_lost_leg_comes_back_as_the_same_participant,
    a_lost_leg_that_stays_away_is_out,
    both_are_gone,
    the_server_starts_anew,
    a_request_that_was_not_answered_brings_a_lost_leg_back,
    a_request_over_another_socket_makes_the_leg_anew,
    a_device_whose_next_socket_is_there_is_not_gone,
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
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs WHERE kind <> 'call.purge'").await, 0);
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

async fn a_request_over_another_socket_makes_the_leg_anew(house: House) {
    let (ada, _, room) = house.two().await;
    let (room, request_id, media) = (id(&room), Id::new(Uuid::now_v7()), Media { audio: true, video: true });
    let initiate = async |held: Held| {
        let verb = InitiateCall { room: Some(room), account: None, request_id, media, locks: vec![], held };
        let entered = house.gate.act(&ada.who, verb).await.unwrap();
        (entered.call.id, entered.participant, entered.call.participants[0].leg)
    };
    let (call, me, first) = initiate(Some(vec![])).await;
    assert_eq!(initiate(Some(vec![(me, first)])).await, (call, me, first), "the same socket again");
    let (.., second) = initiate(Some(vec![])).await;
    assert_eq!(second, first + 1);
    leg_gone(&house.gate, call, me, first).await.unwrap();
    house.pass(60 * SECOND).await;
    assert_eq!(of(&state(&house, &ada, &json!(call)).await, &ada)["state"], "connecting", "the first socket took only its own leg along");

    let request_id = Id::new(Uuid::now_v7());
    let join = async |held: Held| {
        let verb = JoinCall { call, request_id, media: None, lock: carillon_calls::Lock::default(), held };
        house.gate.act(&ada.who, verb).await.unwrap().call.participants[0].leg
    };
    assert_eq!(join(Some(vec![(me, second)])).await, 3);
    assert_eq!(join(Some(vec![(me, 3)])).await, 3);
    assert_eq!(join(Some(vec![])).await, 4);
}

async fn a_device_whose_next_socket_is_there_is_not_gone(house: House) {
    let (ada, ben, it) = talking(&house).await;
    let Principal::Account { id, device, .. } = ben.who else { panic!("an account") };
    let next = house.gate.signals().mailbox();
    house.gate.signals().follow(next.number(), Topic::Device(id, device));
    gone(&house, &ben).await;
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["connecting", "connecting"]);
    drop(next);
    gone(&house, &ben).await;
    assert_eq!(states(&state(&house, &ada, &it).await, &ada, &ben), ["connecting", "reconnecting"]);
}
