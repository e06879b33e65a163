//! `carillon restore`: a backup into an empty place, or tried in one that goes afterwards.

use std::{
    fs::{self, DirBuilder},
    io::ErrorKind,
    os::unix::fs::DirBuilderExt,
    path::{Component, Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail, ensure};
use carillon_gate::{Database, DatabaseConfig, Trial};
use carillon_media::IceServers;
use carillon_platform::{clock, files, secrets, secrets::Secrets, tasks::Tasks, telemetry};
use tokio::{sync::mpsc, task::spawn_blocking};

use crate::{
    backup::{Backup, Engine},
    chain,
    config::Config,
    data::{Data, RESTORING},
    house::{self, migrations, plain},
};

/// The part that holds the keys.
pub(crate) const KEYS: &str = "keys";
/// Before the names of parts that are files of the data directory.
pub(crate) const FILES: &str = "files/";
/// Tables that PostgreSQL alone has.
const POSTGRES_ALONE: [&str; 1] = ["events_base"];

pub(crate) async fn command(config: Config, file: PathBuf, verify: bool) -> Result<ExitCode> {
    if verify {
        let backup = try_out(&file, &config, &beside(&file)).await?;
        println!("{} is good: restored elsewhere, {} rows recounted, the audit record verified", file.display(), backup.manifest.rows());
        return Ok(ExitCode::SUCCESS);
    }
    let backup = open(&file, &config).await?;
    fits(&backup, &config)?;
    let data = PathBuf::from(&config.data);
    let was_there = data.exists();
    ensure!(!was_there || fs::read_dir(&data)?.next().is_none(), "{} is not empty: name a fresh directory by --data", data.display());
    let engine = config.database.engine();
    ensure!(Database::is_vacant(&engine).await.map_err(plain)?, "the database {} is not empty: give an empty one", config.database.url);
    let keyring = config.secrets.keyring()?.to_owned();
    ensure!(!keyring.exists(), "there is a keyring {} already: name a fresh place", keyring.display());
    let rooms = {
        let held = Data::hold(&config)?;
        restore(&backup, &config, &held).await
    };
    if rooms.is_err() {
        clear(&data, was_there, &config, &keyring);
    }
    let rooms = rooms?;
    println!("restored {} rows into {}", backup.manifest.rows(), config.database.url);
    eprintln!("{rooms} rooms begin a new epoch: apps forget what they had. Start it by `carillon serve --data {}`.", data.display());
    Ok(ExitCode::SUCCESS)
}

/// Answers with the number of rooms.
async fn restore(backup: &Arc<Backup>, config: &Config, held: &Data) -> Result<usize> {
    held.keep(RESTORING, "A restore is under way here; if none is, it broke off.\n")?;
    let to = config.database.engine();
    let filled = fill(backup, &to, None).await?;
    let restored = settle(backup, config, held, &to, &filled).await;
    if restored.is_err()
        && let Err(why) = Database::empty(&to).await.map_err(plain)
    {
        eprintln!("the database {} could not be emptied again, do that yourself: {why:#}", config.database.url);
    }
    restored
}

/// What comes after the rows are there.
async fn settle(backup: &Arc<Backup>, config: &Config, held: &Data, to: &DatabaseConfig, filled: &[(String, u64)]) -> Result<usize> {
    let database = recount(backup, to, filled).await?;
    lay(backup, &held.path, &config.secrets).await?;
    let url = config.gateway.public_url.clone().or_else(|| backup.manifest.address.clone()).unwrap_or_default();
    let mut registry = telemetry::registry();
    let tasks = Tasks::new();
    let (gate, _) = house::gate(database.clone(), config, &url, IceServers::default(), &tasks, &mut registry).await?;
    let rooms = carillon_rooms::renew_epochs(&gate).await.map_err(plain)?;
    chain::finish(database.clone()).await;
    database.close().await;
    if !url.is_empty() {
        held.keep_address(&url)?;
    }
    held.forget(RESTORING)?;
    Ok(rooms)
}

/// Restores it into a place that goes afterwards: a directory of its own, and on PostgreSQL a schema of its own.
pub(crate) async fn try_out(file: &Path, config: &Config, trial: &Path) -> Result<Arc<Backup>> {
    let backup = open(file, config).await?;
    let place = Directory::make(trial)?;
    let keyring = secrets::Config { url: format!("keyring:{}", trial.join("keyring.json").display()), root: config.secrets.root.clone() };
    let tried = match backup.manifest.engine {
        Engine::Sqlite => {
            let url = format!("sqlite:{}", trial.join("carillon.db").display());
            whole(&backup, &DatabaseConfig { url, authority_file: None }, None, trial, &keyring).await
        }
        Engine::Postgres => {
            ensure!(
                config.database_file().is_none(),
                "the backup is of PostgreSQL: name a database by --database; it is tried there in a schema of its own"
            );
            let schema = Trial::open(&config.database.engine()).await.map_err(plain)?;
            let tried = whole(&backup, &schema.config, Some(&schema), trial, &keyring).await;
            let closed = schema.close().await.map_err(plain);
            tried.and(closed)
        }
    };
    drop(place);
    tried.map(|()| backup)
}

/// A place beside the file, or where everybody may write if it lies where nobody may.
fn beside(file: &Path) -> PathBuf {
    let name = format!(".{}.trial", file.file_name().unwrap_or_default().to_string_lossy());
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let here = directory.join(&name);
    match DirBuilder::new().mode(0o700).create(&here) {
        Err(why) if matches!(why.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => std::env::temp_dir().join(name),
        made => {
            if made.is_ok() {
                let _ = fs::remove_dir(&here); // it is made again, by whoever takes it away
            }
            here
        }
    }
}

async fn whole(backup: &Arc<Backup>, to: &DatabaseConfig, schema: Option<&Trial>, data: &Path, keyring: &secrets::Config) -> Result<()> {
    let filled = fill(backup, to, schema).await?;
    recount(backup, to, &filled).await?.close().await;
    lay(backup, data, keyring).await?;
    Secrets::open(keyring).await?;
    Ok(())
}

async fn open(file: &Path, config: &Config) -> Result<Arc<Backup>> {
    let (path, passphrase) = (file.to_owned(), config.backup.passphrase()?.clone());
    let backup = spawn_blocking(move || Backup::open(&path, &passphrase)).await??;
    backup.manifest.steps_of(&migrations())?;
    Ok(Arc::new(backup))
}

/// A record of PostgreSQL has several events at one place, which SQLite's does not.
fn fits(backup: &Backup, config: &Config) -> Result<()> {
    if backup.manifest.engine == Engine::Postgres && config.database_file().is_some() {
        bail!("the backup is of PostgreSQL: restore it into an empty database there, by --database postgres://..");
    }
    Ok(())
}

/// Fills the empty database; answers with the rows that its tables then have.
async fn fill(backup: &Arc<Backup>, to: &DatabaseConfig, schema: Option<&Trial>) -> Result<Vec<(String, u64)>> {
    let steps = backup.manifest.steps_of(&migrations())?;
    let without = if to.url.starts_with("sqlite:") { &POSTGRES_ALONE[..] } else { &[] };
    let (out, pieces) = mpsc::channel(8);
    let reading = {
        let backup = backup.clone();
        spawn_blocking(move || backup.send(without, &out))
    };
    let filled = match schema {
        Some(trial) => trial.copy_in(&steps, clock::now(), pieces).await,
        None => Database::copy_in(to, &steps, clock::now(), pieces).await,
    };
    reading.await?.context("reading the backup")?;
    filled.map_err(plain)
}

/// Recounts the rows, brings the database up to date, and recounts the audit record.
async fn recount(backup: &Arc<Backup>, to: &DatabaseConfig, filled: &[(String, u64)]) -> Result<Database> {
    let (known, manifest) = (migrations(), &backup.manifest);
    for (table, rows) in filled {
        let said = manifest.parts.iter().find(|part| part.table() == Some(table)).and_then(|part| part.rows);
        ensure!(said == Some(*rows), "the table {table} has {rows} rows after the restore, and {} in the backup", said.unwrap_or_default());
    }
    let database = Database::open(to, &known, clock::now()).await.map_err(plain)?;
    let report = carillon_audit::verify(&database).await.map_err(plain)?;
    if let Some(fault) = report.faults.first() {
        bail!("the audit record does not hold: {fault}");
    }
    ensure!(report.hash == manifest.audit_head, "the audit record does not end as the backup says");
    Ok(database)
}

/// The keys, and what lay beside the database.
async fn lay(backup: &Arc<Backup>, data: &Path, keyring: &secrets::Config) -> Result<()> {
    let small = {
        let backup = backup.clone();
        spawn_blocking(move || backup.small()).await??
    };
    for (name, bytes) in small {
        if name == KEYS {
            Secrets::lay(keyring, &bytes)?;
        } else if let Some(name) = name.strip_prefix(FILES).map(Path::new) {
            ensure!(name.components().all(|part| matches!(part, Component::Normal(_))), "a file of the backup leads elsewhere");
            let path = data.join(name);
            if let Some(directory) = path.parent() {
                DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            }
            files::replace(&path, bytes, 0o600).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    Ok(())
}

/// Leaves nothing of what a restore had begun: the directory was empty before, and the files elsewhere were not there.
fn clear(data: &Path, was_there: bool, config: &Config, keyring: &Path) {
    let database =
        config.database_file().into_iter().flat_map(|file| ["", "-wal", "-shm", ".lock"].map(|ending| files::beside(file, ending)));
    let keyring = ["", ".lock"].map(|ending| files::beside(keyring, ending));
    for path in database.chain(keyring) {
        let _ = fs::remove_file(path); // it may lie in the directory, or never have been made
    }
    for entry in fs::read_dir(data).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    if !was_there {
        let _ = fs::remove_dir(data); // what could not be taken away is seen at the next try
    }
}

/// A directory that goes when this is dropped.
struct Directory(PathBuf);

impl Directory {
    fn make(path: &Path) -> Result<Self> {
        let why =
            || format!("the directory {} for the trial cannot be made: remove it, unless another trial is running there", path.display());
        DirBuilder::new().mode(0o700).create(path).with_context(why)?;
        Ok(Self(path.into()))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // the next one in its place says what is left
    }
}
