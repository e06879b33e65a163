//! Backups: everything that the server keeps, in one sealed file that was restored once before it counts.

mod archive;
mod daily;
mod make;
mod manifest;
mod place;
mod read;
mod verbs;

pub(crate) use daily::Daily;
pub(crate) use manifest::Engine;
pub(crate) use read::Backup;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use carillon_gate::{Database, Gate};
use carillon_media::IceServers;
use carillon_platform::{backups::Made, config::Secret, tasks::Tasks, telemetry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::{place::Place, verbs::Note};
use crate::{
    config::{self, Unfit},
    data,
    house::{self, migrations, plain},
};

/// Shorter ones are guessed.
const SHORTEST_PASSPHRASE: usize = 16;

/// Backups: the database and the keys in one sealed file, which counts only after a restore of it was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Where the server makes a backup each day: a directory that it may write to, best on another disk. Unless set, it makes none by
    /// itself.
    pub directory: Option<String>,
    /// What seals each backup, at least 16 random characters. Keep a copy of it elsewhere: without it no backup opens.
    pub passphrase: Option<Secret>,
    /// When, UTC, as `HH:MM`. One that is due is made at the start.
    pub at: String,
    /// How many are kept in the directory. The newest that was verified always stays.
    #[schema(minimum = 1)]
    pub keep: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { directory: None, passphrase: None, at: "02:30".into(), keep: 14 }
    }
}

impl Config {
    pub(crate) fn settle(&self) -> Result<(), Unfit> {
        daily::minute(&self.at).ok_or(Unfit::BackupTime)?;
        match &self.passphrase {
            Some(passphrase) if passphrase.expose().len() < SHORTEST_PASSPHRASE => Err(Unfit::ShortPassphrase),
            None if self.directory.is_some() => Err(Unfit::NoPassphrase),
            _ => Ok(()),
        }
    }

    pub(crate) fn passphrase(&self) -> Result<&Secret, Unfit> {
        self.passphrase.as_ref().ok_or(Unfit::NoPassphrase)
    }
}

/// `carillon backup`, also beside a running server.
pub(crate) async fn command(config: config::Config, to: Option<PathBuf>, verify: bool) -> Result<ExitCode> {
    config.backup.passphrase()?;
    let to = to.or_else(|| config.backup.directory.clone().map(Into::into));
    let place = Place::of(&to.context("where to? Say --to, or set backup.directory")?)?;
    let database = Database::attach(&config.database.engine(), &migrations()).await.map_err(plain)?;
    let made = make::make(&config, &database, place, verify).await;
    let made = match made {
        Ok((path, made)) => {
            let mut registry = telemetry::registry();
            let url = config.gateway.public_url.clone().or_else(|| data::address(&config)).unwrap_or_default();
            let (gate, _) = house::gate(database.clone(), &config, &url, IceServers::default(), &Tasks::new(), &mut registry).await?;
            note(&gate, &made).await?;
            Ok((path, made))
        }
        failed => failed,
    };
    database.close().await;
    let (path, made) = made?;
    println!("{}", path.display());
    eprintln!("{} bytes, SHA-256 {}", made.bytes, made.digest);
    eprintln!(
        "{}",
        if verify { "A restore of it was tried and went well." } else { "It was not verified: try it by `carillon restore --verify`." }
    );
    Ok(ExitCode::SUCCESS)
}

/// Puts it on record.
async fn note(gate: &Gate, made: &Made) -> Result<()> {
    gate.act(&verbs::WHO, Note { made: made.clone() }).await.map_err(plain)
}
