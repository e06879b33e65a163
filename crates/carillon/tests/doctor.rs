//! `carillon doctor` on a machine that is well, and on one that is not.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{
    fs,
    net::{TcpListener, UdpSocket},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use carillon_db::{Config, Database};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::{Value, json};
use server::{Server, all_steps, alone, carillon, run, text};

struct Report {
    code: Option<i32>,
    said: Value,
}

fn doctor(data: &Path, more: &[&str]) -> Report {
    let started = Instant::now();
    let output: Output = carillon(&["doctor", "--json"]).args(alone(data)).args(more).output().unwrap();
    assert!(started.elapsed() < Duration::from_secs(20), "each look has its time, and all are made at once");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let report = Report { code: output.status.code(), said };
    let worst = report.said["worst"].as_str().unwrap();
    assert_eq!(report.code, ["well", "warning", "error"].iter().position(|level| *level == worst).map(|code| code as i32), "{worst}");
    for finding in report.said["findings"].as_array().unwrap() {
        assert!(finding["why"].as_str().unwrap().len() > 20, "{finding}");
        assert_eq!(finding["level"] == "well", finding.get("cure").is_none(), "what is not well has a cure: {finding}");
    }
    report
}

impl Report {
    fn of(&self, check: &str) -> Vec<&Value> {
        self.said["findings"].as_array().unwrap().iter().filter(|finding| finding["check"] == check).collect()
    }

    /// The level of the one finding of this check that says this.
    fn level(&self, check: &str, says: &str) -> &str {
        let found: Vec<_> = self.of(check).into_iter().filter(|finding| finding["what"].as_str().unwrap().contains(says)).collect();
        assert_eq!(found.len(), 1, "{check}, {says}: {:#}", self.said);
        found[0]["level"].as_str().unwrap()
    }
}

/// A port that was free a moment ago.
fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn before_the_first_start_all_is_looked_at_and_nothing_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let report = doctor(&data, &[]);
    assert_eq!(report.said["running"], false);
    assert_eq!(report.level("database", "is made at the first start"), "well");
    assert_eq!(report.level("clock", "goes evenly"), "well");
    assert_eq!(report.level("STUN", "is answered"), "well");
    assert_eq!(report.level("ICE loop", "IPv4"), "well");
    for check in ["configuration", "server", "data", "disk", "open files", "UDP buffers", "ports", "certificate", "STUN and TURN"] {
        assert!(!report.of(check).is_empty(), "{check}");
    }
    assert!(!data.exists());
    let page = text(&carillon(&["doctor"]).args(alone(&data)).output().unwrap().stdout);
    assert!(page.contains("well     ICE loop") && page.contains(" checked, "), "{page}");
}

fn back_up(data: &Path, settings: &[&str]) {
    let beside = data.parent().unwrap();
    let passphrase = beside.join("passphrase");
    fs::write(&passphrase, "a bell, a rope, a tower").unwrap();
    let made = carillon(&["backup", "--to"]).arg(beside).arg("--passphrase-file").arg(passphrase).args(alone(data)).args(settings).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
}

fn beside_a_server(data: &Path, more: &[&str], engine: &str) {
    let (listen, operator, stun) = (free(), free(), free());
    let ports = [
        format!("gateway.listen=127.0.0.1:{listen}"),
        format!("gateway.operator=127.0.0.1:{operator}"),
        format!("media.stun_listen=127.0.0.1:{stun}"),
    ];
    let settings: Vec<&str> = ports.iter().flat_map(|port| ["--set", port]).chain(more.iter().copied()).collect();
    let server = Server::start(data, &settings);
    server.sign_in();
    let named = format!("media.stun_servers=[\"stun:localhost:{stun}\"]");
    let report = doctor(data, &[settings.as_slice(), &["--deep", "--set", &named]].concat());
    assert_eq!(report.said["running"], true);
    assert_eq!(report.level("server", &format!("it runs (process {}), and is ready", server.process())), "well");
    for port in [listen, operator, stun] {
        assert_eq!(report.level("ports", &format!("127.0.0.1:{port}: our own server's")), "well");
    }
    assert_eq!(report.level("STUN", &format!("a Binding to 127.0.0.1:{stun} is answered")), "well");
    assert_eq!(report.level("STUN and TURN", "answers a Binding"), "well");
    assert_eq!(report.level("database", engine), "well");
    assert_eq!(report.level("audit record", "all "), "well");
    assert_eq!(report.level("backup", "none was made and restored yet"), "warning");
    back_up(data, &settings);
    assert_eq!(doctor(data, &settings).level("backup", "is 0 hours old"), "well");

    // It looks elsewhere than the server is.
    let report = doctor(data, &[settings.as_slice(), &["--set", &format!("gateway.operator=127.0.0.1:{}", free())]].concat());
    assert_eq!(report.level("ports", "was started with another gateway.operator"), "warning");
    assert_eq!(report.level("server", "does not answer"), "warning");
    server.terminate();
    let report = doctor(data, &settings);
    assert_eq!(report.level("server", "none runs"), "well");
    assert_eq!(report.level("audit record", "the last "), "well");
}

#[test]
fn beside_a_server_it_knows_what_is_its_own_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    beside_a_server(&directory.path().join("data"), &[], "SQLite 3.");
}

#[tokio::test]
async fn beside_a_server_it_knows_what_is_its_own_on_postgresql() {
    let url = carillon_db::testing::postgres().await.url;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    tokio::task::spawn_blocking(move || beside_a_server(&data, &["--database", &url], "PostgreSQL 1")).await.unwrap();
}

#[test]
fn what_is_taken_silent_or_away_is_an_error_with_its_cure_and_nothing_hangs() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (taken, silent) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let (listen, stun) = (taken.local_addr().unwrap(), silent.local_addr().unwrap());
    let settings = [
        format!("gateway.listen={listen}"),
        format!("media.stun_servers=[\"stun:{stun}\"]"),
        format!("database.url=postgres://nobody@127.0.0.1:{}/nothing", free()),
    ];
    let report = doctor(&data, &settings.iter().flat_map(|one| ["--set", one]).collect::<Vec<_>>());
    assert_eq!(report.code, Some(2));
    assert_eq!(report.level("ports", "is taken by another program"), "error");
    assert_eq!(report.level("STUN and TURN", "does not answer"), "error");
    assert_eq!(report.of("database")[0]["level"], "error");
    let bare = doctor(&data, &["--set", &format!("gateway.listen=0.0.0.0:{}", free())]);
    assert_eq!(bare.level("ports", "plain HTTP would show everything on the way"), "error");
    let cure = report.of("ports").into_iter().find_map(|finding| finding["cure"].as_str()).unwrap().to_owned();
    assert!(cure.starts_with("ss -lntp") && cure.contains(&listen.port().to_string()), "{cure}");
}

/// Debian's coturn on a port of its own. Dropped, it is killed.
struct Coturn(Child, u16);

impl Coturn {
    fn start(directory: &Path) -> Self {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let files = [("pidfile", "pid"), ("userdb", "users")].map(|(key, name)| format!("--{key}={}", directory.join(name).display()));
        let words = "-n --no-cli --no-tls --no-dtls --no-tcp --log-file=stdout --simple-log --listening-ip=127.0.0.1 --relay-ip=127.0.0.1 \
                     --lt-cred-mech --realm=carillon.test --user=ada:swordfish";
        let mut command = Command::new("turnserver");
        command.args(words.split_whitespace()).args(files).arg(format!("--listening-port={port}"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("coturn is installed");
        let coturn = Self(child, port);
        let (asker, mut answer) = (UdpSocket::bind("127.0.0.1:0").unwrap(), [0; 100]);
        asker.connect(("127.0.0.1", port)).unwrap();
        asker.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let since = Instant::now();
        // A Binding; that nobody listens yet is an error at once.
        while asker.send(b"\x00\x01\x00\x00\x21\x12\xa4\x42transaction!").and_then(|_| asker.recv(&mut answer)).is_err() {
            assert!(since.elapsed() < Duration::from_secs(20), "coturn does not answer");
        }
        coturn
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_turn_server_is_asked_to_relay_as_a_browser_does() {
    let directory = tempfile::tempdir().unwrap();
    let coturn = Coturn::start(directory.path());
    let url = format!("media.turn_servers=[\"turn:127.0.0.1:{}\"]", coturn.1);
    let look = |name: &str, password: &str| {
        let user = [format!("media.turn_username={name}"), format!("media.turn_credential={password}")];
        doctor(&directory.path().join("data"), &["--set", &url, "--set", &user[0], "--set", &user[1]])
    };
    assert_eq!(look("ada", "swordfish").level("STUN and TURN", "relays: it gave the address 127.0.0.1:"), "well");
    for (name, password) in [("ada", "a guess"), ("ben", "swordfish")] {
        let report = look(name, password);
        assert_eq!(report.level("STUN and TURN", "does not know this user name with this password"), "error");
        assert!(report.of("STUN and TURN")[0]["cure"].as_str().unwrap().contains("media.turn_credential"));
        assert!(!report.said.to_string().contains(password), "a password is not told");
    }
}

#[test]
fn a_configuration_that_does_not_hold_is_all_that_is_said() {
    let output = run(&["doctor", "--json", "--set", "gateway.lisen=127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(2));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap();
    assert_eq!((findings.len(), &findings[0]["check"]), (1, &json!("configuration")));
    assert!(findings[0]["what"].as_str().unwrap().contains("is `gateway.listen` meant?"), "{said}");
}

#[test]
fn a_certificate_is_looked_at_as_a_browser_does() {
    let directory = tempfile::tempdir().unwrap();
    let (data, path) = (directory.path().join("data"), |name: &str| directory.path().join(name).display().to_string());
    let make = |name: &str, until: (i32, u8, u8)| {
        let mut params = CertificateParams::new(vec!["talk.example.org".into()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(until.0, until.1, until.2));
        let key = KeyPair::generate().unwrap();
        fs::write(path(&format!("{name}.pem")), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    };
    make("good", (2090, 1, 1));
    make("over", (2025, 2, 1));
    let look = |certificate: &str, key: &str, url: &str| {
        let [certificate, key] = [("certificate_file", format!("{certificate}.pem")), ("key_file", format!("{key}.key"))]
            .map(|(at, file)| format!("gateway.{at}={}", path(&file)));
        doctor(&data, &["--set", &certificate, "--set", &key, "--public-url", url])
    };
    let here = "https://talk.example.org";
    let report = look("good", "good", here);
    assert_eq!(
        (report.level("certificate", "its key fit; good for"), report.level("certificate", "it is for talk.example.org")),
        ("well", "well")
    );
    assert_eq!(look("good", "good", "https://chat.example.org").level("certificate", "people type chat.example.org"), "error");
    assert_eq!(look("over", "over", here).level("certificate", "it is over"), "error");
    assert_eq!(look("good", "over", here).level("certificate", "this is not the key"), "error");
    assert_eq!(look("gone", "good", here).level("certificate", "No such file"), "error");
}

#[test]
fn a_record_that_was_changed_and_a_clock_that_was_set_back_are_seen() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &[]);
    server.sign_in();
    server.terminate();
    assert_eq!(doctor(&data, &[]).level("audit record", "hold"), "well");
    let forged = "INSERT INTO events_chain (block, events, place, id, at, hash) SELECT block + 1, events, place, id, at, hash \
                  FROM events_chain ORDER BY block DESC LIMIT 1";
    let later = "INSERT INTO events (id, at, action, subject, body) SELECT randomblob(16), at + 86400000, action, subject, body FROM events LIMIT 1";
    for (statement, check, says) in [(forged, "audit record", "it does not hold"), (later, "clock", "it was set back")] {
        change(&data, statement);
        assert_eq!(doctor(&data, &[]).level(check, says), "error");
    }
}

/// What somebody does who has the file.
#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn change(data: &Path, statement: &'static str) {
    let config = Config { url: format!("sqlite:{}", data.join("carillon.db").display()), authority_file: None };
    let database = Database::attach(&config, &all_steps()).await.unwrap();
    database.run(vec![], move |tx| Box::pin(async move { tx.run(statement, &[]).await })).await.unwrap();
    database.close().await;
}
