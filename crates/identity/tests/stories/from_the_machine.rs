//! What whoever has the machine does with accounts.

use std::time::Duration;

use carillon_core::{Kind, Principal, Role};
use carillon_gate::Way;
use carillon_identity::{
    Login, NewPassword, PersonName,
    verbs::{AdminLinkMade, CreateAccount, ResetAccount},
};
use serde_json::json;

use crate::house::{House, PASSWORD, named, stories};

stories! {
    an_account_is_made_with_a_password,
    an_account_is_made_with_a_link_and_its_person_chooses_the_password,
    a_login_is_given_once,
    a_reset_ends_all_sessions_and_the_old_password,
    a_reset_by_link_leaves_no_password,
    a_reset_leaves_no_older_link,
    a_reset_beside_the_server_is_heard_in_it,
    nobody_but_the_machine_does_so,
}

const OPERATOR: Principal = Principal::system("cli");

fn word<T: TryFrom<String, Error = &'static str>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap()
}

fn account(login: &str, role: Role, password: Option<&str>) -> CreateAccount {
    CreateAccount::new(word::<Login>(login), word::<PersonName>("Ada Lovelace"), role, password.map(word::<NewPassword>))
}

fn reset(login: &str, password: Option<&str>) -> ResetAccount {
    ResetAccount::new(word::<Login>(login), password.map(word::<NewPassword>))
}

async fn made(house: &House, verb: CreateAccount) -> Option<AdminLinkMade> {
    house.gate.act(&OPERATOR, verb).await.unwrap()
}

async fn an_account_is_made_with_a_password(house: House) {
    assert!(made(&house, account("Ada", Role::Member, Some(PASSWORD))).await.is_none());
    let ada = house.sign_in("ada", PASSWORD).await.unwrap();
    assert!(matches!(ada.who, Principal::Account { role: Role::Member, .. }));
    let event = &house.events("account.create").await[0];
    assert_eq!((&event["actor"]["kind"], &event["what"]), (&json!("system"), &json!({ "role": "member", "password": true })));
    assert_eq!(event["subject"], format!("account:{}", ada.person));
}

async fn an_account_is_made_with_a_link_and_its_person_chooses_the_password(house: House) {
    let link = made(&house, account("ada", Role::Admin, None)).await.unwrap();
    assert_eq!(link.expires_at, house.gate.now().plus(Duration::from_mins(15)));
    assert_eq!(named(house.sign_in("ada", PASSWORD).await), "sign-in-failed");
    let ada = house.by_link(&link.token).await.unwrap();
    assert!(matches!(ada.who, Principal::Account { role: Role::Admin, .. }));
    house.ask(&ada.who, Way::Post("/api/v1/me/password"), json!({ "new": PASSWORD })).await.unwrap();
    house.sign_in("ada", PASSWORD).await.unwrap();
    assert_eq!(named(house.by_link(&link.token).await), "link-used");
}

async fn a_login_is_given_once(house: House) {
    made(&house, account("ada", Role::Member, Some(PASSWORD))).await;
    assert_eq!(named(house.gate.act(&OPERATOR, account("ADA", Role::Admin, None)).await), "login-taken");
    assert_eq!(house.events("account.create").await.len(), 1);
}

async fn a_reset_ends_all_sessions_and_the_old_password(house: House) {
    let ada = house.member("ada").await;
    let again = house.sign_in("ada", PASSWORD).await.unwrap();
    let mut ends = [house.end_of(ada.session), house.end_of(again.session)];
    assert!(house.gate.act(&OPERATOR, reset("ada", Some("other good words"))).await.unwrap().is_none());
    for end in &mut ends {
        end.changed().await.unwrap();
    }
    for known in [house.authenticator.by_cookie(&ada.cookie).await, house.authenticator.by_token(&again.access).await] {
        assert_eq!(known.unwrap_err().name, Some("password-changed"));
    }
    assert_eq!(named(house.sign_in("ada", PASSWORD).await), "sign-in-failed");
    house.sign_in("ada", "other good words").await.unwrap();
    assert_eq!(house.events("account.reset").await[0]["what"], json!({ "password": true, "sessionsEnded": 2 }));
    assert_eq!(named(house.gate.act(&OPERATOR, reset("nobody", None)).await), "missing");
}

async fn a_reset_by_link_leaves_no_password(house: House) {
    house.member("ada").await;
    let link = house.gate.act(&OPERATOR, reset("ada", None)).await.unwrap().unwrap();
    assert_eq!(named(house.sign_in("ada", PASSWORD).await), "sign-in-failed");
    let ada = house.by_link(&link.token).await.unwrap();
    house.ask(&ada.who, Way::Post("/api/v1/me/password"), json!({ "new": "other good words" })).await.unwrap();
    house.sign_in("ada", "other good words").await.unwrap();

    let admin = house.admin().await;
    house.ask(&admin.who, Way::Post("/api/v1/accounts/{account}/close"), json!({ "account": ada.person })).await.unwrap();
    assert_eq!(named(house.gate.act(&OPERATOR, reset("ada", None)).await), "account-closed");
}

async fn a_reset_leaves_no_older_link(house: House) {
    let first = made(&house, account("ada", Role::Member, None)).await.unwrap();
    let others = made(&house, account("ben", Role::Member, None)).await.unwrap();
    let second = house.gate.act(&OPERATOR, reset("ada", None)).await.unwrap().unwrap();
    assert_eq!(named(house.by_link(&first.token).await), "link-unknown");
    assert!(house.gate.act(&OPERATOR, reset("ada", Some("other good words"))).await.unwrap().is_none());
    assert_eq!(named(house.by_link(&second.token).await), "link-unknown");
    let third = house.gate.act(&OPERATOR, reset("ada", None)).await.unwrap().unwrap();
    house.by_link(&third.token).await.unwrap();
    house.by_link(&others.token).await.unwrap();
}

async fn a_reset_beside_the_server_is_heard_in_it(house: House) {
    let ada = house.member("ada").await;
    let beside = house.beside();
    beside.act(&OPERATOR, reset("ada", None)).await.unwrap();
    let mut end = house.end_of(ada.session);
    house.authenticator.by_cookie(&ada.cookie).await.expect("it is remembered, and nothing was heard");
    house.run_jobs(carillon_identity::jobs(&house.gate)).await;
    end.changed().await.unwrap();
    assert_eq!(house.authenticator.by_cookie(&ada.cookie).await.unwrap_err().name, Some("password-changed"));
}

async fn nobody_but_the_machine_does_so(house: House) {
    let admin = house.admin().await;
    assert_eq!(house.gate.act(&admin.who, account("ada", Role::Admin, None)).await.unwrap_err().kind, Kind::Refused);
    assert_eq!(house.gate.act(&admin.who, reset("admin", None)).await.unwrap_err().kind, Kind::Refused);
}
