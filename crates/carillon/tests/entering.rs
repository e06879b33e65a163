//! Many who come from one address at once: a class enters a room, an office signs in; and who guesses there waits.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use serde_json::json;
use server::{Person, Server, id};
use tempfile::TempDir;

const PASSWORD: &str = "a few good words";

fn start() -> (TempDir, Server, Person) {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    let admin = server.sign_in();
    (directory, server, admin)
}

#[test]
fn a_class_enters_a_room_at_once() {
    let (_directory, server, admin) = start();
    let made = server.client.post("/api/v1/rooms", Some(&admin.token), &json!({ "requestId": id(), "name": "Class 4b" })).json();
    let link = made["room"]["link"].as_str().unwrap();
    for number in 0..60 {
        let seen = server.client.get(&format!("/api/v1/links/{link}"), None);
        let entered = server.client.post("/api/v1/guests", None, &json!({ "link": link, "name": format!("Pupil {number}") }));
        assert_eq!((seen.status, entered.status), (200, 200), "{number}: {entered:?}");
    }
}

#[test]
fn an_office_signs_in_at_nine_and_whoever_guesses_waits() {
    let (_directory, server, admin) = start();
    let sign_in =
        |login: &str, password: &str| server.client.post("/api/v1/session", None, &json!({ "login": login, "password": password }));
    assert_eq!(server.client.post("/api/v1/me/password", Some(&admin.token), &json!({ "new": PASSWORD })).status, 200);
    for number in 0..25 {
        let answer = sign_in("admin", PASSWORD);
        assert_eq!(answer.status, 200, "{number}: {answer:?}");
    }
    // So many fail from one address, of whatever account, and then nobody may try there for a while.
    let problems: Vec<String> = (0..25).map(|number| sign_in(&format!("person-{number}"), "guess").problem()).collect();
    let failed = problems.iter().filter(|problem| *problem == "sign-in-failed").count();
    assert!((20..23).contains(&failed), "{problems:?}");
    assert_eq!(problems.last().unwrap(), "flooding");
}

#[test]
fn nobody_says_more_than_they_may_in_a_minute() {
    let (_directory, server, admin) = start();
    let made = server.client.post("/api/v1/rooms", Some(&admin.token), &json!({ "requestId": id(), "name": "Standup" })).json();
    let path = format!("/api/v1/rooms/{}/messages", made["room"]["id"].as_str().unwrap());
    let said = |_| server.client.post(&path, Some(&admin.token), &json!({ "requestId": id(), "text": "hello" }));
    let refused = (0..1000).map(said).find(|answer| answer.status != 201).expect("there is an end to it");
    assert_eq!((refused.status, refused.problem().as_str()), (429, "flooding"));
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
}
