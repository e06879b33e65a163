//! How calls end.

use serde_json::json;

use crate::{
    SECOND, call,
    house::{House, named, stories},
    join, leave, log, of, state, talking,
};

stories! {
    who_is_called_declines,
    who_is_called_is_busy,
    who_calls_takes_it_back,
    nobody_answers,
    one_ends_it_for_both,
}

async fn who_is_called_declines(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let begun = call(&house, &ada, &ben).await.unwrap();
    let over = leave(&house, &ben, &begun["call"]["id"], "declined").await;
    assert_eq!((&over["endReason"], &over["duration"]), (&json!("declined"), &json!(0)));
    assert_eq!(of(&over, &ben)["leftReason"], "declined");
    assert_eq!(log(&house, &ada, &over["room"]).await, ["call.started", "call.joined", "call.left declined", "call.ended declined"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs WHERE kind <> 'call.purge'").await, 0);
}

async fn who_is_called_is_busy(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let begun = call(&house, &ada, &ben).await.unwrap();
    let over = leave(&house, &ben, &begun["call"]["id"], "busy").await;
    assert_eq!((&over["state"], &over["endReason"]), (&json!("ended"), &json!("busy")));
}

async fn who_calls_takes_it_back(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let begun = call(&house, &ada, &ben).await.unwrap();
    let over = leave(&house, &ada, &begun["call"]["id"], "cancelled").await;
    assert_eq!(over["endReason"], "cancelled");
    assert_eq!(named(join(&house, &ben, &begun["call"]["id"]).await), "gone");
}

async fn nobody_answers(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let it = call(&house, &ada, &ben).await.unwrap()["call"]["id"].clone();
    house.pass(29 * SECOND).await;
    assert_eq!(state(&house, &ada, &it).await["state"], "ringing");
    house.pass(SECOND).await;
    let over = state(&house, &ada, &it).await;
    assert_eq!((&over["state"], &over["endReason"]), (&json!("ended"), &json!("noAnswer")));
    assert_eq!(log(&house, &ada, &over["room"]).await, ["call.started", "call.joined", "call.ended noAnswer"]);
    // Who was called is not reached any more by a call that is over.
    assert_eq!(leave(&house, &ben, &it, "declined").await["endReason"], "noAnswer");
}

async fn one_ends_it_for_both(house: House) {
    let (ada, ben, it) = talking(&house).await;
    let end = json!({ "call": it });
    let over = house.event(&ben, "call:end", end.clone()).await.unwrap();
    assert_eq!(over["call"]["endReason"], "hangup");
    assert_eq!(house.event(&ben, "call:end", end.clone()).await.unwrap(), over, "asked again");
    assert_eq!(house.event(&ada, "call:end", end).await.unwrap(), over);
    assert!(of(&over["call"], &ada).get("leftReason").is_none(), "Ada did not leave");
}
