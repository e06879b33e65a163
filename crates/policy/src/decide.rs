//! Rego, compiled once, run for each question that was not asked before.

use std::{
    collections::HashMap,
    mem::take,
    sync::{Arc, Mutex},
};

use aws_lc_rs::digest;
use carillon_core::{Action, Principal};
use regorus::{Engine, Value, rvm::RegoVM};
use serde_core::Serialize;

use crate::Bundle;

/// Questions remembered, and the bytes of them; when either is full, all are forgotten and asked anew.
const KNOWN: usize = 65_536;
const KNOWN_BYTES: usize = 32 * 1024 * 1024;
/// A decision that needs more is refused: it runs where everybody waits.
const INSTRUCTIONS: usize = 25_000;

/// May it be done, why, and what is asked of whoever does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub allow: bool,
    /// Stable words for audit and for the asker: `member`, `archived`, `noRule`.
    pub reasons: Vec<String>,
    /// What `apply` or `show` must heed: `mask`, `stepUp`.
    pub obligations: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the policy cannot be read: {0}")]
    Unreadable(String),
    #[error("no rule decides {0}: add `{1}` to the bundle")]
    NoRule(Action, String),
}

/// A compiled bundle. It is a pure function of its input (no clock, no network among its builtins), so what was decided once holds.
pub struct Policy {
    program: Arc<regorus::rvm::Program>,
    /// The entry point of each action, in the order of [`Action::ALL`].
    entry: Vec<usize>,
    idle: Mutex<Vec<RegoVM>>,
    known: Mutex<Known>,
    version: String,
}

/// By the question's text: the same text is the same input, and has the same answer.
#[derive(Default)]
struct Known {
    decisions: HashMap<Vec<u8>, Arc<Decision>>,
    bytes: usize,
}

impl Policy {
    /// Compiles a bundle; every action must have its rule.
    pub fn load(bundle: Bundle<'_>) -> Result<Self, PolicyError> {
        let unreadable = |why: &dyn std::fmt::Display| PolicyError::Unreadable(why.to_string());
        let mut engine = Engine::new();
        let mut hash = digest::Context::new(&digest::SHA256);
        for (name, text) in bundle {
            engine.add_policy((*name).into(), (*text).into()).map_err(|why| unreadable(&why))?;
            hash.update(text.as_bytes());
        }
        let names: Vec<String> = Action::ALL.iter().map(|action| format!("data.carillon.{}", action.name())).collect();
        for (action, name) in Action::ALL.iter().zip(&names) {
            let (package, rule) = name.rsplit_once('.').expect("a name has a dot");
            let found = bundle.iter().any(|(_, text)| {
                text.contains(&format!("package {}\n", package.trim_start_matches("data.")))
                    && text.lines().any(|line| line.strip_prefix(rule).is_some_and(|rest| rest.starts_with(" :=")))
            });
            if !found {
                return Err(PolicyError::NoRule(*action, name.clone()));
            }
        }
        let points: Vec<&str> = names.iter().map(String::as_str).collect();
        let compiled = engine.compile_with_entrypoint(&points[0].into()).map_err(|why| unreadable(&why))?;
        let program =
            regorus::languages::rego::compiler::Compiler::compile_from_policy(&compiled, &points).map_err(|why| unreadable(&why))?;
        let entry = names
            .iter()
            .map(|name| program.entry_points.get_index_of(name.as_str()).ok_or_else(|| unreadable(&format!("{name} was not compiled"))))
            .collect::<Result<_, _>>()?;
        let version = hash.finish().as_ref().iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Ok(Self { program, entry, idle: Mutex::default(), known: Mutex::default(), version: format!("{version:012x}") })
    }

    /// The first 12 hexadecimal digits of the bundle's SHA-256: what audit says of the rules that were in force.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Decides, or remembers what it decided.
    pub fn decide(&self, who: &Principal, action: Action, on: &impl Serialize) -> Arc<Decision> {
        let Ok(question) = question(who, action, on) else { return Arc::new(refused("factsUnreadable")) };
        if let Some(known) = self.known.lock().expect("no panic while held").decisions.get(&question) {
            return known.clone();
        }
        let decision = Arc::new(self.answer(action, &question));
        let mut known = self.known.lock().expect("no panic while held");
        let full = known.decisions.len() >= KNOWN || known.bytes + question.len() > KNOWN_BYTES;
        let forgotten = if full { take(&mut *known) } else { Known::default() };
        known.bytes += question.len();
        known.decisions.insert(question, decision.clone());
        drop(known);
        drop(forgotten); // which takes a while
        decision
    }

    /// Decides without remembering.
    pub fn evaluate(&self, who: &Principal, action: Action, on: &impl Serialize) -> Decision {
        question(who, action, on).map_or_else(|_| refused("factsUnreadable"), |question| self.answer(action, &question))
    }

    fn answer(&self, action: Action, question: &[u8]) -> Decision {
        let Ok(mut input) = serde_json::from_slice::<Value>(question) else { return refused("factsUnreadable") };
        leave_out_nulls(&mut input);
        let idle = self.idle.lock().expect("no panic while held").pop();
        let mut vm = idle.unwrap_or_else(|| {
            let mut vm = RegoVM::new();
            vm.load_program(self.program.clone());
            vm.set_max_instructions(INSTRUCTIONS);
            vm
        });
        vm.set_input(input);
        let out = vm.execute_entry_point_by_index(self.entry[action as usize]);
        self.idle.lock().expect("no panic while held").push(vm);
        let Ok(out) = out else { return refused("policyError") };
        if out == Value::Undefined {
            return refused("noRule");
        }
        let texts = |key: &str| {
            let list = out[key].as_array().map(|list| list.iter().filter_map(|text| text.as_string().ok()).map(ToString::to_string));
            list.map(Iterator::collect).unwrap_or_default()
        };
        Decision { allow: matches!(out["allow"].as_bool(), Ok(true)), reasons: texts("reasons"), obligations: texts("obligations") }
    }
}

/// The input of the rules, as JSON: `{"who": .., "action": .., "on": ..}`.
fn question(who: &Principal, action: Action, on: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(384);
    text.extend_from_slice(b"{\"who\":");
    serde_json::to_writer(&mut text, who)?;
    text.extend_from_slice(b",\"action\":");
    serde_json::to_writer(&mut text, &action)?;
    text.extend_from_slice(b",\"on\":");
    serde_json::to_writer(&mut text, on)?;
    text.push(b'}');
    Ok(text)
}

/// In Rego `null` counts as true: a fact that is not there must not look like one that is.
fn leave_out_nulls(value: &mut Value) {
    let Ok(fields) = value.as_object_mut() else { return };
    fields.retain(|_, fact| *fact != Value::Null);
    for (_, fact) in fields.iter_mut() {
        leave_out_nulls(fact);
    }
}

fn refused(reason: &str) -> Decision {
    Decision { allow: false, reasons: vec![reason.into()], obligations: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EMBEDDED;

    #[test]
    fn what_is_remembered_is_bounded_by_number_and_by_bytes() {
        let policy = Policy::load(EMBEDDED).expect("the bundle compiles");
        let nobody = Principal::Anonymous { address: None };
        let known = || {
            let known = policy.known.lock().expect("no panic while held");
            (known.decisions.len(), known.bytes)
        };
        let long = "x".repeat(1024 * 1024);
        for number in 0..40 {
            policy.decide(&nobody, Action::RoomCreate, &format!("{number} {long}"));
            assert!(known().1 <= KNOWN_BYTES);
        }
        assert!(known().0 < 32, "{} questions of a mebibyte", known().0);
        policy.known.lock().expect("no panic while held").decisions =
            (0..KNOWN).map(|number| (number.to_be_bytes().to_vec(), Arc::new(refused("x")))).collect();
        policy.decide(&nobody, Action::RoomCreate, &"one more");
        assert_eq!(known().0, 1);
        policy.decide(&nobody, Action::RoomCreate, &"one more");
        assert_eq!(known().0, 1);
    }
}
