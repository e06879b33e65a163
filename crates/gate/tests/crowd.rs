//! Floods and refusals: nobody fills the queue alone, and the record is not flooded either.

mod house;

use std::sync::{Arc, Mutex, mpsc::sync_channel};

use carillon_core::{Action, Kind, Principal, Problem, Timestamp};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::{Cx, Done, Verb};
use house::{NOW, change, house, nobody, person, put, thing, until, verb};
use serde_json::{Value, json};
use tokio::task::yield_now;
use uuid::Uuid;

on_both_engines![
    whoever_floods_is_told_so_and_others_go_on,
    the_first_refusal_is_recorded_at_once_and_the_rest_as_one_total,
    what_was_counted_is_on_record_before_the_end,
    a_refusal_names_where_and_a_total_only_who,
    who_is_turned_away_at_the_door_is_counted_and_a_token_that_does_not_hold_recorded,
];

async fn whoever_floods_is_told_so_and_others_go_on(ground: Ground) {
    let house = house(ground).await;
    let (ada, ben, holder) = (person(1), person(2), person(3));
    let (go_on, goes_on) = sync_channel::<()>(1);
    let goes_on = Arc::new(Mutex::new(goes_on));
    let hold = verb(move |cx| {
        let goes_on = goes_on.clone();
        Box::pin(async move {
            put(cx, 1000).await?;
            let _ = goes_on.lock().expect("one holds").recv();
            Ok(Done::changed(1000, change(1000)))
        })
    });
    let holding = tokio::runtime::Handle::current().spawn({
        let gate = house.gate.clone();
        async move { gate.act(&holder, hold.locked(1)).await }
    });
    let mut acts = Vec::new();
    for id in 0..128 {
        let mut act = Box::pin(house.gate.act(&ada, thing(id).locked(1)));
        yield_now().await; // so that the one poll is not cut short
        assert!(futures::poll!(&mut act).is_pending(), "{id}");
        if id % 2 == 0 {
            acts.push(act); // of the others the asker has gone
        }
    }
    let problem = house.gate.act(&ada, thing(128)).await.expect_err("one too many");
    assert_eq!((problem.kind, problem.retry_after), (Kind::Flooding, Some(1)));
    assert!(counted(&house).contains("acts_total{action=\"room.create\",end=\"flooding\"} 1"), "it is counted like any other");
    let bens = house.gate.act(&ben, thing(129).locked(1));
    let mut bens = std::pin::pin!(bens);
    assert!(futures::poll!(&mut bens).is_pending(), "ben waits for the lock like everybody");
    go_on.send(()).expect("it waits");
    holding.await.expect("no panic").expect("done");
    bens.await.expect("done");
    for act in acts {
        act.await.expect("done");
    }
    until(async || house.gate.act(&ada, thing(128)).await.is_ok().then_some(())).await;
    until(async || (house.things().await.len() == 131).then_some(())).await;
}

#[tokio::test]
async fn a_household_shares_its_places_whichever_of_its_addresses_it_uses() {
    let house = house(Ground::sqlite()).await;
    let (go_on, goes_on) = sync_channel::<()>(1);
    let goes_on = Arc::new(Mutex::new(goes_on));
    let hold = verb(move |_| {
        let _ = goes_on.lock().expect("one holds").recv();
        Box::pin(async { Ok(Done::repeated(0)) })
    });
    let at = |number: u128| Principal::Anonymous { address: Some(std::net::Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + number).into()) };
    let holder = person(1);
    let mut holding = Box::pin(house.gate.act(&holder, hold));
    assert!(futures::poll!(&mut holding).is_pending());
    let (them, mut acts) = ((0..128).map(at).collect::<Vec<_>>(), Vec::new());
    for who in &them {
        let mut act = Box::pin(house.gate.act(who, thing(1)));
        yield_now().await;
        assert!(futures::poll!(&mut act).is_pending());
        acts.push(act);
    }
    assert_eq!(house.gate.act(&at(128), thing(1)).await.expect_err("one too many").kind, Kind::Flooding);
    let elsewhere = at(1 << 64);
    let mut act = Box::pin(house.gate.act(&elsewhere, thing(1)));
    assert!(futures::poll!(&mut act).is_pending(), "another household has places of its own");
    drop(go_on);
    act.await.expect_err("nobody yet");
}

fn refusals(recorded: &[Value]) -> Vec<(String, String, i64)> {
    let refusal = |event: &Value| {
        assert_eq!(event["outcome"], "refused");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&event["action"]), text(&event["reasons"][0]), event["what"]["count"].as_i64().expect("a count"))
    };
    recorded.iter().map(refusal).collect()
}

async fn the_first_refusal_is_recorded_at_once_and_the_rest_as_one_total(ground: Ground) {
    let house = house(ground).await;
    for id in 0..7 {
        house.gate.act(&nobody(), thing(id)).await.expect_err("nobody");
    }
    let recorded = house.until_recorded(1).await;
    assert_eq!(refusals(&recorded), [("room.create".into(), "noRule".into(), 1)]);
    assert_eq!(recorded[0]["actor"], json!({ "kind": "anonymous", "source": "192.0.2.0/24" }));
    house.gate.sweep_refusals(NOW).await;
    assert_eq!(house.recorded().await.len(), 1, "the minute is not over");
    house.gate.sweep_refusals(Timestamp(NOW.0 + 60_000)).await;
    let recorded = house.until_recorded(2).await;
    assert_eq!(refusals(&recorded)[1], ("room.create".into(), "total".into(), 6));
    house.gate.sweep_refusals(Timestamp(NOW.0 + 120_000)).await;
    assert_eq!(house.recorded().await.len(), 2, "nothing was left to say");
    assert_eq!(house.things().await, [0; 0]);
}

async fn what_was_counted_is_on_record_before_the_end(ground: Ground) {
    let house = house(ground).await;
    let other = Principal::Anonymous { address: Some("2001:db8:1:2::9".parse().expect("an address")) };
    for who in [&nobody(), &other, &other] {
        house.gate.act(who, thing(1)).await.expect_err("nobody");
        house.gate.see(who, house::SeeThings).await.expect_err("nobody");
    }
    house.gate.flush_refusals().await;
    let again = house.again().await;
    let mut refused = refusals(&again.recorded().await);
    refused.sort();
    let told = |action: &str, reason: &str| (action.to_owned(), reason.to_owned(), 1);
    let expected = [
        told("account.list", "noRule"),
        told("account.list", "noRule"),
        told("account.list", "total"),
        told("room.create", "noRule"),
        told("room.create", "noRule"),
        told("room.create", "total"),
    ];
    assert_eq!(refused, expected);
}

/// Posts where one is no member.
struct Post;
impl Verb for Post {
    const ACTION: Action = Action::MessagePost;
    type On = Value;
    type Answer = i64;
    async fn load(&self, _: &mut Cx<'_>) -> Result<Value, Problem> {
        Ok(json!({ "room": Uuid::from_u128(7), "kind": "group" }))
    }
    async fn apply(&self, _: Value, _: &mut Cx<'_>) -> Result<Done<i64>, Problem> {
        Ok(Done::repeated(1))
    }
}

async fn a_refusal_names_where_and_a_total_only_who(ground: Ground) {
    let house = house(ground).await;
    for _ in 0..3 {
        house.act(1, Post).await.expect_err("no member");
    }
    house.gate.flush_refusals().await;
    let recorded = house.until_recorded(2).await;
    let whole = json!({ "device": Uuid::from_u128(2001), "id": Uuid::from_u128(1), "kind": "account", "session": Uuid::from_u128(1001) });
    let of = |total: bool| recorded.iter().find(|event| (event["reasons"][0] == "total") == total).expect("one of each");
    assert_eq!((&of(false)["subject"], &of(false)["actor"]), (&json!(format!("room:{}", Uuid::from_u128(7))), &whole));
    assert_eq!((&of(true)["subject"], &of(true)["actor"]), (&json!(""), &json!({ "id": Uuid::from_u128(1), "kind": "account" })));
}

fn counted(house: &house::House) -> String {
    let mut registry = prometheus_client::registry::Registry::default();
    house.gate.metrics().register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).expect("texts");
    text
}

async fn who_is_turned_away_at_the_door_is_counted_and_a_token_that_does_not_hold_recorded(ground: Ground) {
    let house = house(ground).await;
    let wrong = || Problem::unauthenticated("it does not hold").named("token-invalid");
    for why in [Problem::unauthenticated("sign in"), wrong(), wrong(), Problem::again("a disk that hiccups")] {
        house.gate.turn_away(&nobody(), Action::RoomList, why);
    }
    let counted = counted(&house);
    for line in ["unknown_total{reason=\"unauthenticated\"} 1", "unknown_total{reason=\"token-invalid\"} 2"] {
        assert!(counted.contains(line), "{counted}");
    }
    house.gate.flush_refusals().await;
    let mut recorded = refusals(&house.until_recorded(2).await);
    recorded.sort();
    assert_eq!(recorded, [("room.list".into(), "token-invalid".into(), 1), ("room.list".into(), "total".into(), 1)]);
}
