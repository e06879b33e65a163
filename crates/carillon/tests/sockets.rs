//! What a socket may, and for how long: its rooms, its pace, its end.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::time::Instant;

use serde_json::{Value, json};
use server::{
    Person, Server,
    client::{Client, PATIENCE},
    id,
    socket::Socket,
};
use tempfile::TempDir;

/// Limits that none of these stories meets.
const OPEN: [&str; 4] = ["limits.http_principal", "limits.http_address", "limits.sign_in_address", "limits.socket_events"];

fn start() -> (TempDir, Server, Person) {
    let more: Vec<String> =
        OPEN.iter().flat_map(|limit| [format!("{limit}.per_minute=1000000"), format!("{limit}.burst=1000000")]).collect();
    let more: Vec<&str> = more.iter().flat_map(|set| ["--set", set.as_str()]).collect();
    start_with(&more)
}

fn start_with(more: &[&str]) -> (TempDir, Server, Person) {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), more);
    let admin = server.sign_in();
    (directory, server, admin)
}

fn account(client: &Client, admin: &Person, login: &str) -> Person {
    let invited = client.post("/api/v1/invitations", Some(&admin.token), &json!({ "requestId": id(), "role": "member" })).json();
    let words = json!({ "token": invited["token"], "login": login, "name": login, "password": "a few good words" });
    Person::of(&client.post("/api/v1/invitations/accept", None, &words))
}

fn room(client: &Client, owner: &Person) -> String {
    let answer = client.post("/api/v1/rooms", Some(&owner.token), &json!({ "requestId": id(), "name": "Standup" }));
    answer.json()["room"]["id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).into()
}

fn let_in(client: &Client, owner: &Person, room: &str, other: &Person) {
    let words = json!({ "requestId": id(), "account": other.id });
    let answer = client.post(&format!("/api/v1/rooms/{room}/members"), Some(&owner.token), &words);
    assert_eq!(answer.status, 200, "{answer:?}");
}

fn put_out(client: &Client, owner: &Person, room: &str, other: &Person) {
    let answer = client.delete(&format!("/api/v1/rooms/{room}/members/{}", other.id), Some(&owner.token));
    assert_eq!(answer.status, 200, "{answer:?}");
}

fn say(client: &Client, who: &Person, room: &str) {
    let words = json!({ "requestId": id(), "text": "Good morning" });
    let answer = client.post(&format!("/api/v1/rooms/{room}/messages"), Some(&who.token), &words);
    assert_eq!(answer.status, 201, "{answer:?}");
}

fn result(mut answer: Value) -> Value {
    assert!(answer.get("problem").is_none(), "{answer}");
    answer["result"].take()
}

fn problem(answer: &Value) -> &str {
    answer["problem"]["type"].as_str().unwrap_or_else(|| panic!("it went well: {answer}"))
}

#[test]
fn whoever_is_put_out_of_a_room_no_longer_hears_who_types_there() {
    let (_directory, server, ada) = start();
    let client = &server.client;
    let (ben, cleo) = (account(client, &ada, "ben"), account(client, &ada, "cleo"));
    let (left, lagging, stays) = (room(client, &ada), room(client, &ada), room(client, &ada));
    // So much has happened in one of them that nothing is pushed to him.
    for _ in 0..100 {
        let_in(client, &ada, &lagging, &cleo);
        put_out(client, &ada, &lagging, &cleo);
    }
    let mut adas = Socket::connect(client, Some(&ada.token)).unwrap();
    let mut bens = Socket::connect(client, Some(&ben.token)).unwrap();
    for room in [&left, &lagging, &stays] {
        let_in(client, &ada, room, &ben);
        result(adas.ask("room:join", &json!({ "room": room })));
        let caught = result(bens.ask("room:join", &json!({ "room": room, "after": 0 })));
        assert_eq!(caught["limited"], room == &lagging, "{caught}");
    }
    let mut heard = || {
        for room in [&left, &lagging, &stays] {
            result(adas.ask("room:typing", &json!({ "room": room })));
        }
        let mut heard = Vec::new();
        while heard.last() != Some(&stays) {
            heard.push(bens.hear("room:typing")["room"].as_str().unwrap().to_owned());
        }
        heard
    };
    assert_eq!(heard(), [left.as_str(), &lagging, &stays]);
    put_out(client, &ada, &left, &ben);
    put_out(client, &ada, &lagging, &ben);
    // The word is on its way for a moment.
    let since = Instant::now();
    while heard() != [stays.as_str()] {
        assert!(since.elapsed() < PATIENCE, "he still hears who types in a room that he is no longer in");
    }
    // Let in again, he hears again: the follower of before has taken nothing with it.
    let_in(client, &ada, &left, &ben);
    result(bens.ask("room:join", &json!({ "room": left })));
    let mut adas = Socket::connect(client, Some(&ada.token)).unwrap();
    result(adas.ask("room:typing", &json!({ "room": left })));
    assert_eq!(bens.hear("room:typing")["room"], json!(left));
}

#[test]
fn a_room_that_is_followed_can_be_joined_again_beside_199_others() {
    let (_directory, server, ada) = start();
    let mut socket = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    let rooms: Vec<String> = (0..201).map(|_| room(&server.client, &ada)).collect();
    for room in &rooms[..200] {
        result(socket.ask("room:join", &json!({ "room": room })));
    }
    assert_eq!(problem(&socket.ask("room:join", &json!({ "room": rooms[200] }))), "/problems/conflict");
    result(socket.ask("room:join", &json!({ "room": rooms[0], "after": 1 })));
    say(&server.client, &ada, &rooms[0]);
    assert_eq!(socket.hear("room:event")["room"], json!(rooms[0]));
    result(socket.ask("room:leave", &json!({ "room": rooms[1] })));
    result(socket.ask("room:join", &json!({ "room": rooms[200] })));
}

#[test]
fn what_one_person_sends_is_counted_over_all_their_sockets() {
    let (_directory, server, ada) = start_with(&["--set", "limits.socket_events.per_minute=1", "--set", "limits.socket_events.burst=5"]);
    let ben = account(&server.client, &ada, "ben");
    let (adas, bens) = (room(&server.client, &ada), room(&server.client, &ben));
    let [mut one, mut other] = [0, 1].map(|_| Socket::connect(&server.client, Some(&ada.token)).unwrap());
    for _ in 0..2 {
        result(one.ask("room:typing", &json!({ "room": adas })));
        result(other.ask("room:typing", &json!({ "room": adas })));
    }
    result(one.ask("room:typing", &json!({ "room": adas })));
    assert_eq!(problem(&other.ask("room:typing", &json!({ "room": adas }))), "/problems/flooding");
    let mut socket = Socket::connect(&server.client, Some(&ben.token)).unwrap();
    result(socket.ask("room:typing", &json!({ "room": bens })));
}

#[test]
fn who_signs_out_is_put_out_though_a_socket_of_theirs_takes_nothing() {
    let (_directory, server, ada) = start();
    let client = &server.client;
    let ben = account(client, &ada, "ben");
    let room = room(client, &ada);
    let_in(client, &ada, &room, &ben);
    let [mut full, mut other] = [0, 1].map(|_| Socket::connect(client, Some(&ben.token)).unwrap());
    result(full.ask("room:join", &json!({ "room": room })));
    // More than waits for one socket: there is no place for a last word either.
    let mut adas = Socket::connect(client, Some(&ada.token)).unwrap();
    result(adas.ask("room:join", &json!({ "room": room })));
    for _ in 0..300 {
        result(adas.ask("room:typing", &json!({ "room": room })));
    }
    assert_eq!(client.delete("/api/v1/session", Some(&ben.token)).status, 200);
    assert_eq!(other.hear("session:ended")["reason"], "signed-out");
    other.closed();
    full.closed();
}

#[test]
fn who_enters_a_call_hears_its_end_however_soon_it_comes() {
    let (_directory, server, ada) = start();
    let client = &server.client;
    let ben = account(client, &ada, "ben");
    let mut adas = Socket::connect(client, Some(&ada.token)).unwrap();
    for put_out_first in [true, false].repeat(5) {
        let room = room(client, &ada);
        let_in(client, &ada, &room, &ben);
        // It looks once at first, and then not for a moment.
        let mut bens = Socket::connect(client, Some(&ben.token)).unwrap();
        let media = json!({ "audio": true, "video": true });
        let call = result(adas.ask("call:initiate", &json!({ "room": room, "requestId": id(), "media": media })))["call"]["id"].clone();
        result(bens.ask("call:join", &json!({ "call": call, "requestId": id() })));
        if put_out_first {
            put_out(client, &ada, &room, &ben);
        } else {
            result(adas.ask("call:end", &json!({ "call": call })));
        }
        assert_eq!(bens.hear("call:ended")["call"], call);
    }
}
