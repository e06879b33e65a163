//! The embedded bundle, asked.

use carillon_core::{Action, PersonId, Principal, Role};
use carillon_policy::{EMBEDDED, Policy, PolicyError};
use serde_json::json;
use uuid::Uuid;

fn ada() -> Principal {
    let id = |n| Uuid::from_u128(n);
    Principal::Account {
        id: PersonId::new(id(1)),
        role: Role::Member,
        session: carillon_core::Id::new(id(2)),
        device: carillon_core::Id::new(id(3)),
    }
}

#[test]
fn a_member_posts_and_a_stranger_does_not() {
    let policy = Policy::load(EMBEDDED).expect("the bundle compiles");
    let member = policy.decide(&ada(), Action::MessagePost, &json!({ "membership": { "role": "member", "muted": false } }));
    assert!(member.allow, "{member:?}");
    assert_eq!(member.reasons, ["member"]);
    let muted = policy.decide(&ada(), Action::MessagePost, &json!({ "membership": { "role": "member", "muted": true } }));
    assert_eq!((muted.allow, muted.reasons.as_slice()), (false, &["muted".to_owned()][..]));
    let stranger = policy.decide(&ada(), Action::MessagePost, &json!({ "membership": null }));
    assert!(!stranger.allow);
}

#[test]
fn every_action_is_refused_to_nobody_unless_its_rule_says_anyone() {
    let policy = Policy::load(EMBEDDED).expect("the bundle compiles");
    let open: Vec<&str> = Action::ALL
        .iter()
        .filter(|action| policy.decide(&Principal::Anonymous { address: None }, **action, &json!({})).allow)
        .map(|action| action.name())
        .collect();
    assert_eq!(
        open,
        ["session.signIn", "session.signInByLink", "session.refresh", "session.recognise", "invitation.accept", "link.see"]
    );
}

#[test]
fn a_bundle_that_forgets_an_action_is_refused() {
    assert!(matches!(Policy::load(&EMBEDDED[..5]), Err(PolicyError::NoRule(..))));
}
