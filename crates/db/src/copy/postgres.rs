//! PostgreSQL: a transaction that only reads sends what it sees; tables are filled by `COPY`.

use std::pin::pin;

use carillon_core::{Problem, Timestamp};
use deadpool_postgres::{Client, Pool};
use futures::{TryStreamExt, future::BoxFuture};
use tokio::sync::mpsc::{Receiver, Sender};
use tokio_postgres::{
    Error,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::{PIECE, Piece, Rows, Step, Table, broke_off, listed, quoted};
use crate::{
    Config, Migration, Tx, Value,
    database::open_postgres,
    migrate,
    postgres::{Pg, causes, migrate_within},
    tx::Engine,
};

/// It takes as long as it takes, and may wait for a slow disk in between.
const AT_LEISURE: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
const FILLING: &str = "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";
const COLUMNS: &str = "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 \
    AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY c.relname, a.attnum";
const THERE: &str = "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()";
/// Functions that neither a trigger nor a default of these tables calls are somebody else's.
const EMPTY: &str = "DO $$ DECLARE tables text; functions text; BEGIN \
    SELECT string_agg(c.oid::regclass::text, ', ') INTO tables FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = current_schema() AND c.relkind = 'r'; \
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO functions FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
    WHERE n.nspname = current_schema() AND p.oid IN (SELECT d.refobjid FROM pg_depend d \
    WHERE d.refclassid = 'pg_proc'::regclass AND d.classid IN ('pg_trigger'::regclass, 'pg_attrdef'::regclass)) \
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'); \
    IF tables IS NOT NULL THEN EXECUTE 'DROP TABLE ' || tables || ' CASCADE'; END IF; \
    IF functions IS NOT NULL THEN EXECUTE 'DROP FUNCTION ' || functions; END IF; END $$";

pub(super) async fn copy_out<T, F>(pool: &Pool, look: F, out: Sender<Piece>) -> Result<T, Problem>
where
    F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>>,
{
    let pg = Pg::begin(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", vec![], true).await?;
    let sent = send_all(&pg, look, out).await;
    let _ = pg.end("ROLLBACK").await; // nothing was written
    sent
}

async fn send_all<T, F>(pg: &Pg, look: F, out: Sender<Piece>) -> Result<T, Problem>
where
    F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>>,
{
    let db = pg.client();
    db.batch_execute(AT_LEISURE).await.map_err(broken)?;
    let seen = look(Tx::new(Engine::Postgres(pg), pg.failed())).await?;
    let known = db.query(migrate::KNOWN, &[]).await.map_err(broken)?;
    send(&out, Piece::Steps(known.iter().map(|row| Step { owner: row.get(0), number: row.get(1), name: row.get(2) }).collect())).await?;
    for table in tables(db).await? {
        let (width, sql) = (table.columns.len(), format!("SELECT {} FROM {}", listed(&table.columns), quoted(&table.name)));
        send(&out, Piece::Table(table)).await?;
        let mut answer = pin!(db.query_raw(&sql, Vec::<Value>::new()).await.map_err(broken)?);
        let mut rows = Rows::default();
        while let Some(row) = answer.try_next().await.map_err(broken)? {
            let values = (0..width).map(|at| row.try_get::<_, Value>(at)).collect::<Result<Vec<_>, _>>().map_err(broken)?;
            rows.push(&values);
            if rows.bytes.len() >= PIECE {
                send(&out, Piece::Rows(std::mem::take(&mut rows))).await?;
            }
        }
        if rows.count > 0 {
            send(&out, Piece::Rows(rows)).await?;
        }
    }
    send(&out, Piece::End).await?;
    Ok(seen)
}

async fn send(out: &Sender<Piece>, piece: Piece) -> Result<(), Problem> {
    out.send(piece).await.map_err(|_| broke_off())
}

async fn tables(db: &Client) -> Result<Vec<Table>, Problem> {
    let mut tables: Vec<Table> = Vec::new();
    for row in db.query(COLUMNS, &[]).await.map_err(broken)? {
        let (name, column): (String, String) = (row.get(0), row.get(1));
        match tables.last_mut() {
            Some(table) if table.name == name => table.columns.push(column),
            _ => tables.push(Table { name, columns: vec![column] }),
        }
    }
    Ok(tables)
}

pub(super) async fn is_vacant(config: &Config) -> Result<bool, Problem> {
    let pool = open_postgres(config)?;
    let there: i64 = reached(&pool).await?.query_one(THERE, &[]).await.map_err(broken)?.get(0);
    pool.close();
    Ok(there == 0)
}

/// Whole or not at all; or, as a trial, in many short transactions: while one goes on, what others record is not chained.
pub(super) async fn copy_in(
    config: &Config,
    steps: &[Migration],
    now: Timestamp,
    pieces: Receiver<Piece>,
    trial: bool,
) -> Result<Vec<(String, u64)>, Problem> {
    let pool = open_postgres(config)?;
    let filled = make(&mut reached(&pool).await?, steps, now, pieces, trial).await;
    pool.close();
    filled
}

async fn make(
    client: &mut Client,
    steps: &[Migration],
    now: Timestamp,
    pieces: Receiver<Piece>,
    trial: bool,
) -> Result<Vec<(String, u64)>, Problem> {
    client.batch_execute(FILLING).await.map_err(broken)?;
    let tx = client.transaction().await.map_err(broken)?;
    let there: i64 = tx.query_one(THERE, &[]).await.map_err(broken)?.get(0);
    if there > 0 {
        return Err(Problem::conflict("the database is not empty: give the copy an empty one"));
    }
    migrate_within(tx.client(), &migrate::Plan { steps, now, beside: false }).await?;
    if trial {
        tx.commit().await.map_err(broken)?;
        client.batch_execute("SET synchronous_commit = off").await.map_err(broken)?; // it need not outlast anything
        return fill(client, pieces).await;
    }
    let filled = fill(tx.client(), pieces).await?;
    tx.commit().await.map_err(broken)?;
    Ok(filled)
}

async fn fill(db: &tokio_postgres::Client, mut pieces: Receiver<Piece>) -> Result<Vec<(String, u64)>, Problem> {
    let (mut filled, mut next) = (Vec::new(), pieces.recv().await.ok_or_else(broke_off)?);
    loop {
        let table = match next {
            Piece::Steps(_) => {
                next = pieces.recv().await.ok_or_else(broke_off)?;
                continue;
            }
            Piece::Table(table) => table,
            Piece::Rows(_) => return Err(broke_off()),
            Piece::End => return Ok(filled),
        };
        let (name, columns) = (quoted(&table.name), listed(&table.columns));
        // What a step lays into its table is in the copy, too. A table that guards its rows is empty.
        let seeded: bool = db.query_one(&format!("SELECT EXISTS (SELECT 1 FROM {name})"), &[]).await.map_err(broken)?.get(0);
        if seeded {
            db.execute(&format!("DELETE FROM {name}"), &[]).await.map_err(broken)?;
        }
        let described = db.prepare(&format!("SELECT {columns} FROM {name}")).await.map_err(broken)?;
        let types: Vec<Type> = described.columns().iter().map(|column| column.type_().clone()).collect();
        let copy = format!("COPY {name} ({columns}) FROM STDIN (FORMAT binary)");
        loop {
            next = pieces.recv().await.ok_or_else(broke_off)?;
            let Piece::Rows(rows) = &next else { break };
            // All that it sends is here by now: it waits for no slow disk.
            let mut writer = pin!(BinaryCopyInWriter::new(db.copy_in(&copy).await.map_err(broken)?, &types));
            for row in rows.read(table.columns.len())? {
                let values: Vec<&(dyn ToSql + Sync)> = row.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
                writer.as_mut().write(&values).await.map_err(broken)?;
            }
            writer.finish().await.map_err(broken)?;
        }
        let count: i64 = db.query_one(&format!("SELECT COUNT(*) FROM {name}"), &[]).await.map_err(broken)?.get(0);
        filled.push((table.name, count as u64));
    }
}

/// Takes the tables away, and what they called.
pub(super) async fn empty(config: &Config) -> Result<(), Problem> {
    let pool = open_postgres(config)?;
    let client = reached(&pool).await?;
    let emptied = async {
        client.batch_execute("SET statement_timeout = 0").await?;
        client.batch_execute(EMPTY).await
    };
    let emptied = emptied.await.map_err(broken);
    pool.close();
    emptied
}

pub(super) async fn reached(pool: &Pool) -> Result<Client, Problem> {
    pool.get().await.map_err(|why| Problem::again(causes(&why)))
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(super) fn broken(why: Error) -> Problem {
    Problem::broken(causes(&why))
}
