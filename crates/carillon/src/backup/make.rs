//! Making one: the database as it is at one moment, the keys, the authority of a local network.

use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use carillon_core::{Timestamp, hex};
use carillon_gate::{Database, Piece};
use carillon_platform::{
    backups::Made,
    clock,
    config::Secret,
    secrets::{Envelope, Secrets},
};
use tokio::{
    sync::mpsc::{self, Receiver},
    task::spawn_blocking,
};

use super::{
    archive::Writer,
    manifest::{FORM, Manifest, Part, Step, TABLES},
    place::Place,
};
use crate::{
    config::Config,
    data,
    house::plain,
    restore::{self, FILES, KEYS},
};

pub(super) const MANIFEST: &str = "manifest";
/// Pieces on their way to the file. When it is slow, the database is read more slowly.
const AHEAD: usize = 8;

type Sealed = Writer<Envelope<BufWriter<File>>>;

/// Writes the file, tries a restore of it if told to, and only then gives it its name.
pub(super) async fn make(config: &Config, database: &Database, place: Place, verify: bool) -> Result<(PathBuf, Made)> {
    let at = clock::now();
    let begun = place.begin()?;
    let told = begun.path.clone();
    let (file, passphrase) = (begun.file.try_clone()?, config.backup.passphrase()?.clone());
    let keys = Secrets::open(&config.secrets).await?.take_out()?;
    let mut small = own_files(Path::new(&config.data))?;
    small.insert(0, (KEYS.into(), keys.to_vec()));
    let (out, pieces) = mpsc::channel(AHEAD);
    let writing = spawn_blocking(move || write(file, &passphrase, &small, pieces));
    let head = database.copy_out(|mut tx| Box::pin(async move { carillon_audit::head(&mut tx).await }), out).await;
    // Why nobody took what was sent is said by whoever writes.
    let written = writing.await?.with_context(|| format!("writing {}", told.display()))?;
    let audit_head = head.map_err(plain)?;
    let (engine, address) = (database.kind().into(), data::address(config));
    let (bytes, digest) =
        spawn_blocking(move || written.finish(|steps, parts| manifest(engine, at, address, steps, audit_head, parts))).await??;
    let verified_at = if verify {
        restore::try_out(&begun.path, config, &place.trial()).await.context("the backup was made, and a restore of it failed")?;
        Some(clock::now())
    } else {
        None
    };
    let path = place.keep(&begun, at, verify)?;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((path, Made { at, verified_at, file, digest, bytes }))
}

/// What lies beside the database and cannot be made anew.
fn own_files(data: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let lan = data.join("lan");
    if lan.is_dir() {
        for entry in fs::read_dir(&lan)? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok().filter(|_| entry.path().is_file());
            if let Some(name) = name {
                files.push((format!("{FILES}lan/{name}"), fs::read(entry.path())?));
            }
        }
    }
    Ok(files)
}

/// A file with all but its end.
struct Written {
    archive: Sealed,
    steps: Vec<Step>,
    parts: Vec<Part>,
}

fn write(file: File, passphrase: &Secret, small: &[(String, Vec<u8>)], mut pieces: Receiver<Piece>) -> io::Result<Written> {
    let mut archive = Writer::new(Envelope::new(BufWriter::new(file), passphrase)?);
    let (mut steps, mut parts) = (Vec::new(), Vec::new());
    for (name, bytes) in small {
        archive.begin(name)?;
        archive.block(bytes)?;
        parts.push(archive.end()?);
    }
    let mut table = None;
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Steps(taken) => {
                let step = |step: carillon_gate::Step| Step { owner: step.owner, number: step.number, name: step.name };
                steps = taken.into_iter().map(step).collect();
            }
            Piece::Rows(rows) => {
                archive.block(&[&rows.count.to_be_bytes()[..], &rows.bytes].concat())?;
                if let Some((_, count)) = &mut table {
                    *count += u64::from(rows.count);
                }
            }
            next => {
                if let Some((columns, rows)) = table.take() {
                    parts.push(Part { rows: Some(rows), columns, ..archive.end()? });
                }
                let Piece::Table(next) = next else { break };
                archive.begin(&format!("{TABLES}{}", next.name))?;
                table = Some((next.columns, 0));
            }
        }
    }
    Ok(Written { archive, steps, parts })
}

impl Written {
    /// The end of the file, durably; answers with its length and its digest.
    fn finish(self, manifest: impl FnOnce(Vec<Step>, Vec<Part>) -> Manifest) -> Result<(u64, String)> {
        let Self { mut archive, steps, parts } = self;
        archive.begin(MANIFEST)?;
        archive.block(&serde_json::to_vec(&manifest(steps, parts))?)?;
        archive.end()?;
        let (out, digest) = archive.into_inner().finish()?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok((file.metadata()?.len(), hex(&digest)))
    }
}

fn manifest(
    engine: super::manifest::Engine,
    at: Timestamp,
    address: Option<String>,
    steps: Vec<Step>,
    audit_head: String,
    parts: Vec<Part>,
) -> Manifest {
    Manifest { form: FORM, program: env!("CARGO_PKG_VERSION").into(), engine, at, address, steps, audit_head, parts }
}
