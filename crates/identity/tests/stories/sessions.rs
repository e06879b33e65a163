//! How sessions are seen, and how they end.

use std::time::Duration;

use carillon_core::Kind;
use carillon_gate::Way;
use futures::future::join_all;
use serde_json::json;

use crate::house::{House, PASSWORD, named, nobody, stories, text};

stories! {
    signing_out_is_heard_at_once,
    signing_out_everywhere,
    one_ends_ones_own_sessions_only,
    a_session_ends_when_nobody_uses_it,
    a_session_ends_after_a_month_of_use,
    use_is_noted_now_and_then,
    too_many_sessions_crowd_out_the_longest_unused,
    eight_at_once_use_one_link,
    a_wrong_cookie_is_nobodys,
}

const DAY: Duration = Duration::from_hours(24);
const MINE: Way = Way::Delete("/api/v1/session");
const ALL: Way = Way::Delete("/api/v1/sessions");
const ONE: Way = Way::Delete("/api/v1/sessions/{session}");

async fn signing_out_is_heard_at_once(house: House) {
    let admin = house.admin().await;
    let mut end = house.end_of(admin.session);
    assert_eq!(house.authenticator.by_token(&admin.access).await.unwrap(), admin.who);
    house.ask(&admin.who, MINE, json!({})).await.unwrap();
    end.changed().await.unwrap();
    for known in [house.authenticator.by_cookie(&admin.cookie).await, house.authenticator.by_token(&admin.access).await] {
        let problem = known.unwrap_err();
        assert_eq!((problem.kind, problem.name), (Kind::Unauthenticated, Some("signed-out")));
    }
    assert_eq!(named(house.authenticator.stands(&admin.who).await), "signed-out");
    assert_eq!(named(house.refresh(&admin.refresh).await), "signed-out");
    // Whoever is still on their way finds it done.
    house.ask(&admin.who, MINE, json!({})).await.unwrap();
    assert_eq!(house.events("session.end").await.len(), 1);
}

async fn signing_out_everywhere(house: House) {
    let (one, two) = (house.admin().await, house.admin().await);
    let (mut first, mut second) = (house.end_of(one.session), house.end_of(two.session));
    let answer = house.ask(&one.who, ALL, json!({})).await.unwrap();
    assert_eq!(answer, json!({ "ended": 2 }));
    first.changed().await.unwrap();
    second.changed().await.unwrap();
    for came in [&one, &two] {
        assert_eq!(named(house.authenticator.by_cookie(&came.cookie).await), "signed-out");
        assert_eq!(named(house.refresh(&came.refresh).await), "signed-out");
    }
}

async fn one_ends_ones_own_sessions_only(house: House) {
    let ada = house.member("ada").await;
    let phone = house.sign_in("ada", PASSWORD).await.unwrap();
    let sessions = house.ask(&ada.who, Way::Get("/api/v1/sessions"), json!({})).await.unwrap();
    let listed: Vec<_> = sessions["sessions"].as_array().unwrap().iter().map(|one| (text(one, "/id"), one["current"] == true)).collect();
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&(ada.session.to_string(), true)) && listed.contains(&(phone.session.to_string(), false)), "{sessions}");
    assert!(sessions.to_string().contains("a browser"));

    let admin = house.admin().await;
    assert_eq!(named(house.ask(&admin.who, ONE, json!({ "session": ada.session })).await), "refused");
    assert_eq!(named(house.ask(&nobody(), ONE, json!({ "session": ada.session })).await), "unauthenticated");
    assert_eq!(named(house.ask(&ada.who, ONE, json!({ "session": ada.person })).await), "missing");
    let mut end = house.end_of(phone.session);
    house.ask(&ada.who, ONE, json!({ "session": phone.session })).await.unwrap();
    end.changed().await.unwrap();
    assert_eq!(named(house.authenticator.by_cookie(&phone.cookie).await), "signed-out");
    house.authenticator.by_cookie(&ada.cookie).await.unwrap();
}

async fn a_session_ends_when_nobody_uses_it(house: House) {
    let (admin, other) = (house.admin().await, house.admin().await);
    house.pass(Duration::from_secs(7 * 86_400 - 1));
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    house.pass(Duration::from_secs(1));
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    assert_eq!(named(house.authenticator.by_cookie(&other.cookie).await), "session-expired");
    assert_eq!(named(house.refresh(&other.refresh).await), "session-expired");
    let sessions = house.ask(&admin.who, Way::Get("/api/v1/sessions"), json!({})).await.unwrap();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
}

async fn a_session_ends_after_a_month_of_use(house: House) {
    let admin = house.admin().await;
    for _ in 0..29 {
        house.pass(DAY);
        house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    }
    house.pass(Duration::from_secs(86_400 - 1));
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    house.pass(Duration::from_secs(1)); // sooner than what is remembered
    assert_eq!(named(house.authenticator.by_cookie(&admin.cookie).await), "session-expired");
}

async fn use_is_noted_now_and_then(house: House) {
    let admin = house.admin().await;
    let sessions = Way::Get("/api/v1/sessions");
    let came = house.gate.now();
    house.pass(Duration::from_secs(299));
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    let seen = house.ask(&admin.who, sessions, json!({})).await.unwrap();
    assert_eq!(seen.pointer("/sessions/0/seenAt").unwrap(), &json!(came.0));
    house.pass(Duration::from_secs(61));
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    house.authenticator.by_token(&admin.access).await.expect_err("its five minutes are over");
    let seen = house.ask(&admin.who, sessions, json!({})).await.unwrap();
    assert_eq!(seen.pointer("/sessions/0/seenAt").unwrap(), &json!(came.0 + 360_000));
    assert_eq!(house.events("session.noteSeen").await.len(), 1);
}

async fn too_many_sessions_crowd_out_the_longest_unused(house: House) {
    let mut came = Vec::new();
    for _ in 0..64 {
        came.push(house.admin().await);
        house.pass(Duration::from_secs(1));
    }
    let mut end = house.end_of(came[0].session);
    house.admin().await;
    end.changed().await.unwrap();
    assert_eq!(named(house.authenticator.by_cookie(&came[0].cookie).await), "crowded-out");
    house.authenticator.by_cookie(&came[1].cookie).await.unwrap();
}

async fn eight_at_once_use_one_link(house: House) {
    let link = house.admin_link().await;
    let came = join_all((0..8).map(|_| house.by_link(&link.token))).await;
    assert_eq!(came.iter().filter(|came| came.is_ok()).count(), 1);
    assert!(came.into_iter().filter_map(Result::err).all(|problem| problem.name == Some("link-used")));
    assert_eq!(house.events("session.signInByLink").await.len(), 8, "each is on record");
}

async fn a_wrong_cookie_is_nobodys(house: House) {
    let (admin, other) = (house.admin().await, house.admin().await);
    // The id of one session and the secret of another; then what is no cookie at all.
    let mixed = format!("{}{}", &admin.cookie[..24], &other.cookie[24..]);
    for wrong in [mixed.as_str(), "", "x", &admin.access, &admin.refresh, &admin.cookie[1..], &format!("{} ", admin.cookie)] {
        let problem = house.authenticator.by_cookie(wrong).await.unwrap_err();
        assert_eq!((problem.kind, problem.name), (Kind::Unauthenticated, Some("session-unknown")), "{wrong}");
    }
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
}
