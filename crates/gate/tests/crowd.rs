//! Floods and refusals: nobody fills the queue alone, and the record is not flooded either.

mod house;

use std::sync::{Arc, Mutex, mpsc::sync_channel};

use carillon_core::{Kind, Principal, Timestamp};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::Done;
use house::{NOW, change, house, nobody, person, put, thing, until, verb};
use serde_json::{Value, json};
use tokio::task::yield_now;

on_both_engines![
    whoever_floods_is_told_so_and_others_go_on,
    the_first_refusal_is_recorded_at_once_and_the_rest_as_one_total,
    what_was_counted_is_on_record_before_the_end,
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
