//! One transaction, whichever engine it is on.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Instant,
};

use carillon_core::Problem;
use rusqlite::ffi;

use crate::{Arg, Column, EngineKind, Value, failpoint, postgres::Pg, writer::problem};

/// A transaction that somebody else opened and will end. It can read and write, and nothing more.
///
/// A failed statement ends it, on both engines: whatever follows fails too, and nothing of the unit is kept, even if it ignored that.
pub struct Tx<'t> {
    engine: Engine<'t>,
    /// Seen by whoever ends the transaction.
    failed: &'t AtomicBool,
}

pub(crate) enum Engine<'t> {
    /// Until when: the progress handler stops one long statement, and this many short ones.
    Sqlite(&'t mut rusqlite::Connection, Instant),
    Postgres(&'t Pg),
}

/// One row of an answer.
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The column at `at`, counted from 0.
    pub fn get<T: Column>(&self, at: usize) -> Result<T, Problem> {
        self.0.get(at).cloned().map_or_else(|| Err(Problem::broken(format!("a row has no column {at}"))), T::read)
    }
}

impl<'t> Tx<'t> {
    pub(crate) fn new(engine: Engine<'t>, failed: &'t AtomicBool) -> Self {
        Self { engine, failed }
    }

    /// For the few statements that cannot be the same on both.
    pub fn kind(&self) -> EngineKind {
        match self.engine {
            Engine::Sqlite(..) => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// All rows of the answer: the statement bounds them by `LIMIT`.
    pub async fn rows(&mut self, sql: &'static str, args: &[&dyn Arg]) -> Result<Vec<Row>, Problem> {
        let args = self.may(sql, args)?;
        let rows = match &mut self.engine {
            Engine::Sqlite(db, until) => sqlite(db, *until, sql, &args).map_err(|why| problem(&why)),
            Engine::Postgres(pg) => pg.rows(sql, &args).await,
        };
        self.failed.fetch_or(rows.is_err(), Relaxed);
        rows
    }

    /// The first row of the answer, if there is one.
    pub async fn row(&mut self, sql: &'static str, args: &[&dyn Arg]) -> Result<Option<Row>, Problem> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// A write that tells nothing. PostgreSQL sends it along with what follows; if it fails, all of the transaction does.
    pub async fn run(&mut self, sql: &'static str, args: &[&dyn Arg]) -> Result<(), Problem> {
        let args = self.may(sql, args)?;
        let done = match &mut self.engine {
            Engine::Sqlite(db, until) => sqlite(db, *until, sql, &args).map(drop).map_err(|why| problem(&why)),
            Engine::Postgres(pg) => pg.send(sql, args).await,
        };
        self.failed.fetch_or(done.is_err(), Relaxed);
        done
    }

    fn may(&mut self, sql: &str, args: &[&dyn Arg]) -> Result<Vec<Value>, Problem> {
        failpoint::hit();
        let verb = sql.split([' ', '\n']).next().unwrap_or_default();
        let args: Vec<Value> = args.iter().map(|arg| arg.value()).collect();
        let refused = if self.failed.load(Relaxed) {
            Problem::broken("an earlier statement failed")
        } else if !matches!(verb, "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "WITH") {
            Problem::broken(format!("a unit reads and writes rows, and nothing more: {verb}"))
        } else if args.iter().any(|arg| matches!(arg, Value::Text(text) if text.contains('\0'))) {
            // PostgreSQL stores no such text, SQLite would.
            Problem::invalid("a text holds U+0000: leave it out")
        } else {
            return Ok(args);
        };
        self.failed.store(true, Relaxed);
        Err(refused)
    }
}

fn sqlite(db: &rusqlite::Connection, until: Instant, sql: &'static str, args: &[Value]) -> rusqlite::Result<Vec<Row>> {
    if Instant::now() > until {
        return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_INTERRUPT), Some("it took too long".into())));
    }
    let mut statement = db.prepare_cached(sql)?;
    if statement.parameter_count() != args.len() {
        return Err(rusqlite::Error::InvalidParameterCount(args.len(), statement.parameter_count()));
    }
    for (n, arg) in args.iter().enumerate() {
        // SQLite numbers `$2` by its first appearance: ask for each parameter's place by name.
        let Some(at) = statement.parameter_index(PLACES[n])? else {
            return Err(rusqlite::Error::InvalidParameterName(PLACES[n].into()));
        };
        statement.raw_bind_parameter(at, arg)?;
    }
    let width = statement.column_count();
    let (mut rows, mut out) = (statement.raw_query(), Vec::new());
    while let Some(row) = rows.next()? {
        out.push(Row((0..width).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?));
    }
    Ok(out)
}

const PLACES: [&str; 24] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16", "$17", "$18", "$19", "$20",
    "$21", "$22", "$23", "$24",
];
