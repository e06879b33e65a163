//! What administrators do with accounts and invitations.

use carillon_core::{Kind, PersonId, Principal, Role};
use carillon_gate::Way;
use futures::future::join;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Came, House, PASSWORD, named, nobody, stories, text};

stories! {
    a_closed_account_is_out_at_once_and_comes_back_when_it_is_opened,
    what_a_closed_account_invited_opens_nothing,
    there_is_always_an_administrator,
    a_role_counts_at_once,
    an_invitation_is_taken_back,
    invitations_are_listed,
    a_request_for_another_invitation_is_another_request,
}

const CLOSE: Way = Way::Post("/api/v1/accounts/{account}/close");
const OPEN: Way = Way::Post("/api/v1/accounts/{account}/open");
const ROLE: Way = Way::Post("/api/v1/accounts/{account}/role");
const ACCOUNTS: Way = Way::Get("/api/v1/accounts");
const INVITE: Way = Way::Post("/api/v1/invitations");
const INVITATIONS: Way = Way::Get("/api/v1/invitations");
const REVOKE: Way = Way::Delete("/api/v1/invitations/{invitation}");

fn role(account: PersonId, role: &str) -> Value {
    json!({ "account": account, "role": role })
}

/// An administrator and two members.
async fn three(house: &House) -> (Came, Came, Came) {
    let admin = house.admin().await;
    let (one, two) = (house.invite(&admin).await, house.invite(&admin).await);
    (admin, house.accept(&one, "ada").await.unwrap(), house.accept(&two, "ben").await.unwrap())
}

/// Who she is, as soon as it is heard that she has this role.
async fn whoever_is(house: &House, came: &Came, role: Role) -> Principal {
    let looking = async {
        loop {
            match house.authenticator.by_token(&came.access).await.unwrap() {
                who @ Principal::Account { role: now, .. } if now == role => return who,
                _ => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), looking).await.unwrap()
}

async fn a_closed_account_is_out_at_once_and_comes_back_when_it_is_opened(house: House) {
    let (admin, ada, ben) = three(&house).await;
    let again = house.sign_in("ada", PASSWORD).await.unwrap();
    let mut ends = [house.end_of(ada.session), house.end_of(again.session)];
    let on = json!({ "account": ada.person });
    for who in [&ben.who, &ada.who, &nobody()] {
        let kind = house.ask(who, CLOSE, on.clone()).await.unwrap_err().kind;
        assert!(matches!(kind, Kind::Refused | Kind::Unauthenticated));
    }
    let closed = house.ask(&admin.who, CLOSE, on.clone()).await.unwrap();
    assert_eq!((text(&closed, "/login").as_str(), &closed["closedAt"]), ("ada", &json!(house.gate.now())));
    for end in &mut ends {
        end.changed().await.unwrap();
    }
    for known in [house.authenticator.by_cookie(&ada.cookie).await, house.authenticator.by_token(&again.access).await] {
        let problem = known.unwrap_err();
        assert_eq!((problem.kind, problem.name), (Kind::Unauthenticated, Some("account-closed")));
    }
    assert_eq!(named(house.refresh(&ada.refresh).await), "account-closed");
    assert_eq!(named(house.sign_in("ada", PASSWORD).await), "account-closed");
    house.ask(&admin.who, CLOSE, on.clone()).await.unwrap();
    assert_eq!(house.events("account.close").await.iter().filter(|event| text(event, "/outcome") == "done").count(), 1);

    let logins = |answer: Value| answer["accounts"].as_array().unwrap().iter().map(|one| text(one, "/login")).collect::<Vec<_>>();
    assert_eq!(logins(house.ask(&ben.who, ACCOUNTS, json!({})).await.unwrap()), ["admin", "ben"]);
    assert_eq!(named(house.ask(&ben.who, ACCOUNTS, json!({ "closed": true })).await), "refused");
    assert_eq!(logins(house.ask(&admin.who, ACCOUNTS, json!({ "closed": true })).await.unwrap()), ["ada"]);

    assert_eq!(named(house.ask(&ben.who, OPEN, on.clone()).await), "refused");
    let opened = house.ask(&admin.who, OPEN, on.clone()).await.unwrap();
    assert_eq!(opened.get("closedAt"), None);
    assert_eq!(named(house.authenticator.by_cookie(&ada.cookie).await), "account-closed", "what has ended stays so");
    house.sign_in("ada", PASSWORD).await.unwrap();
    assert_eq!(named(house.ask(&admin.who, CLOSE, json!({ "account": Uuid::now_v7() })).await), "missing");
}

async fn what_a_closed_account_invited_opens_nothing(house: House) {
    let (admin, ada, _) = three(&house).await;
    house.ask(&admin.who, ROLE, role(ada.person, "admin")).await.unwrap();
    let ada_now = whoever_is(&house, &ada, Role::Admin).await;
    let invite =
        async || text(&house.ask(&ada_now, INVITE, json!({ "requestId": Uuid::now_v7(), "role": "admin" })).await.unwrap(), "/token");
    let (before, hers) = (house.invite(&admin).await, invite().await);
    house.ask(&admin.who, ROLE, role(ada.person, "member")).await.unwrap();
    assert_eq!(named(house.accept(&hers, "mallory").await), "invitation-revoked");
    house.ask(&admin.who, ROLE, role(ada.person, "admin")).await.unwrap();
    let hers = invite().await;
    house.ask(&admin.who, CLOSE, json!({ "account": ada.person })).await.unwrap();
    assert_eq!(named(house.accept(&hers, "mallory").await), "invitation-revoked");
    house.accept(&before, "cleo").await.expect("another's is as good as before");
}

async fn there_is_always_an_administrator(house: House) {
    let (admin, ada, _) = three(&house).await;
    for (way, input) in [(CLOSE, json!({ "account": admin.person })), (ROLE, role(admin.person, "member"))] {
        assert_eq!(named(house.ask(&admin.who, way, input).await), "refused", "not oneself");
    }
    house.ask(&admin.who, ROLE, role(ada.person, "admin")).await.unwrap();
    let ada_now = whoever_is(&house, &ada, Role::Admin).await;
    // Two who close each other, or put each other down, at the same time: one is too late.
    for (way, hers, theirs) in [
        (ROLE, role(admin.person, "member"), role(ada.person, "member")),
        (CLOSE, json!({ "account": admin.person }), json!({ "account": ada.person })),
    ] {
        let (one, two) = join(house.ask(&ada_now, way, hers), house.ask(&admin.who, way, theirs)).await;
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        let (late, left, other) = if one.is_ok() { (two, &ada_now, admin.person) } else { (one, &admin.who, ada.person) };
        assert_eq!(named(late), "last-admin");
        house.ask(left, OPEN, json!({ "account": other })).await.unwrap();
        house.ask(left, ROLE, role(other, "admin")).await.unwrap();
    }
}

async fn a_role_counts_at_once(house: House) {
    let (admin, ada, ben) = three(&house).await;
    whoever_is(&house, &ada, Role::Member).await;
    assert_eq!(named(house.ask(&ben.who, ROLE, role(ada.person, "admin")).await), "refused");
    house.ask(&admin.who, ROLE, role(ada.person, "admin")).await.unwrap();
    whoever_is(&house, &ada, Role::Admin).await;
    let same = house.ask(&admin.who, ROLE, role(ada.person, "admin")).await.unwrap();
    assert_eq!(text(&same, "/role"), "admin");
    house.ask(&admin.who, ROLE, role(ada.person, "member")).await.unwrap();
    whoever_is(&house, &ada, Role::Member).await;
    assert_eq!(house.events("account.role").await.iter().filter(|event| text(event, "/outcome") == "done").count(), 2);
    assert_eq!(named(house.ask(&admin.who, ROLE, role(ada.person, "owner")).await), "invalid");
}

async fn an_invitation_is_taken_back(house: House) {
    let (admin, ada, _) = three(&house).await;
    let request = json!({ "requestId": Uuid::now_v7(), "role": "member" });
    let made = house.ask(&admin.who, INVITE, request.clone()).await.unwrap();
    let on = json!({ "invitation": made["id"] });
    let foreign = house.ask(&ada.who, REVOKE, on.clone()).await.unwrap_err();
    let absent = house.ask(&ada.who, REVOKE, json!({ "invitation": Uuid::now_v7() })).await.unwrap_err();
    assert_eq!((foreign.kind, foreign.detail.as_ref()), (Kind::Missing, absent.detail.as_ref()));
    for _ in 0..2 {
        house.ask(&admin.who, REVOKE, on.clone()).await.unwrap();
    }
    assert_eq!(named(house.accept(&text(&made, "/token"), "mallory").await), "invitation-revoked");
    assert_eq!(named(house.ask(&admin.who, INVITE, request).await), "invitation-revoked");
    assert_eq!(house.events("invitation.revoke").await.iter().filter(|event| text(event, "/outcome") == "done").count(), 1);

    let made = house.ask(&admin.who, INVITE, json!({ "requestId": Uuid::now_v7(), "role": "member" })).await.unwrap();
    house.accept(&text(&made, "/token"), "cleo").await.unwrap();
    assert_eq!(named(house.ask(&admin.who, REVOKE, json!({ "invitation": made["id"] })).await), "invitation-used");
}

async fn invitations_are_listed(house: House) {
    let (admin, ada, _) = three(&house).await;
    let made = house.ask(&admin.who, INVITE, json!({ "requestId": Uuid::now_v7(), "role": "admin", "note": "for Grace" })).await.unwrap();
    assert_eq!(named(house.ask(&ada.who, INVITATIONS, json!({})).await), "refused");
    let all = house.ask(&admin.who, INVITATIONS, json!({})).await.unwrap();
    assert_eq!(all["invitations"].as_array().unwrap().len(), 3);
    let first = &all["invitations"][0];
    assert_eq!((&first["id"], &first["role"], &first["note"]), (&made["id"], &json!("admin"), &json!("for Grace")));
    assert_eq!((&first["creator"], first.get("usedAt"), first.get("revokedAt")), (&json!(admin.person), None, None));
    let accounts: Vec<&Value> = all["invitations"].as_array().unwrap().iter().filter_map(|one| one.get("account")).collect();
    assert!(accounts.contains(&&json!(ada.person)), "{all}");
    assert!(!all.to_string().contains(&text(&made, "/token")), "what opens it is shown once");
    house.ask(&admin.who, REVOKE, json!({ "invitation": made["id"] })).await.unwrap();
    let page = house.ask(&admin.who, INVITATIONS, json!({ "limit": 1 })).await.unwrap();
    assert_eq!((&page["invitations"][0]["revokedAt"], &page["next"]), (&json!(house.gate.now()), &made["id"]));
    let next = house.ask(&admin.who, INVITATIONS, json!({ "after": page["next"] })).await.unwrap();
    assert_eq!((next["invitations"].as_array().unwrap().len(), next.get("next")), (2, None));
}

async fn a_request_for_another_invitation_is_another_request(house: House) {
    let admin = house.admin().await;
    let request = Uuid::now_v7();
    let asked = |role: &str, note: &str| json!({ "requestId": request, "role": role, "note": note });
    house.ask(&admin.who, INVITE, asked("member", "for Ada")).await.unwrap();
    house.ask(&admin.who, INVITE, asked("member", "for Ada")).await.unwrap();
    for other in [asked("admin", "for Ada"), asked("member", "for Ben")] {
        assert_eq!(named(house.ask(&admin.who, INVITE, other).await), "conflict");
    }
}
