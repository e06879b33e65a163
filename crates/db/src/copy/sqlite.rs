//! SQLite: a reader of its own sends what it sees; one transaction fills a new file.

use std::{path::Path, sync::atomic::AtomicBool, time::Instant};

use carillon_core::{Problem, Timestamp};
use futures::{FutureExt, future::BoxFuture};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params_from_iter};
use tokio::sync::mpsc::{Receiver, Sender};
use uuid::Uuid;

use super::{PIECE, Piece, Rows, Step, Table, broke_off, listed, quoted};
use crate::{
    Migration, Tx, Value,
    database::migrate_within,
    migrate,
    reader::connect,
    tx::Engine,
    unit::Harm,
    writer::{PATIENCE, problem, step},
};

const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
const COLUMNS: &str = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";

pub(super) fn copy_out<T, F>(path: &Path, look: F, out: &Sender<Piece>) -> Result<T, Problem>
where
    F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>>,
{
    let told = |why: rusqlite::Error| problem(&why);
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(told)?;
    step(&db, "BEGIN").map_err(told)?;
    let (failed, until) = (AtomicBool::new(false), Instant::now() + PATIENCE);
    let seen = look(Tx::new(Engine::Sqlite(&mut db, until), &failed)).now_or_never().unwrap_or_else(|| Err(Harm::Waited.problem()))?;
    let send = |piece| out.blocking_send(piece).map_err(|_| broke_off());
    send(Piece::Steps(steps(&db).map_err(told)?))?;
    for (table, kinds) in tables(&db).map_err(told)? {
        let sql = format!("SELECT {} FROM {}", listed(&table.columns), quoted(&table.name));
        let mut statement = db.prepare(&sql).map_err(told)?;
        send(Piece::Table(table.clone()))?;
        let (mut answer, mut rows) = (statement.query([]).map_err(told)?, Rows::default());
        while let Some(row) = answer.next().map_err(told)? {
            let values = kinds.iter().enumerate().map(|(at, kind)| fit(row.get(at).map_err(told)?, kind, &table, at));
            rows.push(&values.collect::<Result<Vec<_>, _>>()?);
            if rows.bytes.len() >= PIECE {
                send(Piece::Rows(std::mem::take(&mut rows)))?;
            }
        }
        if rows.count > 0 {
            send(Piece::Rows(rows))?;
        }
    }
    send(Piece::End)?;
    Ok(seen)
}

fn steps(db: &Connection) -> rusqlite::Result<Vec<Step>> {
    let mut known = db.prepare(migrate::KNOWN)?;
    known.query_map([], |row| Ok(Step { owner: row.get(0)?, number: row.get(1)?, name: row.get(2)? }))?.collect()
}

/// Each table with the types of its columns, as they were declared.
fn tables(db: &Connection) -> rusqlite::Result<Vec<(Table, Vec<String>)>> {
    let names: Vec<String> = db.prepare(TABLES)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut columns = db.prepare(COLUMNS)?;
    let mut table = |name: String| {
        let columns = columns.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (columns, kinds) = columns.collect::<rusqlite::Result<Vec<(String, String)>>>()?.into_iter().unzip();
        Ok((Table { name, columns }, kinds))
    };
    names.into_iter().map(&mut table).collect()
}

/// SQLite keeps ids as bytes and truths as numbers: what they are, the column says.
fn fit(value: Value, kind: &str, table: &Table, at: usize) -> Result<Value, Problem> {
    Ok(match (kind, value) {
        (_, Value::Null) => Value::Null,
        ("UUID", Value::Bytes(bytes)) if bytes.len() == 16 => Value::Uuid(Uuid::from_slice(&bytes).map_err(Problem::broken)?),
        ("BOOLEAN", Value::Int(n @ (0 | 1))) => Value::Bool(n == 1),
        ("REAL" | "DOUBLE PRECISION", Value::Int(n)) => Value::Real(n as f64),
        ("BIGINT" | "INTEGER", value @ Value::Int(_))
        | ("REAL" | "DOUBLE PRECISION", value @ Value::Real(_))
        | ("TEXT", value @ Value::Text(_))
        | ("BLOB", value @ Value::Bytes(_)) => value,
        (kind, _) => {
            let column = table.columns.get(at).map_or("?", String::as_str);
            return Err(Problem::broken(format!("{}.{column} holds what is no {kind}", table.name)));
        }
    })
}

pub(super) fn copy_in(
    path: &Path,
    steps: &[Migration],
    now: Timestamp,
    mut pieces: Receiver<Piece>,
) -> Result<Vec<(String, u64)>, Problem> {
    let told = |why: rusqlite::Error| problem(&why);
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE).map_err(told)?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(told)?;
    migrate_within(&tx, &migrate::Plan { steps, now, beside: false })?;
    let (mut filled, mut table) = (Vec::new(), None::<Table>);
    loop {
        match pieces.blocking_recv().ok_or_else(broke_off)? {
            Piece::Steps(_) => {}
            Piece::Table(next) => {
                tx.execute(&format!("DELETE FROM {}", quoted(&next.name)), []).map_err(told)?;
                filled.push(next.name.clone());
                table = Some(next);
            }
            Piece::Rows(rows) => insert(&tx, table.as_ref().ok_or_else(broke_off)?, &rows)?,
            Piece::End => break,
        }
    }
    let counted = filled.into_iter().map(|name| {
        let count: i64 = tx.query_row(&format!("SELECT COUNT(*) FROM {}", quoted(&name)), [], |row| row.get(0)).map_err(told)?;
        Ok((name, count as u64))
    });
    let counted = counted.collect::<Result<_, Problem>>()?;
    tx.commit().map_err(told)?;
    let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())); // whoever opens it next could do it too
    Ok(counted)
}

fn insert(tx: &Transaction<'_>, table: &Table, rows: &Rows) -> Result<(), Problem> {
    let told = |why: rusqlite::Error| problem(&why);
    let places = (1..=table.columns.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({places})", quoted(&table.name), listed(&table.columns));
    let mut statement = tx.prepare_cached(&sql).map_err(told)?;
    for row in rows.read(table.columns.len())? {
        statement.execute(params_from_iter(row)).map_err(told)?;
    }
    Ok(())
}
