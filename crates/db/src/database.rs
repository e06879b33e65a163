//! The engine that the URL names.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use carillon_core::{Kind, Problem, Timestamp};
use deadpool_postgres::{Manager, Pool, Runtime};
use futures::future::BoxFuture;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Semaphore, mpsc};
use tokio_postgres::config::SslMode;
use tokio_util::task::TaskTracker;

use crate::{
    Counters, Migration, Tx, Unit, migrate, postgres,
    reader::{Readers, connect},
    tls,
    work::PULSE,
    writer::{PATIENCE, Waiting, Writer},
};

/// Units wait here when the disk is slow; when it is full, `write` waits, and so does whoever asked.
const WAITING: usize = 1024;
/// Connections to PostgreSQL.
const CONNECTIONS: usize = 16;
/// Older ones corrupt a WAL under a rare race of writers and checkpoints.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Where the database is.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://user:password@host/name?sslmode=require`.
    pub url: String,
    /// PEM file of the authority that signed PostgreSQL's certificate; the system's authorities otherwise.
    pub authority_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    Sqlite,
    Postgres,
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    counters: Arc<Counters>,
}

#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres { pool: Pool, units: TaskTracker, places: Arc<Semaphore> },
}

pub(crate) struct Sqlite {
    queue: Mutex<Option<mpsc::Sender<Waiting>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Arc<Readers>,
}

impl Sqlite {
    pub(crate) fn path(&self) -> &Path {
        self.readers.path()
    }
}

impl Database {
    /// Opens it and brings its tables up to date; refuses a database that a newer program wrote.
    pub async fn open(config: &Config, steps: &[Migration], now: Timestamp) -> Result<Self, Problem> {
        Self::start(config, &migrate::Plan { steps, now, beside: false }).await
    }

    /// Opens what is there, also beside a server that serves from it: nothing is made, and nothing brought up to date.
    pub async fn attach(config: &Config, steps: &[Migration]) -> Result<Self, Problem> {
        let path = config.url.strip_prefix("sqlite:").map(Path::new);
        if let Some(path) = path.filter(|path| !path.exists()) {
            return Err(Problem::new(Kind::Missing, format!("there is no database {}: start the server once", path.display())));
        }
        Self::start(config, &migrate::Plan { steps, now: Timestamp(0), beside: true }).await
    }

    async fn start(config: &Config, plan: &migrate::Plan<'_>) -> Result<Self, Problem> {
        let counters = Arc::new(Counters::default());
        let engine = if let Some(path) = config.url.strip_prefix("sqlite:") {
            Engine::Sqlite(Arc::new(open_sqlite(Path::new(path), plan, counters.clone())?))
        } else {
            let pool = open_postgres(config)?;
            postgres::migrate(&pool, plan).await?;
            Engine::Postgres { pool, units: TaskTracker::new(), places: Arc::new(Semaphore::new(WAITING)) }
        };
        Ok(Self { engine, counters })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub fn kind(&self) -> EngineKind {
        match self.engine {
            Engine::Sqlite(_) => EngineKind::Sqlite,
            Engine::Postgres { .. } => EngineKind::Postgres,
        }
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Takes one unit of work; it is settled after the commit, also when the asker has gone by then.
    pub async fn write(&self, unit: Box<dyn Unit>) -> Result<(), Problem> {
        let closed = || Problem::again("the database is being closed");
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let queue = sqlite.queue.lock().expect("no panic while held").clone().ok_or_else(closed)?;
                queue.send(Waiting::new(unit)).await.map_err(|_| closed())
            }
            Engine::Postgres { pool, units, places } => {
                let _coming = units.token(); // `close` waits for those on the doorstep, too
                let place = places.clone().acquire_owned().await.map_err(|_| closed())?;
                let work = postgres::write(pool.clone(), self.counters.clone(), unit);
                units.spawn(async move {
                    work.await;
                    drop(place);
                });
                Ok(())
            }
        }
    }

    /// Looks at one consistent moment; nothing can be written.
    pub async fn read<T, F>(&self, look: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(Tx<'t>) -> BoxFuture<'t, Result<T, Problem>> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.readers.clone().read(look).await,
            Engine::Postgres { pool, units, .. } => units.spawn(postgres::read(pool.clone(), look)).await.map_err(Problem::broken)?,
        }
    }

    /// No more is taken; returns when what waited is durable or refused, and whoever looked has seen.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                // The readers first: whoever closes the file last takes its log away.
                sqlite.readers.close().await;
                drop(sqlite.queue.lock().expect("no panic while held").take());
                let thread = sqlite.thread.lock().expect("no panic while held").take();
                let _ = tokio::task::spawn_blocking(|| thread.map(JoinHandle::join)).await;
            }
            Engine::Postgres { pool, units, places } => {
                places.close();
                units.close();
                units.wait().await;
                pool.close();
            }
        }
    }
}

fn open_sqlite(path: &Path, plan: &migrate::Plan<'_>, counters: Arc<Counters>) -> Result<Sqlite, Problem> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(Problem::broken(format!("SQLite {} is too old: 3.51.3 at least", rusqlite::version())));
    }
    let told = |why: rusqlite::Error| Problem::invalid(format!("the database {} cannot be opened: {why}", path.display()));
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE).map_err(told)?;
    migrate_sqlite(&mut db, plan)?;
    let writer = Writer::new(db, counters).map_err(Problem::broken)?;
    let (queue, waiting) = mpsc::channel(WAITING);
    let thread = std::thread::Builder::new().name("sqlite-writer".into()).spawn(move || writer.work(waiting)).map_err(Problem::broken)?;
    Ok(Sqlite { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), readers: Arc::new(Readers::new(path.into())) })
}

fn migrate_sqlite(db: &mut Connection, plan: &migrate::Plan<'_>) -> Result<(), Problem> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(Problem::broken)?;
    migrate_within(&tx, plan)?;
    tx.commit().map_err(Problem::broken)
}

pub(crate) fn migrate_within(tx: &rusqlite::Transaction<'_>, plan: &migrate::Plan<'_>) -> Result<(), Problem> {
    tx.execute_batch(migrate::TABLE).and_then(|()| tx.execute_batch(PULSE)).map_err(Problem::broken)?;
    let done: Vec<(String, i64, String)> = {
        let mut known = tx.prepare(migrate::KNOWN).map_err(Problem::broken)?;
        let rows = known.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(Problem::broken)?;
        rows.collect::<Result<_, _>>().map_err(Problem::broken)?
    };
    for step in migrate::pending(plan, &done)? {
        for statement in step.both.iter().chain(step.sqlite) {
            tx.execute_batch(statement).map_err(Problem::broken)?;
        }
        tx.execute(migrate::NOTE, (step.owner, step.number, step.name, plan.now.0)).map_err(Problem::broken)?;
    }
    Ok(())
}

pub(crate) fn open_postgres(config: &Config) -> Result<Pool, Problem> {
    let invalid = |why: &dyn std::fmt::Display| Problem::invalid(format!("database.url: {why}"));
    let mut pg: tokio_postgres::Config = config.url.parse().map_err(|why| invalid(&why))?;
    // Somewhat shorter than a unit's own time, so that the server says what it was.
    let limits = "-c statement_timeout=4s -c lock_timeout=4s -c idle_in_transaction_session_timeout=10s";
    pg.options(pg.get_options().map_or_else(|| limits.to_owned(), |given| format!("{limits} {given}")));
    // Without the last, a server that vanished without a word would be waited for as long as the kernel likes.
    pg.connect_timeout(PATIENCE).application_name("carillon").tcp_user_timeout(2 * PATIENCE);
    let manager = if pg.get_ssl_mode() == SslMode::Disable {
        Manager::new(pg, tokio_postgres::NoTls)
    } else {
        Manager::new(pg, tls::connector(config.authority_file.as_deref())?)
    };
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(Duration::from_secs(1)))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(Problem::broken)
}
