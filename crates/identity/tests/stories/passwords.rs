//! Choosing a password, and another one.

use carillon_gate::Way;
use serde_json::json;

use crate::house::{House, PASSWORD, named, nobody, stories, text};

stories! {
    changing_it_ends_the_others,
    the_first_one_needs_no_old_one,
    two_changes_at_once_are_one,
}

const CHANGE: Way = Way::Post("/api/v1/me/password");

async fn changing_it_ends_the_others(house: House) {
    let ada = house.member("ada").await;
    let phone = house.sign_in("ada", PASSWORD).await.unwrap();
    let better = "some better words";
    assert_eq!(named(house.ask(&ada.who, CHANGE, json!({ "new": better, "old": "bad words" })).await), "wrong-password");
    assert_eq!(named(house.ask(&ada.who, CHANGE, json!({ "new": better })).await), "wrong-password");
    assert_eq!(named(house.ask(&nobody(), CHANGE, json!({ "new": better })).await), "unauthenticated");
    house.authenticator.by_cookie(&phone.cookie).await.unwrap();

    let mut end = house.end_of(phone.session);
    house.ask(&ada.who, CHANGE, json!({ "new": better, "old": PASSWORD })).await.unwrap();
    end.changed().await.unwrap();
    assert_eq!(named(house.authenticator.by_cookie(&phone.cookie).await), "password-changed");
    assert_eq!(named(house.refresh(&phone.refresh).await), "password-changed");
    house.authenticator.by_cookie(&ada.cookie).await.unwrap();
    assert_eq!(named(house.sign_in("ada", PASSWORD).await), "sign-in-failed");
    house.sign_in("ada", better).await.unwrap();
    let outcomes: Vec<_> = house.events("password.change").await.iter().map(|event| text(event, "/outcome")).collect();
    assert_eq!(outcomes[..2], ["failed", "failed"]);
    assert!(outcomes.contains(&"done".into()));
}

async fn the_first_one_needs_no_old_one(house: House) {
    let admin = house.admin().await;
    house.ask(&admin.who, CHANGE, json!({ "new": PASSWORD })).await.unwrap();
    assert_eq!(named(house.ask(&admin.who, CHANGE, json!({ "new": "others" })).await), "invalid");
    assert_eq!(named(house.ask(&admin.who, CHANGE, json!({ "new": "other words" })).await), "wrong-password");
    house.sign_in("admin", PASSWORD).await.unwrap();
}

async fn two_changes_at_once_are_one(house: House) {
    let admin = house.admin().await;
    let (one, two) = tokio::join!(
        house.ask(&admin.who, CHANGE, json!({ "new": "these words" })),
        house.ask(&admin.who, CHANGE, json!({ "new": "those words" })),
    );
    assert_eq!([&one, &two].iter().filter(|done| done.is_ok()).count(), 1, "{one:?} {two:?}");
    let right = if one.is_ok() { "these words" } else { "those words" };
    house.sign_in("admin", right).await.unwrap();
}
