//! The first words of a server: what whoever has started it is told, and when.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{
    collections::BTreeSet,
    net::{TcpListener, UdpSocket},
    path::Path,
};

use server::{Server, client::PATIENCE};

const WORDS: [&str; 11] =
    ["url", "listen", "adminLink", "adminLinkFile", "operator", "stun", "roles", "data", "database", "process", "version"];

#[test]
fn everything_is_told_in_the_moment_in_which_it_serves_and_nothing_outside_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    // Connections are made in the kernel's queue, and nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let collector = format!("telemetry.otlp_url=http://{}", silent.local_addr().unwrap());
    let relay = ["media.turn_servers=turn:nowhere.invalid:3478", "media.turn_username=carillon", "media.turn_credential=secret"];
    let more: Vec<&str> = [collector.as_str()].into_iter().chain(relay).flat_map(|set| ["--set", set]).collect();
    let server = Server::start(&data, &more);
    let said = server.said.as_object().unwrap();
    assert_eq!(said.keys().map(String::as_str).collect::<BTreeSet<_>>(), WORDS.into());

    // One request each: what is told is so already.
    let word = |name: &str| said[name].as_str().unwrap();
    assert_eq!(server.operator("/readyz").body, "ready\n");
    assert_eq!(server.client.get("/api/openapi.json", None).status, 200);
    assert!(answers_stun(word("stun")));
    assert!(Path::new(word("adminLinkFile")).is_file());
    assert_eq!((word("data"), word("database")), (data.to_str().unwrap(), "SQLite"));
    assert_eq!((said["process"].as_u64().unwrap(), word("version")), (server.process().into(), env!("CARGO_PKG_VERSION")));
    server.sign_in();
}

/// RFC 8489, section 5: a binding request, and its answer with the same transaction.
fn answers_stun(server: &str) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = [7; 20];
    request[..8].copy_from_slice(&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]);
    socket.send_to(&request, server).unwrap();
    let mut answer = [0; 512];
    socket.recv(&mut answer).unwrap();
    answer[..2] == [1, 1] && answer[4..20] == request[4..]
}
