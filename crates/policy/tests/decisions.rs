//! The embedded bundle, asked: for every action who may, and who may not.

use std::collections::BTreeSet;

use carillon_core::{Action, Id, PersonId, Principal, Role};
use carillon_policy::{Decision, EMBEDDED, Policy, PolicyError};
use serde_json::{Value, json};
use uuid::Uuid;

const ME: u128 = 1;
const OTHER: u128 = 2;

fn account(role: Role) -> Principal {
    let (session, device) = (Id::new(Uuid::from_u128(11)), Id::new(Uuid::from_u128(12)));
    Principal::Account { id: PersonId::new(Uuid::from_u128(ME)), role, session, device }
}
fn member() -> Principal {
    account(Role::Member)
}
fn admin() -> Principal {
    account(Role::Admin)
}
fn guest() -> Principal {
    let (session, device) = (Id::new(Uuid::from_u128(11)), Id::new(Uuid::from_u128(12)));
    Principal::Guest { id: PersonId::new(Uuid::from_u128(ME)), room: Id::new(Uuid::from_u128(99)), session, device }
}
fn nobody() -> Principal {
    Principal::Anonymous { address: None }
}
fn system() -> Principal {
    Principal::system("jobs")
}
fn id(number: u128) -> Value {
    json!(Uuid::from_u128(number))
}

/// A room as `who` stands to it.
fn group(role: &str) -> Value {
    json!({ "kind": "group", "membership": { "role": role, "muted": false } })
}
fn direct() -> Value {
    json!({ "kind": "direct", "membership": { "role": "member", "muted": false } })
}
fn strange() -> Value {
    json!({ "kind": "group" })
}
/// `on` with more facts.
fn with(mut on: Value, facts: Value) -> Value {
    let (Some(on_), Value::Object(facts)) = (on.as_object_mut(), facts) else { panic!("facts are objects") };
    on_.extend(facts);
    on
}

/// Who asks, of what, and the reason to allow it; or none.
type Case = (Principal, Value, Option<&'static str>);

fn yes(who: Principal, on: Value, reason: &'static str) -> Case {
    (who, on, Some(reason))
}
fn no(who: Principal, on: Value) -> Case {
    (who, on, None)
}

/// Whoever is in the room may, a stranger and a system that is not named may not.
fn of_members() -> Vec<Case> {
    vec![
        yes(member(), group("member"), "member"),
        yes(guest(), group("guest"), "member"),
        yes(member(), direct(), "member"),
        no(member(), strange()),
        no(admin(), strange()),
        no(guest(), strange()),
        no(nobody(), strange()),
        no(member(), json!({ "kind": "group", "membership": null })),
        no(member(), json!({ "kind": "group", "membership": { "role": null } })),
    ]
}
fn of_members_and_the_system() -> Vec<Case> {
    [of_members(), vec![yes(system(), strange(), "system")]].concat()
}
/// Who is in the call may.
fn of_participants() -> Vec<Case> {
    let inside = with(group("member"), json!({ "participant": id(7) }));
    vec![
        yes(member(), inside, "participant"),
        no(member(), group("owner")),
        no(member(), with(group("member"), json!({ "participant": null }))),
        no(member(), with(strange(), json!({ "participant": id(7) }))),
        no(system(), strange()),
        no(nobody(), strange()),
    ]
}
fn of_people() -> Vec<Case> {
    [member(), admin(), guest()]
        .into_iter()
        .map(|who| yes(who, json!({}), "own"))
        .chain([no(nobody(), json!({})), no(system(), json!({}))])
        .collect()
}
fn of_anyone(reason: &'static str) -> Vec<Case> {
    [member(), guest(), nobody(), system()].into_iter().map(|who| yes(who, json!(null), reason)).collect()
}
fn of_the_system() -> Vec<Case> {
    vec![yes(system(), json!({}), "system"), no(admin(), json!({})), no(guest(), json!({})), no(nobody(), json!({}))]
}

fn cases(action: Action) -> Vec<Case> {
    use Action as A;
    let party = |party: bool| with(group("member"), json!({ "party": party }));
    match action {
        A::SessionSignIn | A::SessionSignInByLink | A::SessionRefresh | A::SessionRecognise | A::InvitationAccept => of_anyone("anyone"),
        A::LinkSee => of_anyone("link"),
        A::SessionSee | A::SessionList | A::SessionEndAll | A::AccountUpdate | A::RoomList => of_people(),
        A::SessionEnd => vec![
            yes(member(), json!({ "owner": id(ME) }), "own"),
            no(admin(), json!({ "owner": id(OTHER) })),
            no(nobody(), json!({ "owner": id(OTHER) })),
            no(nobody(), json!({})),
        ],
        A::SessionNoteSeen
        | A::SessionPurge
        | A::AccountCreate
        | A::AccountReset
        | A::AdminLinkCreate
        | A::GuestLapse
        | A::RoomRenew
        | A::MemberHandOver
        | A::CallTick
        | A::WebrtcPurge
        | A::BackupMake
        | A::BackupSchedule => of_the_system(),
        A::InvitationList | A::AuditList | A::AuditCheck | A::RoomListAll | A::CallListAll | A::CallInspect => {
            vec![yes(admin(), json!({}), "admin"), no(member(), json!({})), no(guest(), json!({})), no(nobody(), json!({}))]
        }
        A::InvitationRevoke => {
            let made = |by| json!({ "creator": id(by) });
            vec![
                yes(admin(), made(OTHER), "admin"),
                yes(member(), made(ME), "own"),
                no(member(), made(OTHER)),
                no(guest(), made(ME)),
                no(nobody(), json!({})),
                no(nobody(), json!({ "creator": null })),
            ]
        }
        A::AccountClose | A::AccountRole => {
            let of = |target| json!({ "target": id(target) });
            vec![
                yes(admin(), of(OTHER), "admin"),
                no(admin(), of(ME)),
                no(member(), of(OTHER)),
                no(guest(), of(OTHER)),
                no(nobody(), of(OTHER)),
            ]
        }
        A::AccountOpen => {
            let other = json!({ "target": id(OTHER) });
            vec![yes(admin(), other.clone(), "admin"), no(member(), other.clone()), no(guest(), other.clone()), no(nobody(), other)]
        }
        A::InvitationCreate => vec![
            yes(admin(), json!({}), "admin"),
            yes(system(), json!({}), "system"),
            no(member(), json!({})),
            no(guest(), json!({})),
            no(nobody(), json!({})),
        ],
        A::AccountList => {
            let (open, closed) = (json!({ "closed": false }), json!({ "closed": true }));
            vec![
                yes(member(), open.clone(), "account"),
                yes(admin(), open.clone(), "account"),
                yes(admin(), closed.clone(), "account"),
                no(member(), closed),
                no(guest(), open.clone()),
                no(nobody(), open.clone()),
                no(system(), open),
            ]
        }
        A::RoomCreate => {
            vec![yes(member(), json!({}), "account"), no(guest(), json!({})), no(nobody(), json!({})), no(system(), json!({}))]
        }
        A::PasswordChange => {
            vec![yes(member(), json!({}), "own"), no(guest(), json!({})), no(nobody(), json!({})), no(system(), json!({}))]
        }
        A::GuestEnter => {
            vec![yes(nobody(), json!({ "kind": "group" }), "link"), no(nobody(), json!({ "kind": "direct" })), no(nobody(), json!({}))]
        }
        A::RoomSee | A::LogList | A::CallState => of_members_and_the_system(),
        A::RoomFollow | A::RoomTyping | A::CallJoin => of_members(),
        A::RoomLink | A::MemberAdd | A::MemberRole => vec![
            yes(member(), group("owner"), "owner"),
            no(member(), group("member")),
            no(guest(), group("guest")),
            no(member(), json!({ "kind": "direct", "membership": { "role": "owner", "muted": false } })),
            no(admin(), strange()),
        ],
        A::MemberEnter => vec![
            yes(member(), strange(), "link"),
            yes(member(), group("member"), "link"),
            no(guest(), strange()),
            no(guest(), group("guest")),
            no(member(), direct()),
            no(member(), json!({})),
            no(nobody(), strange()),
            no(system(), strange()),
        ],
        A::DirectOpen => vec![
            yes(member(), json!({ "with": id(OTHER) }), "account"),
            no(member(), json!({ "with": id(ME) })),
            no(guest(), json!({ "with": id(OTHER) })),
            no(nobody(), json!({ "with": id(OTHER) })),
        ],
        A::MemberRemove => vec![
            yes(member(), with(group("member"), json!({ "target": id(ME) })), "own"),
            yes(guest(), with(group("guest"), json!({ "target": id(ME) })), "own"),
            yes(member(), with(group("owner"), json!({ "target": id(OTHER) })), "owner"),
            no(member(), with(group("member"), json!({ "target": id(OTHER) }))),
            no(member(), with(direct(), json!({ "target": id(ME) }))),
            no(member(), with(strange(), json!({ "target": id(ME) }))),
            no(nobody(), with(strange(), json!({}))),
        ],
        A::MessagePost => {
            let muted = json!({ "kind": "group", "membership": { "role": "member", "muted": true } });
            [of_members(), vec![no(member(), muted), no(system(), strange())]].concat()
        }
        A::CallInitiate => {
            let asked = || json!({ "with": id(OTHER) });
            [of_members(), vec![yes(member(), asked(), "account"), no(guest(), asked()), no(nobody(), asked())]].concat()
        }
        A::CallSignal | A::CallToggle | A::CallStats | A::CallEnd => of_participants(),
        A::CallList => {
            let own = |whose| json!({ "own": id(whose) });
            [of_members(), vec![yes(member(), own(ME), "own"), no(member(), own(OTHER)), no(nobody(), json!({ "own": null }))]].concat()
        }
        A::CallRate => {
            let part = |on, took: bool| with(on, json!({ "tookPart": took }));
            vec![
                yes(member(), part(group("member"), true), "participant"),
                yes(guest(), part(group("guest"), true), "participant"),
                yes(member(), part(strange(), true), "participant"),
                no(member(), part(group("owner"), false)),
                no(admin(), part(strange(), false)),
                no(member(), with(group("member"), json!({ "tookPart": null }))),
                no(nobody(), strange()),
                no(system(), strange()),
            ]
        }
        A::CallLeave => {
            let put_out = with(strange(), json!({ "participant": id(7) }));
            [of_members(), vec![yes(member(), put_out, "participant"), no(member(), with(strange(), json!({ "participant": null })))]]
                .concat()
        }
        A::WebrtcConfig => {
            let people = [member(), guest()].into_iter().map(|who| yes(who, json!({}), "person"));
            people.chain([no(nobody(), json!({})), no(system(), json!({}))]).collect()
        }
        A::WebrtcOffer => {
            let ad_hoc = |ad_hoc: bool| json!({ "adHoc": ad_hoc });
            [of_members(), vec![yes(member(), ad_hoc(true), "account"), no(member(), ad_hoc(false)), no(guest(), ad_hoc(true))]].concat()
        }
        A::WebrtcAnswer => {
            let by = |offerer| with(group("member"), json!({ "offerer": id(offerer) }));
            [of_members(), vec![yes(member(), by(OTHER), "member"), no(member(), by(ME))]].concat()
        }
        A::WebrtcSee | A::WebrtcCandidatesList => {
            let answered = |on, answered: bool| with(on, json!({ "party": false, "answered": answered }));
            let system = if action == A::WebrtcSee { yes(system(), strange(), "system") } else { no(system(), strange()) };
            vec![
                yes(member(), with(group("member"), json!({ "party": true, "answered": true })), "party"),
                yes(guest(), answered(group("guest"), false), "member"),
                no(guest(), answered(group("guest"), true)),
                no(admin(), answered(group("owner"), true)),
                no(member(), group("owner")),
                no(admin(), answered(strange(), false)),
                no(nobody(), strange()),
                system,
            ]
        }
        A::WebrtcCandidatesAdd | A::WebrtcClose => {
            vec![yes(member(), party(true), "party"), no(member(), party(false)), no(member(), group("owner")), no(nobody(), strange())]
        }
    }
}

/// Open to everybody by their nature: what is brought is checked by the verb.
const OPEN: [&str; 6] = ["session.signIn", "session.signInByLink", "session.refresh", "session.recognise", "invitation.accept", "link.see"];

#[test]
fn every_action_is_allowed_to_whom_it_should_be_and_refused_to_all_others() {
    let policy = Policy::load(EMBEDDED).expect("the bundle compiles");
    for action in Action::ALL {
        let cases = cases(*action);
        for (who, on, reason) in &cases {
            let decision = policy.evaluate(who, *action, on);
            let told = reason.map_or_else(|| decision.reasons.clone(), |reason| vec![reason.to_owned()]);
            let expected = Decision { allow: reason.is_some(), reasons: told, obligations: vec![] };
            assert_eq!(decision, expected, "{action} by {who:?} on {on}");
            assert!(!decision.reasons.is_empty(), "{action} by {who:?} on {on}: nobody is told why");
            assert_eq!(*policy.decide(who, *action, on), decision, "{action}: what is remembered");
            assert_eq!(*policy.decide(who, *action, on), decision, "{action}: what is remembered");
        }
        assert!(cases.iter().any(|(.., reason)| reason.is_some()), "{action} is allowed to nobody");
        assert_eq!(cases.iter().all(|(.., reason)| reason.is_some()), OPEN.contains(&action.name()), "{action} is refused to nobody");
    }
}

#[test]
fn to_nobody_all_is_refused_that_is_not_open() {
    let policy = Policy::load(EMBEDDED).expect("the bundle compiles");
    for on in [json!({}), json!(null), json!({ "membership": null, "participant": null, "party": null, "own": null, "owner": null })] {
        let open: Vec<&str> =
            Action::ALL.iter().filter(|action| policy.decide(&nobody(), **action, &on).allow).map(|action| action.name()).collect();
        assert_eq!(open, OPEN, "{on}");
    }
}

#[test]
fn a_bundle_that_lacks_any_rule_does_not_load() {
    let mut lacking = BTreeSet::new();
    for action in Action::ALL {
        let (package, rule) = action.name().rsplit_once('.').expect("a name has a dot");
        let without: Vec<(&str, String)> = EMBEDDED
            .iter()
            .map(|(name, text)| {
                let theirs = text.contains(&format!("package carillon.{package}\n"));
                let text = if theirs { text.replace(&format!("\n{rule} :="), &format!("\n{rule}_ :=")) } else { (*text).to_owned() };
                (*name, text)
            })
            .collect();
        let without: Vec<(&str, &str)> = without.iter().map(|(name, text)| (*name, text.as_str())).collect();
        match Policy::load(&without).map(drop) {
            Err(PolicyError::NoRule(of, name)) => {
                assert_eq!(of, *action);
                assert_eq!(name, format!("data.carillon.{}", action.name()));
                lacking.insert(action.name());
            }
            other => panic!("without {action}: {other:?}"),
        }
    }
    assert_eq!(lacking.len(), Action::ALL.len());
    assert!(matches!(Policy::load(&[("a.rego", "package a\n\nrule := {")]), Err(PolicyError::Unreadable(_))));
}

/// The embedded bundle with the text of one file replaced.
fn with_file<'b>(name: &str, text: &'b str) -> Vec<(&'static str, &'b str)> {
    assert!(EMBEDDED.iter().any(|(known, _)| *known == name));
    EMBEDDED.iter().map(|(known, theirs)| (*known, if *known == name { text } else { *theirs })).collect()
}

#[test]
fn a_decision_that_takes_too_long_is_refused_and_the_next_one_is_not() {
    let text = "package carillon.password\n\nimport data.carillon.lib\nimport rego.v1\n\n\
                change := lib.allow(\"slow\") if {\n\tcount([1 | some i in numbers.range(1, input.on.steps); i > 0]) > 0\n}\n";
    let policy = Policy::load(&with_file("password.rego", text)).expect("the bundle compiles");
    let asked = |steps: u32| policy.decide(&member(), Action::PasswordChange, &json!({ "steps": steps }));
    assert!(asked(10).allow, "{:?}", asked(10));
    for _ in 0..3 {
        assert_eq!((asked(1_000_000).allow, asked(1_000_000).reasons.clone()), (false, vec!["policyError".to_owned()]));
        assert!(asked(11).allow, "the machine is as good as new");
    }
    assert!(policy.decide(&member(), Action::RoomCreate, &json!({})).allow);
}

#[test]
fn whatever_a_rule_says_that_is_no_clear_yes_is_a_no() {
    let rules = ["true", "\"allow\"", "{}", "{\"allow\": \"true\"}", "{\"allow\": null}", "{\"allow\": 1}", "{\"allow\": [true]}", "1 / 0"];
    for rule in rules {
        let text = format!("package carillon.password\n\nimport rego.v1\n\nchange := {rule}\n");
        let policy = Policy::load(&with_file("password.rego", &text)).expect("the bundle compiles");
        assert!(!policy.decide(&member(), Action::PasswordChange, &json!({})).allow, "{rule}");
    }
    let text = "package carillon.password\n\nimport rego.v1\n\n\
                change := {\"allow\": true, \"reasons\": [\"own\"], \"obligations\": [\"mask\"]} if input.who.kind == \"account\"\n";
    let policy = Policy::load(&with_file("password.rego", text)).expect("the bundle compiles");
    assert_eq!(policy.decide(&member(), Action::PasswordChange, &json!({})).obligations, ["mask"]);
    let refused = policy.decide(&guest(), Action::PasswordChange, &json!({}));
    assert_eq!((refused.allow, refused.reasons.as_slice()), (false, &["noRule".to_owned()][..]));
}

#[test]
fn a_version_is_the_bundles_own() {
    let embedded = Policy::load(EMBEDDED).expect("the bundle compiles");
    let other = EMBEDDED.iter().find(|(name, _)| *name == "password.rego").expect("a file").1.to_owned() + "# more\n";
    let other = Policy::load(&with_file("password.rego", &other)).expect("the bundle compiles");
    assert_eq!(embedded.version(), Policy::load(EMBEDDED).expect("the bundle compiles").version());
    assert_ne!(embedded.version(), other.version());
    assert_eq!(embedded.version().len(), 12);
}

#[test]
fn to_whoever_is_no_member_a_room_is_not_there() {
    use Action as A;
    let policy = Policy::load(EMBEDDED).expect("the bundle compiles");
    let of_a_room =
        [A::RoomSee, A::RoomFollow, A::RoomTyping, A::RoomLink, A::LogList, A::MessagePost, A::MemberAdd, A::MemberRemove, A::MemberRole];
    for action in of_a_room {
        for (who, on) in [(member(), strange()), (admin(), json!({ "kind": "direct" })), (guest(), strange())] {
            let refused = policy.decide(&who, action, &on);
            assert_eq!((refused.allow, refused.reasons.join(" ")), (false, "missing room".into()), "{action}");
        }
    }
    let room = with(strange(), json!({ "room": id(5) }));
    for (action, on) in [(A::CallInitiate, room.clone()), (A::CallList, room), (A::WebrtcOffer, json!({ "adHoc": false }))] {
        assert_eq!(policy.decide(&member(), action, &on).reasons, ["missing", "room"], "{action}");
    }
    assert_eq!(policy.decide(&admin(), A::CallRate, &with(strange(), json!({ "tookPart": false }))).reasons, ["missing", "call"]);
    assert_eq!(policy.decide(&member(), A::RoomLink, &group("member")).reasons, ["noRule"], "whoever is in hears that they may not");
}
