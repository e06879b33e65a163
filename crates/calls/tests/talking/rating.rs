//! How a call was; and which ones were one's own.

use carillon_gate::Way;
use serde_json::{Value, json};

use crate::{
    SECOND, call,
    house::{Came, House, named, stories},
    join, leave, start, talking,
};

stories! {
    whoever_took_part_says_how_it_was_and_may_change_their_mind,
    whoever_did_not_take_part_has_nothing_to_say,
    what_was_said_of_a_call_goes_with_its_figures,
    one_s_own_calls_are_listed_with_whom_they_were,
}

const RATE: &str = "/api/v1/calls/{call}/rating";
const OWN: &str = "/api/v1/calls";
const DAY: std::time::Duration = std::time::Duration::from_hours(24);

async fn rate(house: &House, who: &Came, call: &Value, more: Value) -> Result<Value, carillon_core::Problem> {
    let mut input = json!({ "call": call, "rating": 2 });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post(who, RATE, input).await
}

async fn whoever_took_part_says_how_it_was_and_may_change_their_mind(house: House) {
    let (ada, ben, it) = talking(&house).await;
    leave(&house, &ada, &it, "hangup").await;
    let words = "as in a church, « là-bas »";
    let asked = json!({ "problems": ["echo", "choppy", "echo"], "words": words });
    assert_eq!(rate(&house, &ada, &it, asked.clone()).await.unwrap(), json!({}));
    house.pass(SECOND).await;
    rate(&house, &ada, &it, asked).await.unwrap();
    rate(&house, &ben, &it, json!({ "rating": 5, "words": "  " })).await.unwrap();
    let kept = "SELECT CONCAT(rating, ' ', problems, ' ', COALESCE(words, '-')) FROM call_ratings ORDER BY rating";
    assert_eq!(house.texts(kept).await, [format!("2 choppy echo {words}"), "5  -".into()]);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE action = 'call.rate'").await, 2, "the same again is nothing new");
    rate(&house, &ada, &it, json!({ "rating": 4 })).await.unwrap();
    assert_eq!(house.texts(kept).await, ["4  -", "5  -"]);
    let recorded = house.recorded("call.rate").await;
    assert_eq!((&recorded[0]["subject"], &recorded[0]["what"]), (&json!(format!("call:{}", it.as_str().unwrap())), &json!({})));
    for word in ["church", "echo", "rating"] {
        assert!(!json!(recorded).to_string().contains(word), "what people say is theirs");
    }

    for (what, wrong) in [
        ("more than five", json!({ "rating": 6 })),
        ("nothing", json!({ "rating": 0 })),
        ("no such problem", json!({ "problems": ["boring"] })),
        ("too many", json!({ "problems": ["echo", "echo", "echo", "echo", "echo", "echo", "echo", "echo"] })),
        ("an essay", json!({ "words": "é".repeat(501) })),
        ("what no database holds", json!({ "words": "a\u{0}b" })),
    ] {
        assert_eq!(named(rate(&house, &ada, &it, wrong).await), "invalid", "{what}");
    }
    house.pass(86_399 * SECOND).await;
    rate(&house, &ben, &it, json!({ "rating": 3, "words": "é".repeat(500) })).await.unwrap();
    house.pass(SECOND).await;
    assert_eq!(named(rate(&house, &ben, &it, json!({})).await), "gone");
}

async fn whoever_did_not_take_part_has_nothing_to_say(house: House) {
    let (ada, ben, cleo) = (house.account("ada").await, house.account("ben").await, house.account("cleo").await);
    let it = call(&house, &ada, &ben).await.unwrap()["call"]["id"].clone();
    leave(&house, &ben, &it, "declined").await;
    rate(&house, &ada, &it, json!({})).await.unwrap();
    assert_eq!(named(rate(&house, &ben, &it, json!({})).await), "refused", "he was only called");
    assert_eq!(named(rate(&house, &cleo, &it, json!({})).await), "missing");
    assert_eq!(named(rate(&house, &ada, &json!(uuid::Uuid::now_v7()), json!({})).await), "missing");
    // Whoever was there and is no longer of the room has.
    let room = house.room(&[&ada, &ben]).await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    join(&house, &ben, &it).await.unwrap();
    let removed = json!({ "room": room, "member": ben.person });
    house.ask(&ada.who, Way::Delete("/api/v1/rooms/{room}/members/{member}"), removed).await.unwrap();
    rate(&house, &ben, &it, json!({ "problems": ["dropped"] })).await.unwrap();
    assert_eq!(house.get(&ben, OWN, json!({})).await.unwrap()["calls"].as_array().unwrap().len(), 1, "and sees it no more");
}

async fn what_was_said_of_a_call_goes_with_its_figures(house: House) {
    let (ada, _, it) = talking(&house).await;
    leave(&house, &ada, &it, "hangup").await;
    rate(&house, &ada, &it, json!({ "words": "well" })).await.unwrap();
    house.pass(29 * DAY).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM call_ratings").await, 1);
    house.pass(DAY).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM call_ratings").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
}

async fn one_s_own_calls_are_listed_with_whom_they_were(house: House) {
    let (ada, ben, cleo) = (house.account("ada").await, house.account("ben").await, house.account("cleo").await);
    let mut all = Vec::new();
    for _ in 0..3 {
        let it = call(&house, &ada, &ben).await.unwrap()["call"]["id"].clone();
        leave(&house, &ada, &it, "cancelled").await;
        all.insert(0, it);
    }
    let room = house.room(&[&ada, &ben, &cleo]).await;
    let it = start(&house, &ada, &room).await.unwrap()["call"]["id"].clone();
    let tablet = house.device_of(ada.person);
    leave(&house, &ada, &it, "hangup").await;
    join(&house, &tablet, &it).await.unwrap();
    let listed = async |who: &Came, input: Value| house.get(who, OWN, input).await.unwrap()["calls"].as_array().unwrap().clone();
    let ids = |calls: &[Value]| calls.iter().map(|call| call["id"].clone()).collect::<Vec<_>>();

    let hers = listed(&ada, json!({})).await;
    assert_eq!(ids(&hers), [&[it][..], &all].concat(), "each once, on however many devices");
    assert_eq!((&hers[0]["roomName"], &hers[1]["roomName"]), (&json!("Standup"), &json!("ben")));
    assert_eq!((&hers[1]["endReason"], hers[1]["participants"].as_array().unwrap().len()), (&json!("cancelled"), 2));
    let his = listed(&ben, json!({})).await;
    assert_eq!((ids(&his), &his[0]["roomName"]), (all.clone(), &json!("ada")), "he was called, and not in the other one");
    assert_eq!(listed(&cleo, json!({})).await, [json!(null); 0]);
    let page = listed(&ada, json!({ "limit": 2 })).await;
    assert_eq!(ids(&listed(&ada, json!({ "after": page[1]["id"] })).await), all[1..]);
    for limit in [0, 51] {
        assert_eq!(named(house.get(&ada, OWN, json!({ "limit": limit })).await), "invalid");
    }
}
