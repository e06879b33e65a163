//! What an operator starts from, in `deploy/`, fits the program: the dashboard and the alarms name metrics, labels and values that exist.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::UdpSocket,
    time::Instant,
};

use carillon_core::{Action, Kind};
use serde_json::{Value, json};
use server::{Person, Server, client::PATIENCE, id, run, socket::Socket, text};

const DASHBOARD: &str = include_str!("../../../deploy/grafana/carillon.json");
const RULES: &str = include_str!("../../../deploy/prometheus/carillon.rules.yaml");

/// No story brings these about, for each is a bug: their names and labels stand where they are counted.
const BUGS: [(&str, &str, &str); 1] = [("carillon_tasks_panics_total", "task", include_str!("../../platform/src/tasks.rs"))];
/// Prometheus adds them.
const ADDED: [&str; 2] = ["instance", "job"];

/// The values of each label of each metric.
type Known = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

#[test]
fn what_the_dashboard_and_the_alarms_name_exists() {
    let directory = tempfile::tempdir().unwrap();
    let backups = format!("backup.directory={}", directory.path().join("backups").display());
    let backups = ["--set", &backups, "--set", "backup.passphrase=correct horse battery staple"];
    let server = Server::start(&directory.path().join("data"), &backups);
    let mut questions: Vec<String> = questions(&serde_json::from_str(DASHBOARD).unwrap());
    questions.push(RULES.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n"));
    assert!(questions.len() > 30, "{questions:?}");

    let ada = server.sign_in();
    let _socket = busy(&server, &ada);
    // The first jobs are due a second after the start.
    let since = Instant::now();
    loop {
        let known = known(&server.operator("/metrics").body);
        let missing: BTreeSet<String> = questions.iter().flat_map(|question| missing(question, &known)).collect();
        if missing.is_empty() {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "deploy/grafana/carillon.json and deploy/prometheus/carillon.rules.yaml name {missing:#?}");
    }
}

#[test]
fn the_configuration_to_begin_with_holds() {
    let checked = run(&["config", "check", "--config", concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/carillon.toml")]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
}

/// Something of everything that is counted, and a socket that follows a room.
fn busy(server: &Server, ada: &Person) -> Socket {
    let token = Some(ada.token.as_str());
    let made = server.client.post("/api/v1/rooms", token, &json!({ "requestId": id(), "name": "Standup" }));
    let mut socket = Socket::connect(&server.client, token).unwrap();
    let joined = socket.ask("room:join", &json!({ "room": made.json()["room"]["id"] }));
    assert!(joined.get("result").is_some(), "{joined}");
    let asked = json!({ "requestId": id(), "role": "member" });
    let invited = server.client.post("/api/v1/invitations", token, &asked);
    let words = json!({ "token": invited.json()["token"], "login": "ben", "name": "Ben", "password": "a few good words" });
    let ben = Person::of(&server.client.post("/api/v1/invitations/accept", None, &words));
    assert_eq!(server.client.post("/api/v1/invitations", Some(&ben.token), &asked).status, 403);
    assert_eq!(server.client.get("/api/v1/rooms", Some("not.a.token")).status, 401);
    while server.client.post("/api/v1/session/link", None, &json!({ "token": "guessed" })).status != 429 {}
    let noise = UdpSocket::bind("127.0.0.1:0").unwrap();
    noise.send_to(b"no STUN", server.said["stun"].as_str().unwrap()).unwrap();
    socket
}

/// Every question that is asked of Prometheus, with what its legend shows of the answers.
fn questions(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => match fields.get("expr").and_then(Value::as_str) {
            Some(question) => vec![format!("{question} {}", fields["legendFormat"].as_str().unwrap())],
            None => fields.values().flat_map(questions).collect(),
        },
        Value::Array(list) => list.iter().flat_map(questions).collect(),
        Value::String(text) if text.starts_with("label_values(") => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// The page at /metrics, and what is a bug.
fn known(page: &str) -> Known {
    let mut known = Known::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (sample, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
        let metric = known.entry(name.into()).or_default();
        for (label, _, value) in selectors(labels) {
            metric.entry(label.into()).or_default().insert(value.into());
        }
    }
    for (name, label, source) in BUGS {
        let registered = name.trim_start_matches("carillon_").trim_end_matches("_total");
        assert!(source.contains(&format!("\"{registered}\"")) && source.contains(label), "{name} is counted elsewhere");
        known.entry(name.into()).or_default().entry(label.into()).or_default();
    }
    let actions = Action::ALL.iter().map(|action| action.name().to_owned());
    let ends = Kind::ALL.iter().map(|kind| kind.name().to_owned());
    for metric in known.values_mut() {
        metric.get_mut("action").into_iter().for_each(|values| values.extend(actions.clone()));
        metric.get_mut("end").into_iter().for_each(|values| values.extend(ends.clone()));
    }
    known
}

/// What a question names that is not there.
fn missing(question: &str, known: &Known) -> Vec<String> {
    let (mut missing, mut labels) = (Vec::new(), BTreeSet::from(ADDED));
    for (at, _) in question.match_indices("carillon_") {
        let rest = &question[at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let Some(metric) = known.get(name) else {
            missing.push(format!("{name}, which /metrics does not show"));
            continue;
        };
        labels.extend(metric.keys().map(String::as_str));
        let asked = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(asked, _)| asked);
        for (label, operator, value) in selectors(asked).filter(|(label, ..)| !ADDED.contains(label)) {
            // Alternatives are written out, and a `.*` stands at the end only.
            let there = |wanted: &str| match (metric.get(label), wanted.strip_suffix(".*")) {
                (Some(values), Some(start)) if operator.contains('~') => values.iter().any(|value| value.starts_with(start)),
                (values, _) => values.is_some_and(|values| values.contains(wanted)),
            };
            let wrong = value.split('|').filter(|wanted| !there(wanted));
            missing.extend(wrong.map(|wanted| format!("{name} with {label} `{wanted}`, which is never said")));
        }
    }
    for label in shown(question).filter(|label| !labels.contains(label)) {
        missing.push(format!("a label `{label}` that nothing in `{question}` has"));
    }
    missing
}

/// `a="b",c=~"d"` as label, operator and value.
fn selectors(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    text.trim_end_matches('}').split("\",").filter_map(|one| {
        let (left, value) = one.trim().split_once('"')?;
        let label = left.trim_end_matches(['=', '~', '!']);
        Some((label, &left[label.len()..], value.trim_end_matches('"')))
    })
}

/// Labels by which answers are grouped, and that legends and alarms show.
fn shown(question: &str) -> impl Iterator<Item = &str> {
    let between = |open: &'static str, close: char| question.split(open).skip(1).filter_map(move |rest| Some(rest.split_once(close)?.0));
    let grouped = between(" by (", ')').flat_map(|list| list.split(',')).map(str::trim);
    let legends = between("{{", '}').map(str::trim).filter(|word| !word.starts_with('$'));
    grouped.chain(legends).chain(between("$labels.", ' '))
}
