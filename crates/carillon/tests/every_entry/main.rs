//! The walk: every route and event of the table is driven by somebody who may and by somebody who may not, on both engines.
//!
//! An entry without its line here fails the test, and so does an action that nothing reaches.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod beside;
mod calls;
mod identity;
mod rooms;
#[path = "../server/mod.rs"]
mod server;
mod world;

use std::collections::BTreeMap;

use carillon_core::{Action, Principal};
use carillon_gate::{Entry, Policy, Way};
use serde_json::{Value, json};
use server::{Server, socket::Socket};
use world::World;

/// Who asks, by their access token, and what: the whole input; what the path names is taken out of it.
pub(crate) type Asked = (Option<String>, Value);
type Ask = fn(&World) -> Asked;

/// An entry, whoever may, and whoever may not.
pub(crate) struct Line {
    way: &'static str,
    may: Ask,
    may_not: Ask,
}

pub(crate) const fn line(way: &'static str, may: Ask, may_not: Ask) -> Line {
    Line { way, may, may_not }
}

/// How whoever may not is refused: the type of the problem, and its status.
pub(crate) type Refusal = (&'static str, u16);
pub(crate) const UNKNOWN: Refusal = ("/problems/unauthenticated", 401);
pub(crate) const REFUSED: Refusal = ("/problems/refused", 403);
pub(crate) const MISSING: Refusal = ("/problems/missing", 404);

/// What only the server itself does: by no way in.
const OWN: &[Action] = &[
    Action::AccountCreate,
    Action::AccountReset,
    Action::AdminLinkCreate,
    Action::SessionNoteSeen,
    Action::SessionPurge,
    Action::SessionRecognise,
    Action::GuestLapse,
    Action::RoomRenew,
    Action::MemberHandOver,
    Action::CallTick,
    Action::WebrtcPurge,
    Action::BackupMake,
    Action::BackupSchedule,
];

/// Where a guess is refused with a word of its own.
const NAMED: &[(&str, Refusal)] = &[
    ("POST /api/v1/session", ("/problems/sign-in-failed", 401)),
    ("POST /api/v1/session/link", ("/problems/link-unknown", 404)),
    ("POST /api/v1/token", ("/problems/token-invalid", 401)),
    ("POST /api/v1/invitations/accept", ("/problems/invitation-unknown", 404)),
];

/// Where whoever may not hears that there is no such thing, as in a room of others.
const HIDDEN: &[&str] = &[
    "DELETE /api/v1/invitations/{invitation}",
    "GET /api/v1/rooms/{room}",
    "POST /api/v1/rooms/{room}/messages",
    "room:send",
    "GET /api/v1/rooms/{room}/log",
    "call:initiate",
    "GET /api/v1/rooms/{room}/calls",
    "POST /api/v1/calls/{call}/rating",
    "POST /webrtc/sessions",
    "GET /api/v1/links/{link}",
    "POST /api/v1/guests",
];

#[test]
fn on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    walk(&World::open(&directory.path().join("data"), None));
}

#[tokio::test]
async fn on_postgresql() {
    let url = carillon_db::testing::postgres().await.url;
    let directory = tempfile::tempdir().unwrap();
    walk(&World::open(&directory.path().join("data"), Some(url)));
}

fn walk(world: &World) {
    let mut lines: BTreeMap<&str, &Line> = BTreeMap::new();
    for line in [identity::LINES, rooms::LINES, calls::LINES].into_iter().flatten() {
        assert!(lines.insert(line.way, line).is_none(), "{} has two lines", line.way);
    }
    let entries = carillon_gateway::entries();
    let missing: Vec<String> = entries.iter().map(|entry| name(entry.way)).filter(|way| !lines.contains_key(way.as_str())).collect();
    assert!(missing.is_empty(), "these entries have no line in crates/carillon/tests/every_entry: {missing:#?}");
    let mut others = Vec::new();
    for entry in entries.iter() {
        let way = name(entry.way);
        let line = lines.remove(way.as_str()).unwrap();
        let answer = drive(world, entry, (line.may)(world));
        assert!(answer.is_ok(), "{way} ({}) is not open to whoever may: {answer:?}", entry.action);
        let asked = (line.may_not)(world);
        let wanted = match (NAMED.iter().find(|(named, _)| *named == way), HIDDEN.contains(&way.as_str()), &asked.0) {
            (Some((_, named)), ..) => *named,
            (_, true, _) => MISSING,
            (.., None) => UNKNOWN,
            (.., Some(_)) => REFUSED,
        };
        let problem = drive(world, entry, asked).expect_err(&format!("{way} ({}) is open to whoever may not", entry.action));
        if (&problem["type"], &problem["status"]) != (&json!(wanted.0), &json!(wanted.1)) {
            others.push(format!("{way} ({}), not {wanted:?}: {problem}", entry.action));
        }
    }
    assert!(others.is_empty(), "these refuse in another way: {others:#?}");
    assert!(lines.is_empty(), "these lines have no entry: {:?}", lines.keys());
    beside::walk(world);
}

fn name(way: Way) -> String {
    match way {
        Way::Get(path) => format!("GET {path}"),
        Way::Post(path) => format!("POST {path}"),
        Way::Delete(path) => format!("DELETE {path}"),
        Way::Event(name) => name.into(),
    }
}

/// Asks as a client would: the result, or the problem.
fn drive(world: &World, entry: &Entry, (token, mut input): Asked) -> Result<Value, Value> {
    let (method, path) = match entry.way {
        Way::Get(path) => ("GET", path),
        Way::Post(path) => ("POST", path),
        Way::Delete(path) => ("DELETE", path),
        Way::Event(name) => return event(&world.server, token.as_deref(), name, &input),
    };
    let fields = input.as_object_mut().unwrap();
    let mut path = path.to_owned();
    for field in entry.input.object.properties.keys() {
        if path.contains(&format!("{{{field}}}")) {
            let value = fields.remove(field).unwrap_or_else(|| panic!("{path} needs {field}"));
            path = path.replace(&format!("{{{field}}}"), value.as_str().unwrap());
        }
    }
    if method == "GET" {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", value.as_str().map_or(value.to_string(), Into::into))).collect();
        path = format!("{path}?{}", pairs.join("&"));
    }
    let answer = world.server.client.ask(method, &path, &server::client::bearer(token.as_deref()), (method != "GET").then_some(&input));
    let wanted = if entry.marks.created { 201 } else { 200 };
    if answer.status == wanted { Ok(answer.json()) } else { Err(answer.json()) }
}

pub(crate) fn event(server: &Server, token: Option<&str>, name: &str, payload: &Value) -> Result<Value, Value> {
    let answer = Socket::connect(&server.client, token)?.ask(name, payload);
    match answer.get("problem") {
        None => Ok(answer["result"].clone()),
        Some(problem) => Err(problem.clone()),
    }
}

#[test]
fn every_action_is_reached_by_an_entry_or_is_the_servers_own() {
    let entries = carillon_gateway::entries();
    let reached = |action: &Action| entries.iter().any(|entry| entry.action == *action) || beside::ACTIONS.contains(action);
    let lost: Vec<_> = Action::ALL.iter().filter(|action| !reached(action) && !OWN.contains(action)).collect();
    assert!(lost.is_empty(), "nothing reaches {lost:?}");
    let open: Vec<_> = OWN.iter().filter(|action| reached(action)).collect();
    assert!(open.is_empty(), "{open:?} should have no way in");
}

#[test]
fn what_is_the_servers_own_nobody_else_may() {
    let policy = Policy::load(carillon_policy::EMBEDDED).unwrap();
    for action in OWN.iter().filter(|action| **action != Action::SessionRecognise) {
        assert!(policy.decide(&Principal::system("test"), *action, &json!({})).allow, "{action}");
        assert!(!policy.decide(&Principal::Anonymous { address: None }, *action, &json!({})).allow, "{action}");
    }
}
