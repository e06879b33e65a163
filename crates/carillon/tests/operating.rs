//! What an operator does on the machine: the first hour, accounts, a look at how it is.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Output, Stdio},
};

use serde_json::{Value, json};
use server::{Server, alone, carillon, client::Answer, run, socket::Socket, text};

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}{}", text(&output.stdout), text(&output.stderr)))
}

#[test]
fn init_writes_the_defaults_once_and_says_what_is_next() {
    let directory = tempfile::tempdir().unwrap();
    let init = |more: &[&str]| {
        let output = carillon(&["init", "--output"]).arg(directory.path()).args(more).output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, said, _) = init(&[]);
    let file = directory.path().join("carillon.toml");
    assert_eq!(code, Some(0));
    assert!(said.contains("carillon serve --config") && said.contains(&file.display().to_string()), "{said}");
    assert_eq!(fs::read(&file).unwrap(), run(&["config", "default"]).stdout);
    assert!(carillon(&["config", "check", "--config"]).arg(&file).output().unwrap().status.success());

    fs::write(&file, "roles = [\"media\"]\n").unwrap();
    let (code, _, told) = init(&[]);
    assert_eq!((code, fs::read_to_string(&file).unwrap().as_str()), (Some(1), "roles = [\"media\"]\n"));
    assert!(told.contains("is there already") && told.contains("--force"), "{told}");
    assert_eq!(init(&["--force"]).0, Some(0));
    assert_eq!(fs::read(&file).unwrap(), run(&["config", "default"]).stdout);
}

#[test]
fn ports_are_listed_with_whoever_set_them_and_whom_a_firewall_lets_through() {
    let page = text(&run(&["ports"]).stdout);
    assert!(page.contains("127.0.0.1:8080") && page.contains("nothing to do: this machine only"), "{page}");
    assert!(page.contains("[::]:3478") && page.contains("ufw allow 3478/udp"), "{page}");

    let on_a_server = ["--listen", "[::]:443", "--set", "gateway.certificate_file=a.pem", "--set", "gateway.key_file=b.pem"];
    let list = |more: &[&str]| json_of(&carillon(&["ports", "--json"]).args(more).output().unwrap())["ports"].as_array().unwrap().clone();
    let ports = list(&on_a_server);
    let door = ports.iter().find(|port| port["what"] == "public door").unwrap();
    assert_eq!((&door["address"], &door["openTo"], &door["protocol"]), (&json!("[::]:443"), &json!("people"), &json!("tcp")));
    assert_eq!((&door["setting"], &door["setBy"]), (&json!("gateway.listen"), &json!("the command line (gateway.listen)")));

    let behind = ["--public-url", "https://talk.example.org", "--set", "media.stun=false", "--operator", "10.0.0.7:9090"];
    let ports = list(&behind);
    let words = |port: &Value| format!("{} {} {}", port["what"], port["address"], port["openTo"]).replace('"', "");
    let all: Vec<String> = ports.iter().map(words).collect();
    let wanted =
        ["proxy in front talk.example.org:443 people", "public door 127.0.0.1:8080 nobody", "operator's door 10.0.0.7:9090 operators"];
    assert_eq!(all, wanted);
}

#[test]
fn shells_complete_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&["completions", shell]);
        let (status, page) = (script.status, text(&script.stdout));
        assert!(status.success() && page.contains("create-user") && page.contains("doctor"), "{shell}: {page}");
    }
    assert_eq!(run(&["completions", "basic"]).status.code(), Some(2));
}

fn sign_in(server: &Server, login: &str, password: &str) -> Answer {
    server.client.post("/api/v1/session", None, &json!({ "login": login, "password": password }))
}

fn by_link(server: &Server, link: &str) -> Answer {
    let (url, token) = link.trim().split_once("/link#").unwrap();
    assert_eq!(url, server.url());
    server.client.post("/api/v1/session/link", None, &json!({ "token": token }))
}

/// `carillon admin` beside the server of this data, or without it.
fn admin(data: &Path, more: &[&str], typed: &str) -> Output {
    let mut command = carillon(&["admin"]);
    command.args(more).args(alone(data)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn accounts(data: &Path, engine: &[&str]) {
    let admin = |arguments: &[&str], typed: &str| {
        let output = admin(data, &[arguments, engine].concat(), typed);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, _, told) = admin(&["create-user", "ada"], "");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("start it once"), "{told}");

    // Beside a server that serves.
    let server = Server::start(data, engine);
    let (code, link, told) = admin(&["create-user", "ada", "--name", "Ada Lovelace", "--admin"], "");
    assert_eq!(code, Some(0), "{told}");
    let ada = by_link(&server, &link);
    assert_eq!(ada.status, 200, "{ada:?}");
    let principal = &ada.json()["principal"];
    assert_eq!((&principal["name"], &principal["role"]), (&json!("Ada Lovelace"), &json!("admin")));

    let (code, printed, told) = admin(&["create-user", "ben", "--password-file", "-"], "a few good words\n");
    assert_eq!((code, printed.as_str()), (Some(0), ""), "{told}");
    let ben = sign_in(&server, "ben", "a few good words");
    assert_eq!((ben.status, &ben.json()["principal"]["name"]), (200, &json!("ben")));
    let (code, _, told) = admin(&["create-user", "Ben"], "");
    assert!(code == Some(1) && told.contains("the login ben is taken"), "{told}");
    for wrong in [&["create-user", "b"][..], &["create-user", "carl", "--name", "\u{200b}"], &["reset", "ben", "--password-file", "-"]] {
        assert_eq!(admin(wrong, "short\n").0, Some(2), "{wrong:?}");
    }

    // The server that remembers her hears that her session has ended.
    let token = ada.json()["tokens"]["accessToken"].as_str().unwrap().to_owned();
    let mut socket = Socket::connect(&server.client, Some(&token)).unwrap();
    let (code, link, told) = admin(&["reset", "ada"], "");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(socket.hear("session:ended")["reason"], "password-changed");
    socket.closed();
    assert_eq!(server.client.get("/api/v1/session", Some(&token)).problem(), "password-changed");
    assert_eq!(by_link(&server, &link).status, 200);
    let (code, _, told) = admin(&["reset", "nobody"], "");
    assert!(code == Some(1) && told.contains("there is no such account"), "{told}");

    // And without one.
    server.terminate();
    assert_eq!(admin(&["reset", "ben", "--password-file", "-"], "other good words").0, Some(0));
    let (_, link, _) = admin(&["create-user", "carl"], "");
    let server = Server::start(data, engine);
    assert_eq!(sign_in(&server, "ben", "a few good words").status, 401);
    assert_eq!(sign_in(&server, "ben", "other good words").status, 200);
    let (_, token) = link.trim().split_once("/link#").unwrap();
    assert_eq!(server.client.post("/api/v1/session/link", None, &json!({ "token": token })).status, 200);
    server.terminate();
    let record = carillon(&["audit", "verify"]).args(alone(data)).args(engine).output().unwrap();
    assert_eq!(json_of(&record)["faults"], json!([]), "each of these is on record");
}

#[test]
fn accounts_are_made_and_given_another_way_in_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    accounts(&directory.path().join("data"), &[]);
}

#[tokio::test]
async fn accounts_are_made_and_given_another_way_in_on_postgresql() {
    let url = carillon_db::testing::postgres().await.url;
    let directory = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(move || accounts(&directory.path().join("data"), &["--database", &url])).await.unwrap();
}
