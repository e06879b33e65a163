//! Tokens that follow each other, and what becomes of copies.

use std::time::Duration;

use futures::future::join_all;
use uuid::Uuid;

use crate::house::{House, named, stories, text};

stories! {
    each_is_good_once,
    two_tabs_ask_with_the_same_one,
    a_lost_answer_is_given_once_more,
    a_stolen_token_ends_its_session_alone,
    a_token_of_long_ago_is_known_too,
    eight_at_once,
    what_nobody_gave_out_harms_nobody,
}

async fn each_is_good_once(house: House) {
    let admin = house.admin().await;
    let mut refresh = admin.refresh.clone();
    for _ in 0..5 {
        house.pass(Duration::from_secs(290));
        let (access, next) = house.refresh(&refresh).await.unwrap();
        assert_ne!(next, refresh);
        assert_eq!(house.authenticator.by_token(&access).await.unwrap(), admin.who);
        refresh = next;
    }
    assert_eq!(house.events("session.refresh").await.len(), 5);
}

async fn two_tabs_ask_with_the_same_one(house: House) {
    let admin = house.admin().await;
    let (one, two) = tokio::join!(house.refresh(&admin.refresh), house.refresh(&admin.refresh));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.1, two.1, "both have the newest");
    house.authenticator.by_token(&one.0).await.unwrap();
    house.authenticator.by_token(&two.0).await.unwrap();
    house.refresh(&one.1).await.unwrap();
}

async fn a_lost_answer_is_given_once_more(house: House) {
    let admin = house.admin().await;
    let lost = house.refresh(&admin.refresh).await.unwrap();
    house.pass(Duration::from_secs(30));
    let again = house.refresh(&admin.refresh).await.unwrap();
    assert_eq!(lost.1, again.1);
    let third = house.refresh(&admin.refresh).await;
    assert_eq!(named(third), "token-reused", "a second time is once too often");
    assert_eq!(named(house.refresh(&again.1).await), "token-reused");
}

async fn a_stolen_token_ends_its_session_alone(house: House) {
    let (admin, other) = (house.admin().await, house.admin().await);
    let mut end = house.end_of(admin.session);
    let stolen = house.refresh(&admin.refresh).await.unwrap();
    house.pass(Duration::from_secs(31));
    assert_eq!(named(house.refresh(&admin.refresh).await), "token-reused");
    end.changed().await.unwrap();
    assert_eq!(named(house.refresh(&stolen.1).await), "token-reused");
    assert_eq!(named(house.authenticator.by_token(&stolen.0).await), "token-reused");
    assert_eq!(named(house.authenticator.by_cookie(&admin.cookie).await), "token-reused");
    house.authenticator.by_cookie(&other.cookie).await.unwrap();
    house.refresh(&other.refresh).await.unwrap();

    let events = house.events("session.refresh").await;
    let failed: Vec<_> = events.iter().filter(|event| text(event, "/outcome") == "failed").collect();
    assert_eq!(failed.len(), 1, "{events:?}");
    assert_eq!(text(failed[0], "/subject"), format!("session:{}", admin.session));
    assert_eq!(text(failed[0], "/what/ended"), "token-reused");
}

async fn a_token_of_long_ago_is_known_too(house: House) {
    let admin = house.admin().await;
    let mut newest = admin.refresh.clone();
    for _ in 0..4 {
        newest = house.refresh(&newest).await.unwrap().1;
    }
    assert_eq!(named(house.refresh(&admin.refresh).await), "token-reused");
    assert_eq!(named(house.refresh(&newest).await), "token-reused");
}

async fn eight_at_once(house: House) {
    let admin = house.admin().await;
    let answers = join_all((0..8).map(|_| house.refresh(&admin.refresh))).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (2, 6));
    assert!(bad.into_iter().all(|answer| named(answer) == "token-reused"));
}

async fn what_nobody_gave_out_harms_nobody(house: House) {
    let (admin, other) = (house.admin().await, house.admin().await);
    let (family, own) = admin.refresh.split_once('.').unwrap();
    let (foreign, _) = other.refresh.split_once('.').unwrap();
    // The session's id with a secret that was guessed, and with another family's.
    let guessed = format!("{}{}.{own}", &family[..24], &family[24..].chars().rev().collect::<String>());
    let mixed = format!("{}{}.{own}", &family[..22], &foreign[22..]);
    for wrong in [guessed, mixed] {
        assert!(["token-invalid", "invalid"].contains(&named(house.refresh(&wrong).await)), "{wrong}");
    }
    for wrong in [String::new(), "x".into(), admin.cookie.clone(), admin.access.clone(), Uuid::now_v7().to_string(), format!("{family}.")] {
        assert_eq!(named(house.refresh(&wrong).await), "invalid", "{wrong}");
    }
    house.authenticator.by_cookie(&admin.cookie).await.unwrap();
    house.refresh(&admin.refresh).await.unwrap();
}
