//! A backup, and what comes of it: the same rooms, messages, calls and people, on both engines; and what is refused.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Instant,
};

use carillon_db::{on_both_engines, testing::Ground};
use serde_json::{Value, json};
use server::{
    Person, Server, carillon,
    client::{Client, PATIENCE},
    id, run,
    socket::Socket,
    text,
};
use tempfile::TempDir;

on_both_engines![what_was_there_is_there_again_after_a_kill_and_a_restore];

const PASSWORD: &str = "a few good words";
const OPEN: [&str; 3] = ["limits.http_principal", "limits.http_address", "limits.messages"];

/// A directory for everything, and the passphrase in a file.
struct Desk {
    directory: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { directory: tempfile::tempdir().unwrap() };
        fs::write(desk.at("passphrase"), "correct horse battery staple\n").unwrap();
        fs::write(desk.at("another"), "wrong horse battery staple\n").unwrap();
        fs::create_dir(desk.at("backups")).unwrap();
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn serve(&self, data: &str, more: &[&str]) -> Server {
        let open: Vec<String> =
            OPEN.iter().flat_map(|limit| [format!("{limit}.per_minute=1000000"), format!("{limit}.burst=1000000")]).collect();
        let open = open.iter().flat_map(|set| ["--set", set.as_str()]);
        // Tokens are good for the address that made them.
        let more: Vec<&str> = ["--public-url", "http://127.0.0.1"].into_iter().chain(open).chain(more.iter().copied()).collect();
        Server::start(&self.at(data), &more)
    }

    fn backup(&self, data: &str, more: &[&str]) -> Output {
        let (data, passphrase, to) = (self.path(data), self.path("passphrase"), self.path("backups"));
        let arguments = ["backup", "--data", &data, "--passphrase-file", &passphrase, "--to", &to];
        run(&[&arguments, more].concat())
    }

    /// The file of one that went well.
    fn backed_up(&self, data: &str, more: &[&str]) -> PathBuf {
        let made = self.backup(data, more);
        assert!(made.status.success(), "{}", text(&made.stderr));
        text(&made.stdout).trim().into()
    }

    fn restore(&self, file: &Path, passphrase: &str, data: &str, more: &[&str]) -> Output {
        let (file, data, passphrase) = (file.display().to_string(), self.path(data), self.path(passphrase));
        run(&[&["restore", &file, "--data", &data, "--passphrase-file", &passphrase], more].concat())
    }

    /// The record holds, and grows: sooner or later all of it is chained. On PostgreSQL that waits for transactions of others.
    fn chained(&self, data: &str, more: &[&str]) {
        let (data, since) = (self.path(data), Instant::now());
        loop {
            let verified = run(&[&["audit", "verify", "--data", &data], more].concat());
            assert!(verified.status.success(), "{}", text(&verified.stderr));
            let report: Value = serde_json::from_slice(&verified.stdout).unwrap();
            if report["tail"] == 0 {
                return;
            }
            assert!(since.elapsed() < PATIENCE, "{report}");
        }
    }

    /// What lies in the directory of backups.
    fn backups(&self) -> Vec<String> {
        let names = fs::read_dir(self.at("backups")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != ".carillon-backup.lock").collect();
        names.sort();
        names
    }
}

/// Somebody's room with a few words and a call that has ended.
struct Town {
    ada: Person,
    ben: Person,
    room: String,
}

impl Town {
    fn build(server: &Server) -> Self {
        let (client, ada) = (&server.client, server.sign_in());
        let chosen = client.post("/api/v1/me/password", Some(&ada.token), &json!({ "new": PASSWORD }));
        assert_eq!(chosen.status, 200, "{chosen:?}");
        let invited = client.post("/api/v1/invitations", Some(&ada.token), &json!({ "requestId": id(), "role": "member" })).json();
        let ben = json!({ "token": invited["token"], "login": "ben", "name": "Ben", "password": PASSWORD });
        let ben = Person::of(&client.post("/api/v1/invitations/accept", None, &ben));
        let made = client.post("/api/v1/rooms", Some(&ada.token), &json!({ "requestId": id(), "name": "Standup" })).json();
        let town = Self { ada, ben, room: made["room"]["id"].as_str().unwrap().into() };
        let added = json!({ "requestId": id(), "account": town.ben.id });
        client.post(&format!("/api/v1/rooms/{}/members", town.room), Some(&town.ada.token), &added);
        for n in 0..20 {
            say(client, &town.ada, &town.room, &format!("Good morning, {n} \u{1f514}"));
        }
        let [mut adas, mut bens] = [&town.ada, &town.ben].map(|one| Socket::connect(client, Some(&one.token)).unwrap());
        let media = json!({ "audio": true, "video": true });
        let begun = adas.ask("call:initiate", &json!({ "room": town.room, "requestId": id(), "media": media }));
        let call = begun["result"]["call"]["id"].clone();
        bens.ask("call:join", &json!({ "call": call, "requestId": id() }));
        adas.ask("call:end", &json!({ "call": call }));
        bens.hear("call:ended");
        town
    }

    /// What Ada sees, but for epochs.
    fn seen(&self, client: &Client, token: &str) -> Value {
        let get = |path: String| {
            let answer = client.get(&path, Some(token));
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            answer.json()
        };
        let room = get(format!("/api/v1/rooms/{}", self.room));
        let calls = get(format!("/api/v1/rooms/{}/calls", self.room));
        assert_eq!(calls["calls"].as_array().unwrap().len(), 1, "{calls}");
        json!({ "members": room["members"], "link": room["link"], "name": room["name"], "calls": calls, "accounts": get("/api/v1/accounts".into()) })
    }

    /// The room's log, all of it, and its epoch.
    fn log(&self, client: &Client, token: &str) -> (Vec<Value>, Value) {
        let mut all = Vec::<Value>::new();
        loop {
            let after = all.last().map_or(0, |last| last["seq"].as_i64().unwrap());
            let page = client.get(&format!("/api/v1/rooms/{}/log?after={after}&limit=100", self.room), Some(token)).json();
            let events = page["events"].as_array().unwrap_or_else(|| panic!("{page}"));
            if events.is_empty() {
                return (all, page["epoch"].clone());
            }
            all.extend(events.iter().cloned().map(|mut event| {
                event["epoch"].take();
                event
            }));
        }
    }
}

fn say(client: &Client, who: &Person, room: &str, what: &str) -> i64 {
    let answer = client.post(&format!("/api/v1/rooms/{room}/messages"), Some(&who.token), &json!({ "requestId": id(), "text": what }));
    answer.json()["seq"].as_i64().unwrap_or_else(|| panic!("{answer:?}"))
}

async fn what_was_there_is_there_again_after_a_kill_and_a_restore(ground: Ground) {
    let desk = Desk::new();
    let of_postgres = ground.config.url.starts_with("postgres");
    let database = ["--database", &ground.config.url];
    let server = desk.serve("data", &database);
    let town = Town::build(&server);
    let (before, _) = town.log(&server.client, &town.ada.token);
    let seen = town.seen(&server.client, &town.ada.token);

    // Somebody goes on writing meanwhile.
    let done = Arc::new(AtomicBool::new(false));
    let writing = {
        let (done, client, ada, room) = (done.clone(), server.client.clone(), town.ada.clone(), town.room.clone());
        thread::spawn(move || {
            let mut last = 0;
            while !done.load(SeqCst) {
                last = say(&client, &ada, &room, "and another one");
            }
            last
        })
    };
    let file = desk.backed_up("data", &database);
    done.store(true, SeqCst);
    assert!(writing.join().unwrap() > before.last().unwrap()["seq"].as_i64().unwrap(), "people write while a backup is made");
    let tried = desk.restore(&file, "passphrase", "none", &[&database[..], &["--verify"]].concat());
    assert!(tried.status.success(), "{}", text(&tried.stderr));
    assert!(!desk.at("none").exists() && desk.backups().len() == 1, "{:?}", desk.backups());
    let (_, epoch) = town.log(&server.client, &town.ada.token);
    server.kill();

    let fresh = if of_postgres { Some(Ground::postgres().await) } else { None };
    let there: Vec<&str> = fresh.iter().flat_map(|ground| ["--database", ground.config.url.as_str()]).collect();
    let restored = desk.restore(&file, "passphrase", "restored", &there);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let server = desk.serve("restored", &there);
    assert_eq!(server.said["adminLink"], Value::Null, "it is settled");
    // An old token holds by the old keys, and the old password is right.
    assert_eq!(town.seen(&server.client, &town.ada.token), seen);
    let ben = Person::of(&server.client.post("/api/v1/session", None, &json!({ "login": "ben", "password": PASSWORD })));
    assert_eq!(ben.id, town.ben.id);
    let (after, renewed) = town.log(&server.client, &ben.token);
    assert!(after[..before.len()] == before, "all that was said before: {after:?}");
    assert!(after.iter().enumerate().all(|(at, event)| event["seq"] == json!(at + 1)), "and no hole after it");
    assert_ne!(renewed, epoch, "a cursor of before is of another epoch");
    assert_eq!(say(&server.client, &ben, &town.room, "Good evening"), after.len() as i64 + 1);
    desk.chained("restored", &there);
    let (status, log) = server.terminate();
    assert!(status.success(), "{log}");

    // Where something is, nothing is laid over it.
    let again = desk.restore(&file, "passphrase", "restored", &there);
    assert!(text(&again.stderr).contains("is not empty"), "{}", text(&again.stderr));
    if of_postgres {
        let again = desk.restore(&file, "passphrase", "third", &there);
        assert!(text(&again.stderr).contains("is not empty") && !desk.at("third").exists(), "{}", text(&again.stderr));
        let moved = desk.restore(&file, "passphrase", "third", &[]);
        assert!(text(&moved.stderr).contains("is of PostgreSQL") && !desk.at("third").exists(), "{}", text(&moved.stderr));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_sqlite_goes_on_postgresql() {
    let desk = Desk::new();
    let root = |words: &str| format!("secrets.root={words} {words} {words} {words}");
    let (one, other) = (root("a root secret"), root("another root"));
    let of_one = ["--set", &one];
    let server = desk.serve("data", &of_one);
    let town = Town::build(&server);
    let seen = (town.seen(&server.client, &town.ada.token), town.log(&server.client, &town.ada.token).0);
    let file = desk.backed_up("data", &of_one);
    server.kill();
    let ground = Ground::postgres().await;
    // The keys are sealed anew, with another root secret.
    let there = ["--database", &ground.config.url, "--set", &other];
    // One that fails when the rows are there takes them away again.
    let keyring = format!("secrets.url=keyring:{}/keys/keyring.json", desk.path("passphrase"));
    let failed = desk.restore(&file, "passphrase", "moved", &[&there[..], &["--set", &keyring]].concat());
    assert_eq!(failed.status.code(), Some(1), "{}", text(&failed.stdout));
    let restored = desk.restore(&file, "passphrase", "moved", &there);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let server = desk.serve("moved", &there);
    assert_eq!((town.seen(&server.client, &town.ada.token), town.log(&server.client, &town.ada.token).0), seen);
    say(&server.client, &town.ben, &town.room, "Good evening");
    desk.chained("moved", &there);
}

#[test]
fn what_is_damaged_or_sealed_otherwise_is_refused_and_nothing_is_touched() {
    let desk = Desk::new();
    let server = desk.serve("data", &[]);
    Town::build(&server);
    fs::create_dir(desk.at("data").join("lan")).unwrap();
    fs::write(desk.at("data").join("lan").join("authority.key"), "a key").unwrap();
    let none = run(&["backup", "--data", &desk.path("data"), "--to", &desk.path("backups")]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("--passphrase-file"), "{}", text(&none.stderr));
    let file = desk.backed_up("data", &[]);
    let whole = fs::read(&file).unwrap();
    assert!(!whole.windows(12).any(|some| some == b"Good morning"), "what people write is sealed");

    let broken = desk.at("broken");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    for (bytes, passphrase, word) in [
        (&whole[..whole.len() / 2], "passphrase", "damaged or was cut short"),
        (&whole[..whole.len() - 1], "passphrase", "damaged or was cut short"),
        (&changed[..], "passphrase", "damaged or was cut short"),
        (&whole[..], "another", "the passphrase does not open it"),
        (b"SQLite format 3\0 and so on, for a while", "passphrase", "no backup of Carillon"),
        (b"", "passphrase", "no backup of Carillon"),
    ] {
        fs::write(&broken, bytes).unwrap();
        for more in [&[][..], &["--verify"]] {
            let refused = desk.restore(&broken, passphrase, "restored", more);
            assert_eq!(refused.status.code(), Some(1), "{word}");
            assert!(text(&refused.stderr).contains(word), "{word}: {}", text(&refused.stderr));
            assert!(!desk.at("restored").exists(), "{word}");
        }
    }
    // A restore that fails on its way leaves nothing either: here the keyring cannot be laid.
    let (passphrase, keyring) = ("passphrase", format!("secrets.url=keyring:{}/keys/keyring.json", desk.path("passphrase")));
    let failed = desk.restore(&file, passphrase, "restored", &["--set", &keyring]);
    assert_eq!(failed.status.code(), Some(1), "{}", text(&failed.stdout));
    assert!(!desk.at("restored").exists());
    let restored = desk.restore(&file, passphrase, "restored", &[]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert_eq!(fs::read_to_string(desk.at("restored").join("lan").join("authority.key")).unwrap(), "a key");
}

#[test]
fn a_full_disk_or_a_kill_leaves_nothing_that_looks_whole() {
    let desk = Desk::new();
    let server = desk.serve("data", &[]);
    let town = Town::build(&server);
    for _ in 0..40 {
        say(&server.client, &town.ada, &town.room, &"long ".repeat(700));
    }
    server.terminate();
    // No file grows beyond 64 KiB, as on a disk that is full then.
    let program = env!("CARGO_BIN_EXE_carillon");
    let full = format!("trap '' XFSZ; ulimit -f 128; exec {program} backup \"$@\"");
    let (data, passphrase, to) = (desk.path("data"), desk.path("passphrase"), desk.path("backups"));
    let arguments = ["--data", &data, "--passphrase-file", &passphrase, "--to", &to];
    let full = Command::new("/bin/sh").args(["-c", &full, "sh"]).args(arguments).env_clear().output().unwrap();
    assert_eq!(full.status.code(), Some(1));
    assert!(text(&full.stderr).contains("writing "), "{}", text(&full.stderr));
    assert_eq!(desk.backups(), [""; 0]);

    let mut killed = carillon(&["backup"]).args(arguments).stderr(Stdio::null()).spawn().unwrap();
    let since = Instant::now();
    while desk.backups().is_empty() {
        assert!(since.elapsed() < PATIENCE, "it does not begin");
        thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(desk.backups(), [".carillon-backup.part"]);
    let file = desk.backed_up("data", &["--no-verify"]);
    assert_eq!(desk.backups(), [file.file_name().unwrap().to_str().unwrap()], "what the killed one left is gone");
    assert!(file.display().to_string().contains("-unverified"), "{}", file.display());

    // A restore that was killed is not served from, and not taken for a fresh place.
    fs::create_dir(desk.at("half")).unwrap();
    fs::write(desk.at("half").join("restoring"), "").unwrap();
    let refused = carillon(&["serve"]).args(server::alone(&desk.at("half"))).output().unwrap();
    assert!(text(&refused.stderr).contains("broke off"), "{}", text(&refused.stderr));
}

#[test]
fn the_server_makes_one_a_day_by_itself() {
    let desk = Desk::new();
    let (directory, passphrase) = (desk.path("backups"), desk.path("passphrase"));
    let daily = [
        "--set".into(),
        format!("backup.directory={directory}"),
        "--set".into(),
        format!("backup.passphrase_file={passphrase}"),
        "--set".into(),
        "backup.keep=1".into(),
    ];
    let daily: Vec<&str> = daily.iter().map(String::as_str).collect();
    fs::write(desk.at("backups").join("carillon-20200101T000000Z.backup"), "an old one").unwrap();
    let server = desk.serve("data", &daily);
    let since = Instant::now();
    let metric = |server: &Server| {
        let page = server.operator("/metrics").body;
        let line = page.lines().find_map(|line| line.strip_prefix("carillon_backup_last_verified_seconds "));
        line.unwrap_or_else(|| panic!("{page}")).parse::<i64>().unwrap()
    };
    while metric(&server) == 0 || desk.backups().len() > 1 {
        assert!(since.elapsed() < PATIENCE, "{:?}", desk.backups());
        thread::yield_now();
    }
    let made = desk.backups();
    assert!(made[0].starts_with("carillon-20") && made[0] != "carillon-20200101T000000Z.backup", "{made:?}");
    let tried = desk.restore(&desk.at("backups").join(&made[0]), "passphrase", "none", &["--verify"]);
    assert!(tried.status.success(), "{}", text(&tried.stderr));
    let last = metric(&server);
    server.terminate();
    // The next one is due tomorrow.
    let server = desk.serve("data", &daily);
    assert_eq!((metric(&server), desk.backups()), (last, made));
    let wrong = carillon(&["config", "check", "--set", "backup.directory=backups"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2), "a backup without a passphrase");
}
