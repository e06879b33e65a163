//! The first account, and signing in.

use std::time::Duration;

use argon2::{Argon2, Params, PasswordHasher};
use carillon_core::{Kind, Principal};
use carillon_gate::Way;
use carillon_identity::verbs::CreateAdminLink;
use serde_json::json;

use crate::house::{House, PASSWORD, named, nobody, stories, text};

stories! {
    the_first_link_makes_an_admin_and_is_good_once,
    an_old_link_is_of_no_use,
    a_settled_server_prints_no_link,
    right_wrong_and_unknown,
    guessing_is_slowed_down,
    only_what_fails_counts,
    a_stranger_shuts_nobody_out,
    a_closed_account_stays_outside,
    an_older_hash_is_replaced,
    signing_in_again_ends_the_session_before,
}

async fn the_first_link_makes_an_admin_and_is_good_once(house: House) {
    let link = house.admin_link().await;
    let admin = house.by_link(&link.token).await.unwrap();
    assert!(matches!(admin.who, Principal::Account { role: carillon_core::Role::Admin, .. }));
    let me = house.ask(&admin.who, Way::Get("/api/v1/session"), json!({})).await.unwrap();
    assert_eq!((text(&me, "/principal/login").as_str(), text(&me, "/principal/role").as_str()), ("admin", "admin"));
    assert_eq!(named(house.by_link(&link.token).await), "link-used");
    let events = house.events("session.signInByLink").await;
    let outcomes: Vec<_> = events.iter().map(|event| text(event, "/outcome")).collect();
    assert_eq!(outcomes, ["done", "failed"]);

    // The next link is for the same account.
    let again = house.admin().await;
    assert_eq!(again.person, admin.person);
    assert_eq!(house.events("adminLink.create").await.len(), 2);
}

async fn an_old_link_is_of_no_use(house: House) {
    let link = house.admin_link().await;
    house.pass(Duration::from_mins(15));
    assert_eq!(named(house.by_link(&link.token).await), "link-expired");
    let other = house.admin_link().await;
    let mut guess = other.token.into_bytes();
    let last = guess.len() - 1;
    guess[last] = if guess[last] == b'A' { b'B' } else { b'A' };
    assert_eq!(named(house.by_link(&String::from_utf8(guess).unwrap()).await), "link-unknown");
    assert_eq!(named(house.by_link("short").await), "invalid");
    for who in [nobody(), house.admin().await.who] {
        house.gate.act(&who, CreateAdminLink::default()).await.expect_err("only the server itself makes links");
    }
}

async fn a_settled_server_prints_no_link(house: House) {
    let start = Principal::system("start");
    let unless_settled = CreateAdminLink { unless_settled: true };
    let made = house.gate.act(&start, unless_settled).await.unwrap().expect("nobody has a password");
    let admin = house.by_link(&made.token).await.unwrap();
    assert!(house.gate.act(&start, unless_settled).await.unwrap().is_some());
    house.ask(&admin.who, Way::Post("/api/v1/me/password"), json!({ "new": PASSWORD })).await.unwrap();
    assert!(house.gate.act(&start, unless_settled).await.unwrap().is_none());
    assert_eq!(house.sign_in("admin", PASSWORD).await.unwrap().person, admin.person);
}

async fn right_wrong_and_unknown(house: House) {
    let ada = house.member("ada").await;
    let again = house.sign_in(" ADA ", PASSWORD).await.unwrap();
    assert_eq!(again.person, ada.person);
    assert_ne!((again.session, again.device), (ada.session, ada.device));

    let wrong = house.sign_in("ada", "bad words").await.map(drop).unwrap_err();
    let unknown = house.sign_in("eve", PASSWORD).await.map(drop).unwrap_err();
    assert_eq!((wrong.kind, wrong.name), (Kind::Unauthenticated, Some("sign-in-failed")));
    assert_eq!((wrong.to_string(), wrong.kind), (unknown.to_string(), unknown.kind), "they tell nothing of whether there is one");

    let events = house.events("session.signIn").await;
    let kept: Vec<_> = events.iter().map(|event| (text(event, "/outcome"), text(event, "/subject"))).collect();
    assert!(kept.contains(&("failed".into(), format!("account:{}", ada.person))), "{kept:?}");
    assert!(kept.contains(&("failed".into(), "account:unknown".into())), "{kept:?}");
    let all = serde_json::to_string(&events).unwrap();
    assert!(!all.contains("words") && !all.contains("eve") && !all.contains(&again.cookie), "no secret, no name: {all}");
    assert!(all.contains("192.0.2.0/24"), "where it came from: {all}");
}

async fn guessing_is_slowed_down(house: House) {
    for _ in 0..5 {
        assert_eq!(named(house.sign_in("ghost", "guess").await), "sign-in-failed");
    }
    let slowed = house.sign_in("ghost", "guess").await.map(drop).unwrap_err();
    assert_eq!((slowed.kind, slowed.retry_after.is_some()), (Kind::Flooding, true));
    assert_eq!(named(house.sign_in("another", "guess").await), "sign-in-failed", "each login has its own count");
}

async fn only_what_fails_counts(house: House) {
    house.member("ada").await;
    for _ in 0..12 {
        house.sign_in("ada", PASSWORD).await.expect("however often she comes");
    }
}

async fn a_stranger_shuts_nobody_out(house: House) {
    let ada = house.member("ada").await;
    // From one address to the end of its count, then from others to the end of what all strangers have together.
    let mut tried = 0;
    for address in [1, 1, 1, 1, 1, 1, 2, 3, 4, 5] {
        match house.sign_in_from(address, "ada", "guess", None).await.map(drop).unwrap_err().kind {
            Kind::Unauthenticated => tried += 1,
            kind => assert_eq!(kind, Kind::Flooding),
        }
    }
    assert_eq!(tried, 8);
    assert_eq!(named(house.sign_in_from(6, "ada", PASSWORD, None).await), "flooding", "a stranger to the server, wherever they are");
    let made_up = Some(carillon_core::Id::new(uuid::Uuid::now_v7()));
    assert_eq!(named(house.sign_in_from(6, "ada", PASSWORD, made_up).await), "flooding", "as is whoever makes a device up");
    for address in [1, 6] {
        let again = house.sign_in_from(address, "ada", PASSWORD, Some(ada.device)).await.expect("on a device that the account knows");
        assert_eq!((again.person, again.device), (ada.person, ada.device));
    }
    // There one guesses no faster.
    for _ in 0..5 {
        assert_eq!(named(house.sign_in_from(7, "ada", "guess", Some(ada.device)).await), "sign-in-failed");
    }
    assert_eq!(named(house.sign_in_from(7, "ada", PASSWORD, Some(ada.device)).await), "flooding");
}

async fn a_closed_account_stays_outside(house: House) {
    let ada = house.member("ada").await;
    house.write("UPDATE people SET disabled_at = 1 WHERE login = $1", &["ada"]).await;
    assert_eq!(named(house.sign_in("ada", PASSWORD).await), "account-closed");
    assert_eq!(named(house.sign_in("ada", "bad words").await), "sign-in-failed", "only its owner hears that it is closed");
    assert_eq!(named(house.refresh(&ada.refresh).await), "account-closed");
    house.pass(Duration::from_mins(1)); // what is remembered of her session
    let known = house.authenticator.by_cookie(&ada.cookie).await.unwrap_err();
    assert_eq!((known.kind, known.name), (Kind::Unauthenticated, Some("account-closed")));
}

async fn an_older_hash_is_replaced(house: House) {
    house.member("ada").await;
    let params = Params::new(8 * 1024, 1, 1, None).unwrap();
    let older = Argon2::from(params).hash_password_with_salt(PASSWORD.as_bytes(), b"sixteen bytes...").unwrap().to_string();
    house.write("UPDATE people SET password = $1 WHERE login = 'ada'", &[&older]).await;
    house.sign_in("ada", PASSWORD).await.unwrap();
    let kept = house.column("SELECT password FROM people WHERE login = $1", "ada").await;
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    house.sign_in("ada", PASSWORD).await.unwrap();
}

async fn signing_in_again_ends_the_session_before(house: House) {
    let ada = house.member("ada").await;
    let mut end = house.end_of(ada.session);
    let input = json!({ "login": "ada", "password": PASSWORD, "device": { "id": ada.device } });
    let answer = house.ask(&ada.who, Way::Post("/api/v1/session"), input).await.unwrap();
    assert_eq!(text(&answer, "/session/device/id"), ada.device.to_string());
    end.changed().await.unwrap();
    assert_eq!(named(house.authenticator.by_cookie(&ada.cookie).await), "signed-out");
}
