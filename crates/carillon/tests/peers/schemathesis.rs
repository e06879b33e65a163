//! Schemathesis, with the server's own OpenAPI document: no answer is a fault of ours, none is undocumented, what the document allows is
//! taken, and what it forbids is refused.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    program,
    server::{Person, Server, id},
};

const PASSWORD: &str = "a few good words";
const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// Examples of each operation, in each way of making them.
const EXAMPLES: &str = "40";
/// Half of all ids are such that exist; the other half, and everything else, Schemathesis makes up.
const EXIST: &str = "0.5";

/// All checks hold, with two statuses that Schemathesis does not expect: a body may be too large (413) whatever else is wrong with it, and
/// what was right may be over (410) by now.
const CHECKS: &str = r#"
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "410", "413", "415", "429"]
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "410", "429"]
"#;

/// Fresh tokens whenever one ends, be it by a sign-out that Schemathesis tried.
fn signs_in(login: &str) -> String {
    format!(
        "[auth.dynamic.openapi.bearer]\npath = \"/api/v1/session\"\nextract_selector = \"/tokens/accessToken\"\nretry_on = [401]\n\
         payload = {{ login = \"{login}\", password = \"{PASSWORD}\" }}\n"
    )
}

/// Things that are there, by the parameters that may name them.
fn exist(things: &[(&str, Vec<String>)]) -> String {
    let parameter =
        |(number, (name, _)): (usize, &(&str, _))| format!("\"{name}\" = {{ dictionary = \"things{number}\", probability = {EXIST} }}\n");
    let dictionary = |(number, (_, values)): (usize, &(_, Vec<String>))| format!("[dictionaries.things{number}]\nvalues = {values:?}\n");
    let parameters: String = things.iter().enumerate().map(parameter).collect();
    let dictionaries: String = things.iter().enumerate().map(dictionary).collect();
    format!("[parameters]\n{parameters}{dictionaries}")
}

/// A server with people, rooms, calls and sessions in it.
struct World {
    server: Server,
    ada: Person,
    things: Vec<(&'static str, Vec<String>)>,
}

impl World {
    fn open(data: &Path) -> Self {
        // All come from one address, and faster than people do.
        let limits =
            ["http_principal", "http_address", "sign_in_address", "sign_in_account", "sign_in_anywhere", "enter_address", "messages"];
        let limits = limits.map(|limit| ["per_minute", "burst"].map(|key| format!("limits.{limit}.{key}=1000000")));
        let words: Vec<&str> = limits.iter().flatten().flat_map(|limit| ["--set", limit]).collect();
        let server = Server::start(data, &words);
        let ada = server.sign_in();
        let mut world = Self { server, ada, things: Vec::new() };
        world.post("/api/v1/me/password", &json!({ "new": PASSWORD }));

        let people: Vec<Person> = (0..4).map(|number| world.account(&format!("person-{number}"))).collect();
        let (mut rooms, mut links, mut sessions, mut calls) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..8 {
            let room = &world.post("/api/v1/rooms", &json!({ "requestId": id(), "name": "Standup" }))["room"];
            let (room, link) = (text(&room["id"]), text(&room["link"]));
            for person in &people[..2] {
                world.post(&format!("/api/v1/rooms/{room}/members"), &json!({ "requestId": id(), "account": person.id }));
            }
            world.post(&format!("/api/v1/rooms/{room}/messages"), &json!({ "requestId": id(), "text": "Bonjour" }));
            // Of somebody whom Schemathesis never is, so that it may answer.
            let offer = json!({ "offer": { "type": "offer", "sdp": SDP }, "metadata": { "for": "whoever answers" }, "room": room });
            let offered = world.server.client.post("/webrtc/sessions", Some(&people[1].token), &offer);
            sessions.push(text(&offered.json()["id"]));
            calls.push(text(&offered.json()["call"]));
            rooms.push(room);
            links.push(link);
        }
        // One that she took part in, and may rate.
        let room = &world.post("/api/v1/rooms", &json!({ "requestId": id(), "name": "Retrospective" }))["room"];
        let offer = json!({ "offer": { "type": "offer", "sdp": SDP }, "room": room["id"] });
        calls.push(text(&world.post("/webrtc/sessions", &offer)["call"]));
        let invitations = (0..8).map(|_| text(&world.invite()["token"])).collect();
        let signed_in = people.iter().map(|person| person.session.clone()).chain([world.ada.session.clone()]).collect();
        let people: Vec<String> = people.into_iter().map(|person| person.id).collect();
        world.things = vec![
            ("path.room", rooms.clone()),
            ("path.member", people.clone()),
            ("path.id", sessions),
            ("path.call", calls),
            ("path.session", signed_in),
            ("path.link", links.clone()),
            ("body.link", links),
            ("body.account", people),
            ("body.room", rooms),
            ("body.token", invitations),
            ("body.login", vec!["person-2".into()]),
            ("body.password", vec![PASSWORD.into()]),
        ];
        world
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.server.client.post(path, Some(&self.ada.token), body);
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer.json()
    }

    fn invite(&self) -> Value {
        self.post("/api/v1/invitations", &json!({ "requestId": id(), "role": "member" }))
    }

    fn account(&self, login: &str) -> Person {
        let body = json!({ "token": self.invite()["token"], "login": login, "name": login, "password": PASSWORD });
        Person::of(&self.server.client.post("/api/v1/invitations/accept", None, &body))
    }

    /// Schemathesis with this configuration; what it finds, it tells by itself.
    fn holds(self, configuration: &str) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("schemathesis.toml");
        fs::write(&file, format!("{CHECKS}{configuration}")).unwrap();
        let mut command = Command::new(program("SCHEMATHESIS"));
        command.arg("--config-file").arg(file).args(["run", "--checks", "all", "--max-examples", EXAMPLES, "--generation-deterministic"]);
        command.args(["--continue-on-failure", "--no-color"]);
        command.arg(format!("{}/api/openapi.json", self.server.url()));
        let status = command.current_dir(directory.path()).stdin(Stdio::null()).status().unwrap();
        let (_, log) = self.server.terminate();
        assert!(status.success(), "Schemathesis found something, see above; the server said:\n{log}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().into()
}

#[test]
fn the_api_is_as_its_document_says_to_an_administrator() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::open(&directory.path().join("data"));
    let configuration = signs_in("admin") + &exist(&world.things);
    world.holds(&configuration);
}

#[test]
fn the_api_is_as_its_document_says_to_a_member() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::open(&directory.path().join("data"));
    let configuration = signs_in("person-0") + &exist(&world.things);
    world.holds(&configuration);
}

#[test]
fn the_api_is_as_its_document_says_to_whoever_has_not_signed_in() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::open(&directory.path().join("data"));
    let configuration = exist(&world.things);
    world.holds(&configuration);
}
