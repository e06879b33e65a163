//! What a backup says of itself.

use anyhow::{Result, bail, ensure};
use carillon_core::Timestamp;
use carillon_gate::{EngineKind, Migration};
use serde::{Deserialize, Serialize};

pub(super) const FORM: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    /// Of this file; a program reads those that it knows.
    pub form: u32,
    /// The version of the program that made it.
    pub program: String,
    pub engine: Engine,
    /// The moment that it shows.
    pub at: Timestamp,
    /// By which address people came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What had been done to the tables.
    pub steps: Vec<Step>,
    /// The last hash of the audit chain.
    pub audit_head: String,
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub owner: String,
    pub number: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
    /// Of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

pub(super) const TABLES: &str = "tables/";

impl Part {
    /// The table that it holds.
    pub(crate) fn table(&self) -> Option<&str> {
        self.name.strip_prefix(TABLES)
    }
}

impl From<EngineKind> for Engine {
    fn from(kind: EngineKind) -> Self {
        match kind {
            EngineKind::Sqlite => Self::Sqlite,
            EngineKind::Postgres => Self::Postgres,
        }
    }
}

/// Only what every form has.
#[derive(Deserialize)]
struct Outline {
    form: u32,
    program: String,
}

impl Manifest {
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let Outline { form, program } = serde_json::from_slice(bytes)?;
        ensure!(form == FORM, "the backup was made by another Carillon ({program}, form {form}; this program reads form {FORM})");
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The steps by which its tables were made; or why this program cannot restore it.
    pub(crate) fn steps_of(&self, known: &[Migration]) -> Result<Vec<Migration>> {
        let of = |step: &Step| known.iter().any(|one| one.owner == step.owner && one.number == step.number);
        if let Some(Step { owner, number, name }) = self.steps.iter().find(|step| !of(step)) {
            bail!(
                "the backup was made by a newer Carillon, {}: it has step {number} of `{owner}`, \"{name}\", which this program does not \
                 know. Restore it with that version",
                self.program
            );
        }
        let taken = |one: &&Migration| self.steps.iter().any(|step| one.owner == step.owner && one.number == step.number);
        Ok(known.iter().filter(taken).copied().collect())
    }

    pub(crate) fn rows(&self) -> u64 {
        self.parts.iter().filter_map(|part| part.rows).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Migration; 2] = [step("rooms", 1), step("rooms", 2)];

    const fn step(owner: &'static str, number: i64) -> Migration {
        Migration { owner, number, name: "a step", both: &[], sqlite: &[], postgres: &[] }
    }

    fn with(steps: &[(&str, i64)]) -> Manifest {
        let steps = steps.iter().map(|(owner, number)| Step { owner: (*owner).into(), number: *number, name: "a step".into() }).collect();
        let (program, address, parts) = ("9.9.9".into(), None, Vec::new());
        Manifest { form: FORM, program, engine: Engine::Sqlite, at: Timestamp(0), address, steps, audit_head: String::new(), parts }
    }

    #[test]
    fn an_older_backup_is_restored_by_its_own_steps_and_a_newer_one_is_refused() {
        let numbers = |manifest: &Manifest| manifest.steps_of(&KNOWN).map(|steps| steps.iter().map(|step| step.number).collect::<Vec<_>>());
        assert_eq!(numbers(&with(&[("rooms", 1)])).unwrap(), [1]);
        assert_eq!(numbers(&with(&[("rooms", 2), ("rooms", 1)])).unwrap(), [1, 2]);
        let newer = numbers(&with(&[("rooms", 1), ("rooms", 3)])).unwrap_err().to_string();
        assert!(newer.contains("newer Carillon, 9.9.9") && newer.contains("step 3 of `rooms`"), "{newer}");
    }

    #[test]
    fn another_form_is_refused_whatever_else_it_says() {
        let bytes = serde_json::to_vec(&with(&[])).unwrap();
        assert_eq!(Manifest::read(&bytes).unwrap(), with(&[]));
        let other = Manifest::read(br#"{"form":2,"program":"9.9.9","colour":"red"}"#).unwrap_err().to_string();
        assert!(other.contains("9.9.9") && other.contains("form 2"), "{other}");
    }
}
