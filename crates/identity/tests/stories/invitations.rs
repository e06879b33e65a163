//! How one becomes an account.

use std::{collections::HashSet, time::Duration};

use carillon_gate::Way;
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, PASSWORD, named, nobody, stories, text};

stories! {
    an_invitation_is_good_once,
    an_invitation_lasts_a_week,
    a_login_is_one_persons,
    eight_at_once_make_one_invitation,
    eight_at_once_accept_one_invitation,
    only_an_admin_invites,
    what_does_not_fit_is_refused_at_the_edge,
}

const INVITE: Way = Way::Post("/api/v1/invitations");
const ACCEPT: Way = Way::Post("/api/v1/invitations/accept");

async fn an_invitation_is_good_once(house: House) {
    let admin = house.admin().await;
    let token = house.invite(&admin).await;
    let ada = house.accept(&token, "ada").await.unwrap();
    assert_eq!(house.sign_in("ada", PASSWORD).await.unwrap().person, ada.person);
    assert_eq!(named(house.accept(&token, "ben").await), "invitation-used");
    let outcomes: Vec<_> = house.events("invitation.accept").await.iter().map(|event| text(event, "/outcome")).collect();
    assert_eq!(outcomes, ["done", "failed"]);
}

async fn an_invitation_lasts_a_week(house: House) {
    let admin = house.admin().await;
    let token = house.invite(&admin).await;
    house.pass(Duration::from_secs(7 * 86_400 - 1));
    let other = house.invite(&admin).await;
    house.pass(Duration::from_secs(1));
    assert_eq!(named(house.accept(&token, "ada").await), "invitation-expired");
    house.accept(&other, "ada").await.unwrap();
    let mut wrong = token.into_bytes();
    wrong[40] = if wrong[40] == b'A' { b'B' } else { b'A' };
    assert_eq!(named(house.accept(&String::from_utf8(wrong).unwrap(), "ben").await), "invitation-unknown");
}

async fn a_login_is_one_persons(house: House) {
    let admin = house.admin().await;
    let (one, two) = (house.invite(&admin).await, house.invite(&admin).await);
    let both = join_all([house.accept(&one, "ada"), house.accept(&two, "Ada")]).await;
    assert_eq!(both.iter().filter(|came| came.is_ok()).count(), 1);
    let second = both.into_iter().find(Result::is_err).unwrap();
    assert_eq!(named(second), "login-taken");
    // Whoever came second may still choose another.
    let left = join_all([house.accept(&one, "ben"), house.accept(&two, "ben")]).await;
    assert_eq!(left.iter().filter(|came| came.is_ok()).count(), 1);
}

async fn eight_at_once_make_one_invitation(house: House) {
    let admin = house.admin().await;
    let input = json!({ "requestId": Uuid::now_v7(), "role": "admin", "note": "for Grace" });
    let answers = join_all((0..8).map(|_| house.ask(&admin.who, INVITE, input.clone()))).await;
    let answers: HashSet<String> = answers.into_iter().map(|answer| answer.unwrap().to_string()).collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(house.events("invitation.create").await.len(), 1);
    let answer: Value = serde_json::from_str(answers.iter().next().unwrap()).unwrap();
    house.accept(&text(&answer, "/token"), "grace").await.unwrap();
    assert_eq!(named(house.ask(&admin.who, INVITE, input).await), "invitation-used");
}

async fn eight_at_once_accept_one_invitation(house: House) {
    let admin = house.admin().await;
    let token = house.invite(&admin).await;
    let logins: Vec<String> = (0..8).map(|n| format!("ada{n}")).collect();
    let came = join_all(logins.iter().map(|login| house.accept(&token, login))).await;
    assert_eq!(came.iter().filter(|came| came.is_ok()).count(), 1);
    let accounts = house.ask(&admin.who, Way::Get("/api/v1/accounts"), json!({})).await.unwrap();
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 2, "{accounts}");
}

async fn only_an_admin_invites(house: House) {
    let ada = house.member("ada").await;
    let input = json!({ "requestId": Uuid::now_v7(), "role": "admin" });
    assert_eq!(named(house.ask(&ada.who, INVITE, input.clone()).await), "refused");
    assert_eq!(named(house.ask(&nobody(), INVITE, input).await), "unauthenticated");
}

async fn what_does_not_fit_is_refused_at_the_edge(house: House) {
    let admin = house.admin().await;
    let token = house.invite(&admin).await;
    let good = json!({ "token": token, "login": "ada", "name": "Ada", "password": PASSWORD });
    for (field, value) in [
        ("login", json!("a")),
        ("login", json!("ада")),
        ("login", json!("ada lovelace")),
        ("name", json!("")),
        ("name", json!("A\u{0}da")),
        ("name", json!("\u{200b}")),
        ("name", json!("Admin\u{202e}")),
        ("name", json!("x".repeat(81))),
        ("password", json!("short")),
        ("password", json!("x".repeat(257))),
        ("password", json!(12_345_678)),
        ("token", json!("x".repeat(64))),
        ("device", json!({ "name": "\u{1b}[2J" })),
        ("hash", json!("$argon2id$")),
        ("role", json!("admin")),
    ] {
        let mut input = good.clone();
        input[field] = value;
        let why = house.ask(&nobody(), ACCEPT, input.clone()).await;
        assert!(["invalid", "invitation-unknown"].contains(&named(why)), "{input}");
    }
    house.ask(&nobody(), ACCEPT, good).await.unwrap();
}
