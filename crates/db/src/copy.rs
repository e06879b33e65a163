//! All rows of a database at one moment, and back into an empty one: the same form on both engines.

mod postgres;
mod row;
mod sqlite;
mod trial;

use std::path::{Path, PathBuf};

use carillon_core::{Problem, Timestamp};
use futures::future::BoxFuture;
use tokio::sync::mpsc::{Receiver, Sender};

pub use trial::Trial;

use crate::{Config, Database, Migration, Tx, database::Engine};

/// What a copy consists of, in this order: the steps, then each table with its rows, then the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Steps(Vec<Step>),
    Table(Table),
    Rows(Rows),
    /// Without it the copy broke off.
    End,
}

/// A step that the copied database had taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub owner: String,
    pub number: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
}

/// Some rows of the table before, whole ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub count: u32,
    pub bytes: Vec<u8>,
}

/// Rows that travel together take about this much.
const PIECE: usize = 64 * 1024;

impl Database {
    /// Sends all rows of one moment, at which `look` looks first; its answer comes at the end. Who writes is not held up meanwhile. While
    /// nobody takes what was sent, it waits; when the receiver goes, it ends.
    pub async fn copy_out<T, F>(&self, look: F, out: Sender<Piece>) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>> + Send + 'static,
    {
        match self.engine() {
            Engine::Sqlite(engine) => {
                let path = engine.path().to_owned();
                tokio::task::spawn_blocking(move || sqlite::copy_out(&path, look, &out)).await.map_err(Problem::broken)?
            }
            Engine::Postgres { pool, .. } => postgres::copy_out(pool, look, out).await,
        }
    }

    /// Fills an empty database, made by the `steps` that the copy says; answers with how many rows each table then has. It is done whole or
    /// not at all: on SQLite whoever called takes the file away that was begun.
    pub async fn copy_in(
        config: &Config,
        steps: &[Migration],
        now: Timestamp,
        pieces: Receiver<Piece>,
    ) -> Result<Vec<(String, u64)>, Problem> {
        if let Some(path) = config.url.strip_prefix("sqlite:") {
            let (path, steps) = (PathBuf::from(path), steps.to_vec());
            let filling = tokio::task::spawn_blocking(move || sqlite::copy_in(&path, &steps, now, pieces));
            return filling.await.map_err(Problem::broken)?;
        }
        postgres::copy_in(config, steps, now, pieces, false).await
    }

    /// Takes away again what [`Database::copy_in`] made. On SQLite whoever called takes the file away.
    pub async fn empty(config: &Config) -> Result<(), Problem> {
        if config.url.starts_with("sqlite:") { Ok(()) } else { postgres::empty(config).await }
    }

    /// Whether nothing is there yet.
    pub async fn is_vacant(config: &Config) -> Result<bool, Problem> {
        match config.url.strip_prefix("sqlite:") {
            Some(path) => Ok(!Path::new(path).exists()),
            None => postgres::is_vacant(config).await,
        }
    }
}

fn broke_off() -> Problem {
    Problem::again("the copy broke off")
}

/// A name as SQL takes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn listed(columns: &[String]) -> String {
    columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
}
