//! Rego, compiled once, run for each question that was not asked before.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_lc_rs::digest;
use carillon_core::{Action, Principal};
use regorus::{Engine, Value, rvm::RegoVM};
use serde_core::Serialize;

use crate::Bundle;

/// Questions remembered; when full, all are forgotten and asked anew.
const KNOWN: usize = 65_536;
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
    known: Mutex<HashMap<Vec<u8>, Arc<Decision>>>,
    version: String,
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
        let version = hash.finish().as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { program, entry, idle: Mutex::default(), known: Mutex::default(), version })
    }

    /// The first 12 hexadecimal digits of the bundle's SHA-256: what audit says of the rules that were in force.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Decides, or remembers what it decided.
    pub fn decide(&self, who: &Principal, action: Action, on: &impl Serialize) -> Arc<Decision> {
        let Ok(asked) = serde_json::to_vec(&(who, action, on)) else { return Arc::new(refused("factsUnreadable")) };
        if let Some(known) = self.known.lock().expect("no panic while held").get(&asked) {
            return known.clone();
        }
        let decision = Arc::new(self.evaluate(who, action, on));
        let mut known = self.known.lock().expect("no panic while held");
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(asked, decision.clone());
        decision
    }

    /// Decides without remembering.
    pub fn evaluate(&self, who: &Principal, action: Action, on: &impl Serialize) -> Decision {
        let input = serde_json::json!({ "who": who, "action": action, "on": on });
        let Ok(input) = serde_json::from_value::<Value>(input) else { return refused("factsUnreadable") };
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
            let list = out[key].as_array().map(|list| list.iter().filter_map(|text| text.as_string().ok()).map(|text| text.to_string()));
            list.map(Iterator::collect).unwrap_or_default()
        };
        Decision { allow: matches!(out["allow"].as_bool(), Ok(true)), reasons: texts("reasons"), obligations: texts("obligations") }
    }
}

fn refused(reason: &str) -> Decision {
    Decision { allow: false, reasons: vec![reason.into()], obligations: Vec::new() }
}
