//! The shape of the tables: each crate brings its own steps, each step runs once.

use std::collections::BTreeSet;

use carillon_core::{Problem, Timestamp};

/// One step. Once released, its text never changes: a later step mends it.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The crate whose tables these are.
    pub owner: &'static str,
    /// Counted from 1 within the owner.
    pub number: i64,
    pub name: &'static str,
    /// Statements for both engines.
    pub both: &'static [&'static str],
    /// Statements after those, where the engines part: triggers, index kinds.
    pub sqlite: &'static [&'static str],
    pub postgres: &'static [&'static str],
}

pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (owner TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, \
                                at BIGINT NOT NULL, PRIMARY KEY (owner, number))";
pub(crate) const KNOWN: &str = "SELECT owner, number, name FROM migrations";
pub(crate) const NOTE: &str = "INSERT INTO migrations (owner, number, name, at) VALUES ($1, $2, $3, $4)";

/// The steps that `done` lacks, in the order given; or why this program must not touch that database.
pub(crate) fn pending<'m>(plan: &Plan<'m>, done: &[(String, i64, String)]) -> Result<Vec<&'m Migration>, Problem> {
    let steps = plan.steps;
    let known: BTreeSet<(&str, i64)> = steps.iter().map(|step| (step.owner, step.number)).collect();
    if let Some((owner, number, name)) = done.iter().find(|(owner, number, _)| !known.contains(&(owner.as_str(), *number))) {
        return Err(Problem::conflict(format!(
            "the database was written by a newer Carillon (it has step {number} of `{owner}`, \"{name}\", which this program does not know): \
             start that version, or restore a backup made before it"
        )));
    }
    let missing = |step: &&Migration| !done.iter().any(|(owner, number, _)| owner == step.owner && *number == step.number);
    let missing: Vec<_> = steps.iter().filter(missing).collect();
    if plan.beside && !missing.is_empty() {
        return Err(Problem::conflict("the database is empty, or was last served by an older Carillon: start this version's server once")
            .named("older-database"));
    }
    Ok(missing)
}

pub(crate) struct Plan<'m> {
    pub steps: &'m [Migration],
    pub now: Timestamp,
    /// Somebody else may be serving from it: nothing is to be changed.
    pub beside: bool,
}
