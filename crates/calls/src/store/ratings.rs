//! How calls were.

use carillon_core::{CallId, PersonId, Problem, Timestamp};
use carillon_gate::{Row, Tx};

use crate::rating::{CallProblem, CallRating};

/// Shown of one call.
const MOST: i64 = 100;

/// What somebody says of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub rating: i64,
    pub problems: Vec<CallProblem>,
    pub words: Option<String>,
}

pub(crate) async fn said(tx: &mut Tx<'_>, call: CallId, person: PersonId) -> Result<Option<Said>, Problem> {
    let row = tx.row("SELECT rating, problems, words FROM call_ratings WHERE call = $1 AND person = $2", &[&call, &person]).await?;
    row.map(|row| Ok(Said { rating: row.get(0)?, problems: problems(&row, 1)?, words: row.get(2)? })).transpose()
}

pub(crate) async fn keep(tx: &mut Tx<'_>, (call, person): (CallId, PersonId), said: &Said, now: Timestamp) -> Result<(), Problem> {
    let sql = "INSERT INTO call_ratings (call, person, rating, problems, words, at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (call, person) DO UPDATE SET rating = excluded.rating, problems = excluded.problems, words = excluded.words, \
               at = excluded.at";
    let problems = said.problems.iter().map(|problem| problem.word()).collect::<Vec<_>>().join(" ");
    tx.run(sql, &[&call, &person, &said.rating, &problems, &said.words, &now]).await
}

/// The first first.
pub(crate) async fn of(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<CallRating>, Problem> {
    let sql = "SELECT n.id, n.name, r.rating, r.problems, r.words, r.at FROM call_ratings r JOIN people n ON n.id = r.person \
               WHERE r.call = $1 ORDER BY r.at, n.id LIMIT $2";
    let rating = |row: &Row| {
        let (person, name, rating) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(CallRating { person, name, rating, problems: problems(row, 3)?, words: row.get(4)?, at: row.get(5)? })
    };
    tx.rows(sql, &[&call, &MOST]).await?.iter().map(rating).collect()
}

fn problems(row: &Row, at: usize) -> Result<Vec<CallProblem>, Problem> {
    row.get::<String>(at)?.split_whitespace().map(CallProblem::read).collect()
}

pub(crate) async fn are_kept(tx: &mut Tx<'_>, call: CallId) -> Result<bool, Problem> {
    Ok(tx.row("SELECT 1 FROM call_ratings WHERE call = $1 LIMIT 1", &[&call]).await?.is_some())
}

pub(crate) async fn purge(tx: &mut Tx<'_>, call: CallId) -> Result<(), Problem> {
    tx.run("DELETE FROM call_ratings WHERE call = $1", &[&call]).await
}
