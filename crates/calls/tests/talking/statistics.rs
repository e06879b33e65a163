//! What clients measure.

use serde_json::{Value, json};

use crate::{
    SECOND,
    house::{House, named, stories},
    join, leave, talking,
};

stories! {
    the_last_snapshot_of_each_leg_is_kept,
    what_is_no_measurement_is_refused,
    what_was_measured_is_bounded_and_goes_in_the_end,
}

fn sent(call: &Value, bytes: i64) -> Value {
    let flow = json!({ "codec": "audio/opus", "bytesSent": bytes, "bytesReceived": 0, "packetsSent": 1, "packetsReceived": 1,
                       "packetsLost": 0, "jitter": 0.004 });
    json!({ "call": call, "snapshot": { "at": 1_764_000_000_000_i64, "rtt": 0.031, "localCandidate": "host", "audio": flow } })
}

async fn the_last_snapshot_of_each_leg_is_kept(house: House) {
    let (ada, ben, it) = talking(&house).await;
    let kept = async |slot: &str| -> Vec<Value> {
        let sql = format!("SELECT snapshot FROM call_stats WHERE slot {slot} ORDER BY at");
        house
            .texts(sql.leak())
            .await
            .iter()
            .map(|text| serde_json::from_str::<Value>(text).unwrap()["audio"]["bytesSent"].clone())
            .collect()
    };
    for (pause, bytes) in [(0, 10), (1, 20), (2, 30), (60, 40)] {
        house.pass(pause * SECOND).await;
        assert_eq!(house.event(&ada, "call:stats", sent(&it, bytes)).await.unwrap(), json!({}));
    }
    assert_eq!(kept("= 0").await, [json!(40)]);
    assert_eq!(kept("> 0").await, [json!(30), json!(40)], "one a minute; what came within 2 s of another was not kept");
    house.pass(5 * SECOND).await;
    assert_eq!(named(house.event(&ada, "call:stats", sent(&it, 39)).await), "invalid", "what counts up never falls");
    // A new leg counts from nothing.
    join(&house, &ada, &it).await.unwrap();
    house.event(&ada, "call:stats", sent(&it, 1)).await.unwrap();
    house.pass(SECOND).await;
    house.event(&ben, "call:stats", sent(&it, 7)).await.unwrap();
    assert_eq!(kept("= 0").await, [json!(40), json!(1), json!(7)]);
    for minute in 0..400 {
        house.pass(60 * SECOND).await;
        house.event(&ben, "call:stats", sent(&it, 10 + minute)).await.unwrap();
    }
    assert_eq!(kept("> 0").await.len(), 2 + 1 + 180, "a leg remembers its last three hours");
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE action = 'call.stats'").await, 0);
    leave(&house, &ben, &it, "hangup").await;
    house.pass(5 * SECOND).await;
    assert_eq!(named(house.event(&ben, "call:stats", sent(&it, 900)).await), "gone");
}

async fn what_was_measured_is_bounded_and_goes_in_the_end(house: House) {
    let (ada, ben, it) = talking(&house).await;
    house.event(&ben, "call:stats", sent(&it, 1)).await.unwrap();
    for leg in 0..20 {
        join(&house, &ada, &it).await.unwrap();
        house.event(&ada, "call:stats", sent(&it, leg)).await.unwrap();
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM call_stats").await, 2 + 8 * 2, "of the last eight legs");
    leave(&house, &ben, &it, "hangup").await;
    house.pass(29 * 24 * 3600 * SECOND).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM call_stats").await, 18);
    house.pass(24 * 3600 * SECOND).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM call_stats").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
}

async fn what_is_no_measurement_is_refused(house: House) {
    let (ada, _, it) = talking(&house).await;
    for (what, field, value) in [
        ("a negative count", "bytesSent", json!(-1)),
        ("half a packet", "packetsSent", json!(0.5)),
        ("a negative time", "jitter", json!(-0.1)),
        ("more than can be", "jitter", json!(1e300)),
        ("more than a number holds", "bytesReceived", json!(u64::MAX)),
        ("a text", "packetsLost", json!("3")),
        ("an essay", "codec", json!("x".repeat(65))),
        ("something unknown", "secret", json!(1)),
    ] {
        let mut input = sent(&it, 1);
        input["snapshot"]["audio"][field] = value;
        assert_eq!(named(house.event(&ada, "call:stats", input).await), "invalid", "{what}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM call_stats").await, 0);
}
