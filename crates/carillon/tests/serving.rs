//! A server from its first start to its end, as whoever runs it and whoever comes sees it.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use rustix::process::Signal;
use serde_json::{Value, json};
use server::{Person, Server, alone, carillon, client::Client, id, run, socket::Socket, text};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn room(client: &Client, token: &str, name: &str) -> String {
    let answer = client.post("/api/v1/rooms", Some(token), &json!({ "requestId": id(), "name": name }));
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["room"]["id"].as_str().unwrap().into()
}

#[test]
fn an_empty_directory_is_enough_and_the_first_link_signs_in_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &[]);
    assert_eq!(server.said["roles"], json!(["worker", "media", "gateway"]));
    assert!(server.said["stun"].as_str().unwrap().starts_with("127.0.0.1:"));
    assert_eq!((mode(&data), mode(&data.join("admin-link"))), (0o700, 0o600));
    let link = server.said["adminLink"].as_str().unwrap();
    assert_eq!(fs::read_to_string(data.join("admin-link")).unwrap().trim(), link);
    assert!(link.starts_with(&format!("{}/link#", server.url())), "{link}");

    let admin = server.sign_in();
    let me = server.client.get("/api/v1/session", Some(&admin.token)).json();
    assert_eq!((&me["principal"]["role"], &me["principal"]["id"]), (&json!("admin"), &json!(admin.id)));
    let (_, token) = link.split_once('#').unwrap();
    let again = server.client.post("/api/v1/session/link", None, &json!({ "token": token }));
    assert!([401, 409, 410].contains(&again.status), "{again:?}");
}

#[test]
fn a_person_at_a_terminal_reads_where_everything_is() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut child =
        carillon(&["serve"]).args(alone(&data)).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut page = String::new();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    while !page.contains("Ctrl-C") {
        page += &lines.next().unwrap().unwrap();
        page.push('\n');
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for word in ["open", "http://127.0.0.1:", "/link#", "15 minutes", "operator", "/readyz", "stun", "worker, media, gateway", "SQLite"] {
        assert!(page.contains(word), "{word} is missing: {page}");
    }
}

#[test]
fn a_settled_server_prints_no_link_and_the_command_makes_one() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &[]);
    let admin = server.sign_in();
    let chosen = server.client.post("/api/v1/me/password", Some(&admin.token), &json!({ "new": "a few good words" }));
    assert_eq!(chosen.status, 200, "{chosen:?}");
    server.terminate();
    let server = Server::start(&data, &[]);
    assert_eq!(server.said["adminLink"], Value::Null);
    assert!(!data.join("admin-link").exists());
    let made = run(&["admin", "link", "--data", &data.display().to_string()]);
    let link = text(&made.stdout);
    assert!(made.status.success() && link.starts_with(&format!("{}/link#", server.url())), "{link}{}", text(&made.stderr));
    let token = link.trim().split_once('#').unwrap().1;
    let answer = server.client.post("/api/v1/session/link", None, &json!({ "token": token }));
    assert_eq!(Person::of(&answer).id, admin.id);
    // No other process holds its state: the record of both still fits.
    assert!(run(&["audit", "verify", "--data", &data.display().to_string()]).status.success());
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--public-url", "http://127.0.0.1"]);
    let ada = server.sign_in();
    let room = room(&server.client, &ada.token, "Standup");
    let mut socket = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    let said = socket.ask("room:send", &json!({ "room": room, "requestId": id(), "text": "Good morning" }));
    let seq = said["result"]["seq"].as_i64().unwrap();
    server.kill();

    let server = Server::start(&data, &["--public-url", "http://127.0.0.1"]);
    let log = server.client.get(&format!("/api/v1/rooms/{room}/log?after={}", seq - 1), Some(&ada.token));
    assert_eq!(log.json()["events"][0]["body"]["text"], "Good morning", "{log:?}");
    let more =
        server.client.post(&format!("/api/v1/rooms/{room}/messages"), Some(&ada.token), &json!({ "requestId": id(), "text": "And again" }));
    assert_eq!(more.json()["seq"], seq + 1);
    server.terminate();
    assert!(run(&["audit", "verify", "--data", &data.display().to_string()]).status.success());
}

#[test]
fn whoever_follows_a_room_hears_what_is_said_there() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    let ada = server.sign_in();
    let room = room(&server.client, &ada.token, "Standup");
    let mut socket = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    let joined = socket.ask("room:join", &json!({ "room": room }));
    assert_eq!(joined["result"]["head"], 1, "{joined}");
    let body = json!({ "requestId": id(), "text": "Good morning" });
    server.client.post(&format!("/api/v1/rooms/{room}/messages"), Some(&ada.token), &body);
    let heard = socket.hear("room:event");
    assert_eq!((&heard["seq"], &heard["body"]["text"]), (&json!(2), &json!("Good morning")));
}

#[test]
fn whoever_comes_into_a_room_hears_on_every_device_that_their_rooms_have_changed() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    let (client, ada) = (&server.client, server.sign_in());
    let invited = client.post("/api/v1/invitations", Some(&ada.token), &json!({ "requestId": id(), "role": "member" })).json();
    let ben = json!({ "token": invited["token"], "login": "ben", "name": "Ben", "password": "a few good words" });
    let ben = Person::of(&client.post("/api/v1/invitations/accept", None, &ben));
    let [mut one, mut other] = [0, 1].map(|_| Socket::connect(client, Some(&ben.token)).unwrap());

    let added = room(client, &ada.token, "Standup");
    let answer = client.post(&format!("/api/v1/rooms/{added}/members"), Some(&ada.token), &json!({ "requestId": id(), "account": ben.id }));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!((one.hear("rooms:changed"), other.hear("rooms:changed")), (json!({}), json!({})));

    let entered = room(client, &ada.token, "Retrospective");
    let link = client.get(&format!("/api/v1/rooms/{entered}"), Some(&ada.token)).json()["link"].as_str().unwrap().to_owned();
    let answer = client.post(&format!("/api/v1/links/{link}/members"), Some(&ben.token), &json!({ "requestId": id() }));
    assert_eq!((answer.status, &answer.json()["room"]["id"]), (200, &json!(entered)));
    one.hear("rooms:changed");
    other.hear("rooms:changed");
    let rooms = client.get("/api/v1/rooms", Some(&ben.token)).json();
    assert_eq!(rooms["rooms"].as_array().unwrap().len(), 2, "{rooms}");
}

#[test]
fn a_server_that_is_told_to_stop_ends_well() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &[]);
    let ada = server.sign_in();
    let room = room(&server.client, &ada.token, "Standup");
    let mut socket = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    socket.ask("room:join", &json!({ "room": room }));
    // A refusal that is only counted so far is not forgotten.
    for _ in 0..3 {
        assert_eq!(server.client.get(&format!("/api/v1/rooms/{}", id()), Some(&ada.token)).status, 404);
    }
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("\"stopped\"") && !log.contains("cut off"), "{log}");
    let report: Value = serde_json::from_slice(&run(&["audit", "verify", "--data", &data.display().to_string()]).stdout).unwrap();
    assert_eq!((&report["tail"], &report["faults"]), (&json!(0), &json!([])));
}

#[test]
fn a_second_signal_waits_for_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start(&directory.path().join("data"), &["--set", "gateway.drain_seconds=600"]);
    // A request that never comes to its end holds the door open.
    let mut slow = std::net::TcpStream::connect(server.client.host()).unwrap();
    let head = "POST /api/v1/session HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n\r\n";
    std::io::Write::write_all(&mut slow, head.as_bytes()).unwrap();
    let mut going_on = [0; 25];
    std::io::Read::read_exact(&mut slow, &mut going_on).unwrap();
    server.signal(Signal::TERM);
    while server.operator("/readyz").status == 200 {}
    server.signal(Signal::INT);
    assert_eq!(server.wait().code(), Some(1));
}

#[test]
fn the_operator_sees_how_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    let admin = server.sign_in();
    room(&server.client, &admin.token, "Standup");
    assert_eq!(server.operator("/healthz").status, 200);
    assert_eq!(server.operator("/readyz").body, "ready\n");
    let metrics = server.operator("/metrics").body;
    for name in ["carillon_acts_total{action=\"room.create\",end=\"done\"} 1", "carillon_tasks_running", "carillon_database_commits_total"]
    {
        assert!(metrics.contains(name), "{name} is missing: {metrics}");
    }
    assert!(!metrics.contains("carillon_carillon"), "{metrics}");
    // Every metric is on its page of the book.
    let page = include_str!("../../../docs/reference/metrics.md");
    for line in metrics.lines().filter_map(|line| line.strip_prefix("# HELP ")) {
        let name = line.split(' ').next().unwrap();
        assert!(page.contains(&format!("`{name}`")), "docs/reference/metrics.md does not know {line}");
    }
    // What the operator's door answers is nobody else's business.
    assert!(!server.client.get("/metrics", None).body.contains("carillon_acts"));
}
