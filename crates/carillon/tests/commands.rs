//! What the program prints, and what it refuses.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{fs, path::Path};

use carillon_core::Timestamp;
use carillon_db::{Config, Database, Migration};
use server::{Server, all_steps, alone, carillon, run, text};

/// What is committed is what the program prints.
fn committed(path: &str, arguments: &[&str], cure: &str) {
    let printed = run(arguments);
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(there == text(&printed.stdout), "{path} is not what `carillon {}` prints: {cure}", arguments.join(" "));
}

#[test]
fn the_reference_of_all_settings_is_as_the_program_has_it() {
    committed("carillon.toml", &["config", "default"], "run `cargo xtask config`");
}

#[test]
fn the_description_of_the_api_is_as_the_program_serves_it() {
    committed("docs/api/openapi.json", &["openapi"], "run `cargo xtask openapi`");
    committed("docs/api/events.json", &["events-schema"], "run `cargo xtask openapi`");
}

#[test]
fn the_page_of_the_command_line_is_as_the_program_has_it() {
    committed("docs/reference/cli.md", &["reference"], "run `cargo xtask config`");
}

#[test]
fn the_reference_read_back_changes_nothing() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../carillon.toml");
    let (with, without) = (run(&["config", "show", "--config", file]), run(&["config", "show"]));
    let values = |page: &[u8]| text(page).lines().map(|line| line.split(" # ").next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&with.stdout), values(&without.stdout));
}

#[test]
fn a_misspelt_key_is_named_with_the_one_that_is_meant() {
    let output = run(&["config", "check", "--set", "gateway.lisen=127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("gateway.lisen") && said.contains("is `gateway.listen` meant?"), "{said}");
    let output = carillon(&["serve"]).env("CARILLON__JOBS__AT_ONE", "3").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("CARILLON__JOBS__AT_ONE"));
}

#[test]
fn what_is_in_force_is_shown_with_who_set_it_and_without_secrets() {
    let mut command = carillon(&["config", "show", "--data", "/srv/talk", "--database", "postgres://ada:hidden@db/talk"]);
    command.env("WEBRTC_TURN_SERVERS", "turn:turn.example.org:3478").env("WEBRTC_TURN_USERNAME", "carillon");
    command.env("WEBRTC_TURN_PASSWORD", "hidden too").env("CARILLON__GATEWAY__DRAIN_SECONDS", "3");
    let output = command.output().unwrap();
    let page = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(page.contains("drain_seconds = 3 # the environment variable CARILLON__GATEWAY__DRAIN_SECONDS"), "{page}");
    assert!(page.contains("turn_servers = [\"turn:turn.example.org:3478\"]"), "{page}");
    assert!(page.contains("keyring:/srv/talk/keyring.json") && page.contains("postgres://ada@db/talk"), "{page}");
    assert!(!page.contains("hidden"), "{page}");
}

#[test]
fn the_parts_of_a_server_are_listed() {
    let page = text(&run(&["roles"]).stdout);
    for role in ["gateway", "media", "worker"] {
        assert!(page.lines().any(|line| line.starts_with(role)), "{page}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_not_touched() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (status, _) = Server::start(&data, &[]).terminate();
    assert!(status.success());
    let newer = Migration { owner: "rooms", number: 99, name: "rooms have colours", both: &[], sqlite: &[], postgres: &[] };
    let steps: Vec<Migration> = all_steps().into_iter().chain([newer]).collect();
    let config = Config { url: format!("sqlite:{}", data.join("carillon.db").display()), authority_file: None };
    Database::open(&config, &steps, Timestamp(1)).await.unwrap().close().await;
    let output = carillon(&["serve"]).args(alone(&data)).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("newer Carillon") && said.contains("rooms have colours"), "{said}");
}

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let first = Server::start(&data, &[]);
    let output = carillon(&["serve"]).args(alone(&data)).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("in use by another Carillon") && said.contains(&first.said["process"].to_string()), "{said}");
    // Also by another way to the same database.
    let elsewhere = directory.path().join("elsewhere");
    let database = format!("sqlite:{}", directory.path().join("shared.db").display());
    let _shared = Server::start(&elsewhere, &["--database", &database]);
    let third = directory.path().join("third");
    let output = carillon(&["serve", "--database", &database]).args(alone(&third)).output().unwrap();
    assert!(text(&output.stderr).contains("shared.db is in use"), "{}", text(&output.stderr));
}

#[test]
fn a_taken_port_is_told_before_anything_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = directory.path().join("data");
    let output = carillon(&["serve"]).args(alone(&data)).args(["--set", &format!("gateway.listen={address}")]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is taken by another program"), "{}", text(&output.stderr));
    assert!(!data.join("carillon.db").exists());
}

#[test]
fn the_record_is_recounted_beside_a_server_and_after_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let verify = || run(&["audit", "verify", "--data", &data.display().to_string()]);
    let before = verify();
    assert_eq!(before.status.code(), Some(1));
    assert!(text(&before.stderr).contains("there is no database"), "{}", text(&before.stderr));

    let server = Server::start(&data, &[]);
    server.sign_in();
    let beside = verify();
    assert!(beside.status.success(), "{}", text(&beside.stderr));
    server.terminate();
    let after: serde_json::Value = serde_json::from_slice(&verify().stdout).unwrap();
    assert_eq!(after["faults"], serde_json::json!([]));
    assert_eq!(after["tail"], 0, "all is chained when a server has stopped: {after}");
    assert!(after["events"].as_u64().unwrap() >= 2, "{after}");
}
