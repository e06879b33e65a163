//! What people are called, and how they are found.

use carillon_gate::Way;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, PASSWORD, named, nobody, stories, text};

stories! {
    one_changes_ones_own_name,
    two_changes_at_once_both_count,
    accounts_are_found_by_a_part_and_in_pages,
}

const LIST: Way = Way::Get("/api/v1/accounts");

async fn one_changes_ones_own_name(house: House) {
    let admin = house.admin().await;
    let me = Way::Post("/api/v1/me");
    let changed = house.ask(&admin.who, me, json!({ "name": " Zoé  ", "language": "fr" })).await.unwrap();
    assert_eq!((text(&changed, "/name").as_str(), text(&changed, "/language").as_str()), ("Zoé", "fr"));
    let changed = house.ask(&admin.who, me, json!({ "language": "en" })).await.unwrap();
    assert_eq!((text(&changed, "/name").as_str(), text(&changed, "/language").as_str()), ("Zoé", "en"));
    house.ask(&admin.who, me, json!({ "name": "Zoé" })).await.unwrap();
    assert_eq!(house.events("account.update").await.len(), 2, "the same again is no change");
    assert!(!serde_json::to_string(&house.events("account.update").await).unwrap().contains("Zo"));
    for wrong in [json!({ "name": "" }), json!({ "language": "de" }), json!({ "role": "admin" })] {
        assert_eq!(named(house.ask(&admin.who, me, wrong).await), "invalid");
    }
    assert_eq!(named(house.ask(&nobody(), me, json!({ "name": "Eve" })).await), "unauthenticated");
}

async fn two_changes_at_once_both_count(house: House) {
    let admin = house.admin().await;
    let me = Way::Post("/api/v1/me");
    for round in 0..20 {
        let (name, language) = (format!("Admin {round}"), if round % 2 == 0 { "fr" } else { "en" });
        let (one, two) = futures::future::join(
            house.ask(&admin.who, me, json!({ "name": name })),
            house.ask(&admin.who, me, json!({ "language": language })),
        )
        .await;
        one.and(two).unwrap();
        let now = house.ask(&admin.who, Way::Get("/api/v1/session"), json!({})).await.unwrap();
        assert_eq!((text(&now, "/principal/name"), text(&now, "/principal/language")), (name, language.into()));
    }
}

async fn accounts_are_found_by_a_part_and_in_pages(house: House) {
    let admin = house.admin().await;
    house.ask(&admin.who, Way::Post("/api/v1/me"), json!({ "language": "fr" })).await.unwrap();
    for (login, name) in [("ada", "Ada Élan"), ("ben", "Ben 50%"), ("closed", "Ada closed")] {
        let token = house.invite(&admin).await;
        let input = json!({ "token": token, "login": login, "name": name, "password": PASSWORD });
        house.ask(&nobody(), Way::Post("/api/v1/invitations/accept"), input).await.unwrap();
    }
    house.write("UPDATE people SET disabled_at = 1 WHERE login = $1", &["closed"]).await;
    let logins = |answer: &Value| answer["accounts"].as_array().unwrap().iter().map(|one| text(one, "/login")).collect::<Vec<_>>();
    for (query, found) in [
        ("ÉLAN", vec!["ada"]),
        ("be", vec!["ben"]),
        ("%", vec!["ben"]),
        ("_", vec![]),
        ("a", vec!["admin", "ada"]),
        ("", vec!["admin", "ada", "ben"]),
    ] {
        let answer = house.ask(&admin.who, LIST, json!({ "query": query })).await.unwrap();
        assert_eq!(logins(&answer), found, "{query}: {answer}");
        assert!(!answer.to_string().contains("language"), "that is for oneself");
    }
    let first = house.ask(&admin.who, LIST, json!({ "limit": 2 })).await.unwrap();
    assert_eq!(logins(&first), ["admin", "ada"]);
    let next = house.ask(&admin.who, LIST, json!({ "limit": 2, "after": text(&first, "/next") })).await.unwrap();
    assert_eq!((logins(&next), next.get("next")), (vec!["ben".to_owned()], None));
    for wrong in [json!({ "limit": 0 }), json!({ "limit": 101 }), json!({ "query": "x".repeat(81) }), json!({ "after": "x" })] {
        assert_eq!(named(house.ask(&admin.who, LIST, wrong).await), "invalid");
    }
    let guest = carillon_core::Principal::Guest {
        id: carillon_core::Id::new(Uuid::now_v7()),
        room: carillon_core::Id::new(Uuid::now_v7()),
        session: admin.session,
        device: admin.device,
    };
    assert_eq!(named(house.ask(&guest, LIST, json!({})).await), "refused");
}
