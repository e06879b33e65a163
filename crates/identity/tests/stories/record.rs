//! Administrators read what is on record, and recount it; that they did is on record, too.

use carillon_audit::Sequencer;
use carillon_core::{Kind, Principal};
use carillon_gate::Way;
use serde_json::{Value, json};

use crate::house::{Came, House, named, nobody, stories, text};

stories! {
    an_administrator_reads_who_did_what,
    whoever_reads_the_record_is_on_it,
    nobody_else_reads_or_recounts_it,
    a_recount_says_whether_the_record_is_whole,
}

const AUDIT: Way = Way::Get("/api/v1/admin/audit");
const CHECK: Way = Way::Post("/api/v1/admin/audit/check");

async fn events(house: &House, who: &Came, input: Value) -> Vec<Value> {
    house.ask(&who.who, AUDIT, input).await.unwrap()["events"].as_array().unwrap().clone()
}

async fn an_administrator_reads_who_did_what(house: House) {
    let ada = house.member("ada").await;
    let admin = house.admin().await;
    house.sign_in("ada", "a wrong one").await.map(drop).unwrap_err();
    house.ask(&ada.who, Way::Post("/api/v1/me"), json!({ "name": "Ada Lovelace" })).await.unwrap();
    house.ask(&ada.who, Way::Get("/api/v1/invitations"), json!({})).await.unwrap_err();
    let hers = house.until(async || {
        let hers = events(&house, &admin, json!({ "who": ada.person })).await;
        (hers.len() == 2).then_some(hers)
    });
    let hers = hers.await;
    let by: Vec<&Value> = hers.iter().map(|event| &event["action"]).collect();
    assert!(by.contains(&&json!("invitation.list")) && by.contains(&&json!("account.update")), "{by:?}");
    let update = hers.iter().find(|event| event["action"] == "account.update").unwrap();
    assert_eq!(update["who"], json!({ "kind": "account", "id": ada.person, "name": "Ada Lovelace" }));
    assert_eq!((&update["outcome"], &update["reasons"], &update["at"]), (&json!("done"), &json!(["own"]), &json!(house.gate.now())));

    let one = |events: Vec<Value>| {
        assert_eq!(events.len(), 1, "{events:?}");
        events[0].clone()
    };
    let failed = one(events(&house, &admin, json!({ "outcome": "failed" })).await);
    assert_eq!((&failed["action"], &failed["who"]["kind"]), (&json!("session.signIn"), &json!("anonymous")));
    assert_eq!((&failed["who"]["source"], failed["who"].get("id")), (&json!("192.0.2.0/24"), None));
    let refused = one(events(&house, &admin, json!({ "outcome": "refused", "action": "" })).await);
    assert_eq!((&refused["action"], &refused["who"]["name"]), (&json!("invitation.list"), &json!("Ada Lovelace")));
    let by_subject = events(&house, &admin, json!({ "subject": update["subject"], "action": "account.update" })).await;
    assert_eq!(one(by_subject)["seq"], update["seq"]);
    let later = house.gate.now().0 + 1;
    assert_eq!(events(&house, &admin, json!({ "from": later })).await, [json!(null); 0]);

    // Page by page, what is read meanwhile comes before.
    let first = events(&house, &admin, json!({ "limit": 2 })).await;
    let next = events(&house, &admin, json!({ "limit": 2, "before": first[1]["seq"] })).await;
    let seqs: Vec<i64> = first.iter().chain(&next).map(|event| event["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|one, other| one > other), "{seqs:?}");
    for wrong in [
        json!({ "limit": 0 }),
        json!({ "limit": 101 }),
        json!({ "before": -1 }),
        json!({ "outcome": "maybe" }),
        json!({ "action": "a'b" }),
        json!({ "subject": "room:%" }),
        json!({ "who": "ada" }),
    ] {
        assert_eq!(named(house.ask(&admin.who, AUDIT, wrong.clone()).await), "invalid", "{wrong}");
    }
}

async fn whoever_reads_the_record_is_on_it(house: House) {
    let (ada, admin) = (house.member("ada").await, house.admin().await);
    events(&house, &admin, json!({ "limit": 1 })).await;
    events(&house, &admin, json!({ "who": ada.person })).await;
    events(&house, &admin, json!({ "subject": "room:1" })).await;
    let read = house.events("audit.list").await;
    let subjects: Vec<String> = read.iter().map(|event| text(event, "/subject")).collect();
    assert_eq!(subjects, ["audit".to_owned(), format!("person:{}", ada.person), "room:1".to_owned()]);
    assert!(read.iter().all(|event| event["actor"]["id"] == json!(admin.person) && event["outcome"] == "done"));
}

async fn nobody_else_reads_or_recounts_it(house: House) {
    let ada = house.member("ada").await;
    let guest =
        Principal::Guest { id: ada.person, room: carillon_core::Id::new(ada.person.uuid()), session: ada.session, device: ada.device };
    for who in [&ada.who, &guest, &nobody(), &Principal::system("cli")] {
        for way in [AUDIT, CHECK] {
            let kind = house.ask(who, way, json!({})).await.unwrap_err().kind;
            assert!(matches!(kind, Kind::Refused | Kind::Unauthenticated), "{who:?}");
        }
    }
    let of_her = |events: Vec<Value>| {
        let mut hers = events.into_iter().filter(|event| event["actor"]["id"] == json!(ada.person) && event["outcome"] == "refused");
        hers.next()
    };
    for action in ["audit.list", "audit.check"] {
        house.until(async || of_her(house.events(action).await)).await;
    }
}

async fn a_recount_says_whether_the_record_is_whole(house: House) {
    let admin = house.admin().await;
    let check = async || house.ask(&admin.who, CHECK, json!({})).await.unwrap();
    let before = check().await;
    assert_eq!((&before["whole"], &before["head"], &before["chained"]), (&json!(true), &json!(null), &json!(0)));
    assert_eq!((before["events"] == before["tail"], before.get("trouble")), (true, None));
    let chain = async || {
        let sequencer = Sequencer::new(house.database.clone());
        // On PostgreSQL a transaction of another story may hold it up.
        house.until(async || (sequencer.advance(house.gate.now()).await.unwrap() > 0).then_some(())).await;
        sequencer.catch_up(house.gate.now()).await.unwrap();
    };
    chain().await;
    let after = check().await;
    assert_eq!((&after["whole"], after["head"].as_str().unwrap().len()), (&json!(true), 64));
    assert!(after["chained"].as_u64().unwrap() > 0, "{after}");
    let on_record = house.events("audit.check").await;
    assert_eq!((&on_record[1]["what"]["head"], &on_record[1]["what"]["whole"]), (&after["head"], &json!(true)));

    house.tamper().await;
    let broken = check().await;
    assert_eq!(broken["whole"], json!(false));
    assert!(text(&broken, "/trouble").contains(" holds 0 events, and says "), "{broken}");
}
