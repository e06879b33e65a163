//! What one client may cost: however it asks, and however it comes and goes.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use server::{Person, Server, client::PATIENCE, id, socket::Socket};
use tempfile::TempDir;

/// A server with so much room for events of sockets, and an administrator.
fn start(burst: u32) -> (TempDir, Server, Person) {
    let directory = tempfile::tempdir().unwrap();
    let burst = format!("limits.socket_events.burst={burst}");
    let sets = [
        &burst,
        "limits.messages.burst=1000000",
        "limits.socket_events.per_minute=1200",
        "limits.http_address.burst=1000000",
        "limits.http_principal.burst=1000000",
    ];
    let more: Vec<&str> = sets.iter().flat_map(|set| ["--set", set]).collect();
    let server = Server::start(&directory.path().join("data"), &more);
    let admin = server.sign_in();
    (directory, server, admin)
}

fn room(server: &Server, who: &Person) -> String {
    let answer = server.client.post("/api/v1/rooms", Some(&who.token), &json!({ "requestId": id(), "name": "Standup" }));
    answer.json()["room"]["id"].as_str().unwrap_or_else(|| panic!("{answer:?}")).into()
}

fn say(server: &Server, who: &Person, room: &str, text: &str) {
    let words = json!({ "requestId": id(), "text": text });
    let answer = server.client.post(&format!("/api/v1/rooms/{room}/messages"), Some(&who.token), &words);
    assert_eq!(answer.status, 201, "{answer:?}");
}

fn sync(socket: &mut Socket, rooms: &[String]) -> Value {
    let rooms: Vec<_> = rooms.iter().map(|room| json!({ "room": room, "after": 0 })).collect();
    socket.ask("room:sync", &json!({ "rooms": rooms }))
}

/// Tasks of this name that run.
fn running(server: &Server, task: &str) -> u32 {
    let metrics = server.operator("/metrics").body;
    let line = format!("carillon_tasks_running{{task=\"{task}\"}} ");
    metrics.lines().find_map(|known| known.strip_prefix(&line)).map_or(0, |count| count.parse().unwrap())
}

/// Connects by WebSocket, and is gone so long after it has said who it is.
fn cut(server: &Server, who: &Person, after: Duration) {
    let host = server.client.host();
    let mut stream = TcpStream::connect(host).unwrap();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    write!(stream, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n{upgrade}\r\n\r\n").unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        heard.extend(byte);
    }
    let packet = format!("40{}", json!({ "token": who.token }));
    let mut frame = vec![0x81, 0xfe]; // one masked text; its length is in the next two bytes
    frame.extend(u16::try_from(packet.len()).unwrap().to_be_bytes());
    frame.extend([0; 4]); // a mask that changes nothing
    frame.extend(packet.as_bytes());
    stream.write_all(&frame).unwrap();
    let since = Instant::now();
    while since.elapsed() < after {}
}

#[test]
fn one_question_is_answered_with_a_mebibyte_at_most_and_who_asks_for_much_is_served_less_often() {
    let (_directory, server, ada) = start(40);
    let rooms: Vec<String> = (0..6).map(|_| room(&server, &ada)).collect();
    for room in &rooms {
        (0..20).for_each(|_| say(&server, &ada, room, &"x".repeat(16 * 1024)));
    }
    let mut socket = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    let twice = sync(&mut socket, &[rooms[0].clone(), rooms[1].clone(), rooms[0].clone()]);
    assert_eq!(twice["problem"]["type"], "/problems/invalid", "{twice}");
    let listed = socket.ask("room:leave", &json!([rooms[0]]));
    assert_eq!(listed["problem"]["type"], "/problems/invalid", "its fields as a list: {listed}");
    let since = Instant::now();
    let answer = sync(&mut socket, &rooms);
    assert!(answer.to_string().len() < 1024 * 1024, "{} bytes", answer.to_string().len());
    let caught = &answer["result"];
    let known = caught["rooms"].as_array().unwrap();
    assert_eq!((known.len(), &caught["limited"]), (4, &json!(true)));
    assert!(known.iter().zip(&rooms).all(|(caught, room)| caught["room"] == *room && caught["limited"] == true), "{answer}");
    let rest = sync(&mut socket, &rooms[4..]);
    assert_eq!((rest["result"]["rooms"].as_array().unwrap().len(), &rest["result"]["limited"]), (2, &json!(false)));
    // 40 events are let through at once. These count as about 70, of which the last one is still to be paid for.
    for _ in 0..3 {
        assert_eq!(sync(&mut socket, &rooms)["result"]["limited"], json!(true));
    }
    assert!(since.elapsed() > Duration::from_millis(800), "{:?}", since.elapsed());
}

#[test]
fn a_thousand_who_come_into_a_quiet_room_and_leave_it_again_leave_nothing_behind() {
    let (_directory, server, ada) = start(1_000_000);
    let room = room(&server, &ada);
    let mut socket = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    for _ in 0..1000 {
        for event in ["room:join", "room:leave"] {
            let answer = socket.ask(event, &json!({ "room": room }));
            assert!(answer.get("problem").is_none(), "{answer}");
        }
    }
    let since = Instant::now();
    while running(&server, "room feed") + running(&server, "room follower") > 0 {
        assert!(since.elapsed() < PATIENCE, "{} feeds are read", running(&server, "room feed"));
    }
    assert_eq!(running(&server, "socket"), 1, "the names are those of the tasks");
}

#[test]
fn whoever_goes_in_the_midst_of_connecting_leaves_nothing_behind() {
    let (_directory, server, ada) = start(1_000_000);
    thread::scope(|all| {
        for _ in 0..4 {
            all.spawn(|| (0..500).for_each(|count| cut(&server, &ada, Duration::from_micros(count % 100 * 40))));
        }
    });
    let since = Instant::now();
    while running(&server, "socket") + running(&server, "socket requests") > 0 {
        assert!(since.elapsed() < 2 * PATIENCE, "{} sockets are there", running(&server, "socket"));
    }
}
