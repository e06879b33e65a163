//! What the stories share: the real program, and a client that sends what it is told.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod client;
mod schema;
pub(crate) mod socket;

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
};

use client::{Answer, Client};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// The program, with nothing of our own environment in its configuration.
pub(crate) fn carillon(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carillon"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    carillon(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The arguments by which a server does not meet another one on this machine.
pub(crate) fn alone(data: &Path) -> Vec<String> {
    let data = data.display().to_string();
    ["--data", &data, "--listen", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--set", "media.stun_listen=127.0.0.1:0"]
        .map(Into::into)
        .to_vec()
}

/// The tables of all crates, as the program makes them.
pub(crate) fn all_steps() -> Vec<carillon_db::Migration> {
    [
        carillon_audit::MIGRATIONS,
        carillon_platform::jobs::MIGRATIONS,
        carillon_identity::MIGRATIONS,
        carillon_rooms::MIGRATIONS,
        carillon_calls::MIGRATIONS,
    ]
    .concat()
}

/// A server that serves. Dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    /// What it said when it had started.
    pub said: Value,
    pub client: Client,
    log: PathBuf,
}

impl Server {
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        let log = data.with_extension("log");
        let mut command = carillon(&["serve", "--json"]);
        command.args(alone(data)).args(more).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it did not start: {}", fs::read_to_string(&log).unwrap()));
        let client = Client::new(&format!("http://{}", said["listen"].as_str().unwrap()));
        Self { child, said, client, log }
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn url(&self) -> &str {
        self.said["url"].as_str().unwrap()
    }

    /// The first administrator's sign-in: their access token and the whole answer.
    pub(crate) fn sign_in(&self) -> Person {
        let (_, token) = self.said["adminLink"].as_str().expect("nobody administers it yet").split_once('#').unwrap();
        let answer = self.client.post("/api/v1/session/link", None, &json!({ "token": token }));
        assert_eq!(answer.status, 200, "{answer:?}");
        Person::of(&answer)
    }

    /// A door of its own.
    pub(crate) fn operator(&self, path: &str) -> Answer {
        Client::new(self.said["operator"].as_str().unwrap()).get(path, None)
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub(crate) fn terminate(mut self) -> (ExitStatus, String) {
        self.signal(Signal::TERM);
        let status = self.wait();
        (status, fs::read_to_string(&self.log).unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // most often it has ended
        let _ = self.child.wait();
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub id: String,
    pub token: String,
    pub session: String,
}

impl Person {
    pub(crate) fn of(signed_in: &Answer) -> Self {
        let body = signed_in.json();
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{signed_in:?}")).to_owned();
        Self { id: text(&body["principal"]["id"]), token: text(&body["tokens"]["accessToken"]), session: text(&body["session"]["id"]) }
    }
}

pub(crate) fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}
