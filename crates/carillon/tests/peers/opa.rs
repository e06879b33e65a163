//! Open Policy Agent, with the same bundle: what it decides otherwise, regorus or we have wrong.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use carillon_core::{Action, DeviceId, PersonId, Principal, Role, RoomId, SessionId};
use carillon_policy::{Decision, EMBEDDED, Policy};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{program, server::client::Client};

/// Questions about each action.
const QUESTIONS: usize = 100;

/// The same throws in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Three that meet often enough: oneself, another, a third.
    fn person(&mut self) -> PersonId {
        PersonId::new(Uuid::from_u128(1 + self.below(3) as u128))
    }

    fn principal(&mut self) -> Principal {
        let (id, session, device) = (self.person(), SessionId::new(Uuid::nil()), DeviceId::new(Uuid::nil()));
        match self.below(9) {
            0 => Principal::Anonymous { address: None },
            1..=4 => Principal::Account { id, role: self.one(&[Role::Member, Role::Admin]), session, device },
            5 | 6 => Principal::Guest { id, room: RoomId::new(Uuid::nil()), session, device },
            _ => Principal::system("calls"),
        }
    }

    /// A fact as a rule expects it, or, one in ten, as it should never be.
    fn fact(&mut self, name: &str) -> Value {
        if self.below(10) == 0 {
            return self.one(&[json!(null), json!(""), json!([]), json!({}), json!(0), json!([{ "role": "owner" }]), json!("owner")]);
        }
        match name {
            "kind" => self.one(&[json!("group"), json!("direct")]),
            "role" => self.one(&[json!("owner"), json!("member"), json!("guest")]),
            "membership" => json!({ "role": self.fact("role"), "muted": self.fact("muted") }),
            "muted" | "party" | "answered" | "adHoc" | "closed" | "tookPart" => self.one(&[json!(true), json!(false)]),
            _ => json!(self.person()),
        }
    }

    /// Facts of all subjects together; each may be missing.
    fn facts(&mut self) -> Value {
        let names = [
            "kind",
            "membership",
            "target",
            "with",
            "own",
            "owner",
            "creator",
            "closed",
            "offerer",
            "participant",
            "party",
            "answered",
            "adHoc",
            "tookPart",
        ];
        let mut facts = Map::new();
        for name in names {
            if self.below(5) > 0 {
                facts.insert(name.into(), self.fact(name));
            }
        }
        facts.into()
    }
}

/// The real server, with our rules.
struct Opa {
    child: Child,
    client: Client,
    _rules: tempfile::TempDir,
}

impl Opa {
    fn start() -> Self {
        let rules = tempfile::tempdir().unwrap();
        for (name, text) in EMBEDDED {
            fs::write(rules.path().join(name), text).unwrap();
        }
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(program("OPA"));
        command.args(["run", "--server", "--log-level", "error", "--addr", &address.to_string()]).arg(rules.path());
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        while std::net::TcpStream::connect(address).is_err() {
            assert_eq!(child.try_wait().unwrap(), None, "OPA has ended");
            std::thread::yield_now();
        }
        Self { child, client: Client::new(&format!("http://{address}")), _rules: rules }
    }

    /// What no rule says is refused, as with us.
    fn decide(&self, who: &Principal, action: Action, on: &Value) -> Decision {
        let input = json!({ "input": { "who": who, "action": action, "on": on } });
        let answer = self.client.post(&format!("/v1/data/carillon/{}", action.name().replace('.', "/")), None, &input);
        assert_eq!(answer.status, 200, "{answer:?}");
        let decision = &answer.json()["result"];
        if decision.is_null() {
            return Decision { allow: false, reasons: vec!["noRule".into()], obligations: Vec::new() };
        }
        let texts = |key: &str| serde_json::from_value(decision[key].clone()).unwrap();
        Decision { allow: decision["allow"] == true, reasons: texts("reasons"), obligations: texts("obligations") }
    }
}

impl Drop for Opa {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn opa_decides_every_action_as_the_server_does() {
    let (opa, policy) = (Opa::start(), Policy::load(EMBEDDED).unwrap());
    let (mut dice, mut allowed) = (Dice(8), BTreeMap::<&str, usize>::new());
    for action in Action::ALL {
        for _ in 0..QUESTIONS {
            let (who, on) = (dice.principal(), dice.facts());
            let (ours, theirs) = (policy.evaluate(&who, *action, &on), opa.decide(&who, *action, &on));
            assert_eq!(ours, theirs, "{action}: {} on {on}", json!(who));
            *allowed.entry(action.name()).or_default() += usize::from(ours.allow);
        }
    }
    // Questions to which there is only one answer prove nothing.
    let never: Vec<_> = allowed.iter().filter(|(_, times)| **times == 0).collect();
    assert!(never.is_empty(), "never allowed: {never:?}");
    let refused = allowed.values().filter(|times| **times < QUESTIONS).count();
    println!("{} questions about {} actions, {refused} of them refused at times", QUESTIONS * allowed.len(), allowed.len());
}
