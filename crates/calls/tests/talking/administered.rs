//! What administrators see of calls and rooms, and nobody else.

use carillon_core::{Principal, Role};
use serde_json::{Value, json};

use crate::{
    SECOND, call,
    house::{Came, House, named, stories},
    join, leave, start, talking,
};

stories! {
    an_administrator_sees_all_calls_and_rooms,
    an_administrator_sees_how_a_call_went,
    nobody_else_does_and_that_they_tried_is_on_record,
}

const CALLS: &str = "/api/v1/admin/calls";
const CALL: &str = "/api/v1/admin/calls/{call}";
const ROOMS: &str = "/api/v1/admin/rooms";

async fn admin(house: &House) -> Came {
    let mut came = house.account("root").await;
    let Principal::Account { role, .. } = &mut came.who else { panic!("an account") };
    *role = Role::Admin;
    came
}

async fn an_administrator_sees_all_calls_and_rooms(house: House) {
    let chief = admin(&house).await;
    let (ada, ben, first) = talking(&house).await;
    let room = house.room(&[&ada, &ben]).await;
    house.pass(SECOND).await;
    let second = start(&house, &ben, &room).await.unwrap()["call"]["id"].clone();
    let listed = async |input: Value| house.get(&chief, CALLS, input).await.unwrap()["calls"].as_array().unwrap().clone();
    let all = listed(json!({})).await;
    assert_eq!((&all[0]["id"], &all[1]["id"], all.len()), (&second, &first, 2));
    let pair = all[1]["roomName"].as_str().unwrap();
    assert!(["ada, ben", "ben, ada"].contains(&pair), "{pair}");
    assert_eq!((&all[0]["roomName"], &all[0]["participants"][0]["name"]), (&json!("Standup"), &json!("ben")));
    assert_eq!(listed(json!({ "room": room })).await, all[..1]);
    assert_eq!(listed(json!({ "after": second })).await, all[1..]);
    assert_eq!(listed(json!({ "after": second, "room": room })).await, [json!(null); 0]);
    assert_eq!(listed(json!({ "limit": 1 })).await, all[..1]);

    let rooms = house.get(&chief, ROOMS, json!({})).await.unwrap()["rooms"].clone();
    let (now, begun) = (house.gate.now(), house.gate.now().minus(SECOND));
    assert_eq!(
        rooms,
        json!([
            { "id": room, "name": "Standup", "direct": false, "members": 2, "createdAt": begun, "lastAt": now, "events": 4 },
            { "id": all[1]["room"], "name": pair, "direct": true, "members": 2, "createdAt": begun, "lastAt": begun, "events": rooms[1]["events"] },
        ])
    );
    let page = house.get(&chief, ROOMS, json!({ "limit": 1, "after": room })).await.unwrap();
    assert_eq!(page["rooms"], json!([rooms[1]]));
    assert_eq!(named(house.get(&chief, ROOMS, json!({ "limit": 101 })).await), "invalid");
}

async fn an_administrator_sees_how_a_call_went(house: House) {
    let chief = admin(&house).await;
    let (ada, ben, it) = talking(&house).await;
    let flow = |bytes: i64| {
        json!({ "codec": "audio/opus", "bytesSent": bytes, "bytesReceived": 0, "packetsSent": 1, "packetsReceived": 1, "packetsLost": 0,
                "jitter": 0.004 })
    };
    for (minute, who) in [(0, &ada), (1, &ben), (1, &ada), (2, &ada)] {
        house.pass(minute * 60 * SECOND).await;
        let snapshot = json!({ "at": 7, "rtt": 0.03, "audio": flow(10) });
        house.event(who, "call:stats", json!({ "call": it, "snapshot": snapshot })).await.unwrap();
    }
    join(&house, &ben, &it).await.unwrap();
    house.event(&ben, "call:stats", json!({ "call": it, "snapshot": { "at": 9, "audio": flow(1) } })).await.unwrap();
    leave(&house, &ben, &it, "hangup").await;
    let rating = json!({ "call": it, "rating": 2, "problems": ["frozen", "noSound"], "words": "three times" });
    house.post(&ada, "/api/v1/calls/{call}/rating", rating).await.unwrap();

    let seen = house.get(&chief, CALL, json!({ "call": it })).await.unwrap();
    assert_eq!((&seen["call"]["id"], &seen["call"]["endReason"]), (&it, &json!("hangup")));
    let legs = seen["legs"].as_array().unwrap();
    let line = |leg: &Value| (leg["name"].clone(), leg["leg"].clone(), leg["snapshots"].as_array().unwrap().len());
    assert_eq!(
        legs.iter().map(line).collect::<Vec<_>>(),
        [(json!("ada"), json!(1), 3), (json!("ben"), json!(1), 1), (json!("ben"), json!(2), 1)],
        "the last of each minute, and a new leg by itself"
    );
    let times: Vec<i64> = legs[0]["snapshots"].as_array().unwrap().iter().map(|one| one["at"].as_i64().unwrap()).collect();
    let now = house.gate.now();
    assert_eq!(times, [now.minus(240 * SECOND).0, now.minus(120 * SECOND).0, now.0], "by the clock of the server");
    assert_eq!((&legs[0]["snapshots"][2]["audio"]["bytesSent"], &legs[0]["snapshots"][0]["rtt"]), (&json!(10), &json!(0.03)));
    let rating =
        json!({ "person": ada.person, "name": "ada", "rating": 2, "problems": ["noSound", "frozen"], "words": "three times", "at": now });
    assert_eq!(seen["ratings"], json!([rating]));
    let looks = house.recorded("call.inspect").await;
    let look = (&looks[0]["actor"]["id"], &looks[0]["subject"], &looks[0]["outcome"]);
    assert_eq!(
        look,
        (&json!(chief.person), &json!(format!("call:{}", it.as_str().unwrap())), &json!("done")),
        "that they looked is on record"
    );
    assert_eq!(named(house.get(&chief, CALL, json!({ "call": uuid::Uuid::now_v7() })).await), "missing");
}

async fn nobody_else_does_and_that_they_tried_is_on_record(house: House) {
    let (ada, ben) = (house.account("ada").await, house.account("ben").await);
    let begun = call(&house, &ada, &ben).await.unwrap()["call"].clone();
    let guest = {
        let mut came = house.account("grace").await;
        let (Some(session), Some(device)) = (came.who.session(), came.who.device()) else { panic!("signed in") };
        came.who = Principal::Guest { id: came.person, room: crate::id(&begun["room"]), session, device };
        came
    };
    for who in [&ada, &guest] {
        for (path, input) in [(ROOMS, json!({})), (CALLS, json!({ "room": begun["room"] })), (CALL, json!({ "call": begun["id"] }))] {
            assert_eq!(named(house.get(who, path, input).await), "refused", "{path}");
        }
        let absent = house.get(who, CALL, json!({ "call": uuid::Uuid::now_v7() })).await;
        assert_eq!(named(absent), "refused", "whether there is such a call is not told either");
    }
    house.gate.flush_refusals().await;
    let all = ["call.inspect", "room.listAll", "call.listAll"].map(|action| (action, if action == "call.inspect" { 4 } else { 2 }));
    // Refusals are written down beside the answer.
    let since = std::time::Instant::now();
    for (action, number) in all {
        while house.recorded(action).await.len() < number {
            assert!(since.elapsed() < 20 * SECOND, "{action} is not on record");
            tokio::task::yield_now().await;
        }
    }
    let refused: Vec<Value> = house.recorded("call.inspect").await;
    let firsts = refused.iter().filter(|event| event["reasons"] == json!(["noRule"]));
    let subjects: Vec<&Value> = firsts.map(|event| &event["subject"]).collect();
    assert_eq!(subjects, [&json!(format!("room:{}", begun["room"].as_str().unwrap())); 2]);
    assert!(refused.iter().all(|event| event["outcome"] == "refused"), "{refused:?}");
}
