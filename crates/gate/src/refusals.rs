//! Refusals are recorded: the first of a (principal, action) in a minute at once, the others of that minute as one total.
//!
//! The first names what it was about; a total, which may be of many sessions and rooms, only who.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use carillon_audit::{Actor, Outcome};
use carillon_core::{Action, Principal, Timestamp};
use serde_json::json;

use crate::{act::Note, door::Inner};

/// Kinds of refusal counted in one minute; more of them, and the minute is written down early.
const COUNTED: usize = 16_384;
const MINUTE: i64 = 60_000;

#[derive(Default)]
pub(crate) struct Refusals(Mutex<Minute>);

#[derive(Default)]
struct Minute {
    number: i64,
    counts: HashMap<(String, Action), (Actor, u64)>,
}

impl Refusals {
    /// Counts one; returns the notes to write by now.
    pub(crate) fn count(&self, who: &Principal, action: Action, reasons: &[String], subject: String, now: Timestamp) -> Vec<Draft> {
        let mut minute = self.0.lock().expect("no panic while held");
        let mut drafts = minute.turn(now);
        let actor = Actor::from(who);
        let key = (actor.id.map_or_else(|| actor.source.clone().unwrap_or_default(), |id| id.to_string()), action);
        if let Some((_, count)) = minute.counts.get_mut(&key) {
            *count += 1;
        } else {
            minute.counts.insert(key, (Actor { session: None, device: None, ..actor.clone() }, 0));
            drafts.push(Draft { who: actor, action, at: now, reasons: reasons.to_vec(), subject, count: 1 });
        }
        drafts
    }

    /// The totals of a minute that is over.
    pub(crate) fn sweep(&self, now: Timestamp) -> Vec<Draft> {
        self.0.lock().expect("no panic while held").turn(now)
    }

    /// The totals of the minute that is not over yet.
    pub(crate) fn flush(&self, now: Timestamp) -> Vec<Draft> {
        self.0.lock().expect("no panic while held").drain(now)
    }
}

impl Minute {
    fn turn(&mut self, now: Timestamp) -> Vec<Draft> {
        if now.0 / MINUTE == self.number && self.counts.len() < COUNTED {
            return Vec::new();
        }
        self.drain(now)
    }

    fn drain(&mut self, now: Timestamp) -> Vec<Draft> {
        self.number = now.0 / MINUTE;
        let over = self.counts.drain().filter(|(_, (_, count))| *count > 0);
        let total = |((_, action), (who, count))| {
            let (reasons, subject) = (vec!["total".into()], String::new());
            Draft { who, action, at: now, reasons, subject, count }
        };
        over.map(total).collect()
    }
}

pub(crate) struct Draft {
    who: Actor,
    action: Action,
    at: Timestamp,
    reasons: Vec<String>,
    subject: String,
    count: u64,
}

impl Draft {
    pub(crate) fn note(self, gate: Arc<Inner>) -> Box<Note> {
        let Self { who, action, at, reasons, subject, count } = self;
        let (outcome, what) = (Outcome::Refused, json!({ "count": count }));
        Box::new(Note { gate, who, action, at, outcome, reasons, subject, what, told: None })
    }
}
