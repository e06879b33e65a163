//! Reading one: first all of it, to see whether it is whole; then again, to take out what is in it.

use std::{
    fs::File,
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use carillon_core::hex;
use carillon_gate::{Piece, Rows, Table};
use carillon_platform::{
    config::Secret,
    random::Digester,
    secrets::{Opened, is_whole},
};
use tokio::sync::mpsc::Sender;

use super::{
    archive::Reader,
    make::MANIFEST,
    manifest::{Manifest, Part, TABLES},
};

/// A backup that was found whole.
pub(crate) struct Backup {
    path: PathBuf,
    passphrase: Secret,
    pub manifest: Manifest,
}

impl Backup {
    /// Reads through all of it. Nothing is written anywhere.
    pub(crate) fn open(path: &Path, passphrase: &Secret) -> Result<Self> {
        let told = || path.display().to_string();
        is_whole(BufReader::new(File::open(path).with_context(told)?)).with_context(told)?;
        let mut parts = reader(path, passphrase).with_context(told)?;
        let (mut seen, mut manifest) = (Vec::new(), None);
        while let Some(name) = parts.part().with_context(told)? {
            ensure!(manifest.is_none(), "{}: something follows its end", told());
            if name == MANIFEST {
                manifest = Some(parts.whole().with_context(told)?);
            } else {
                seen.push(count(&mut parts, name).with_context(told)?);
            }
        }
        let manifest = Manifest::read(&manifest.with_context(|| format!("{}: it does not say what it is", told()))?).with_context(told)?;
        let said: Vec<Part> = manifest.parts.iter().map(|part| Part { columns: Vec::new(), ..part.clone() }).collect();
        ensure!(seen == said, "{}: what is in it is not what it says of itself", told());
        Ok(Self { path: path.into(), passphrase: passphrase.clone(), manifest })
    }

    /// The parts that are no tables.
    pub(crate) fn small(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut parts = reader(&self.path, &self.passphrase)?;
        let mut small = Vec::new();
        while let Some(name) = parts.part()? {
            if name == MANIFEST || name.starts_with(TABLES) {
                break; // they come first
            }
            small.push((name, parts.whole()?));
        }
        Ok(small)
    }

    /// Sends the tables, those left out that the other engine alone has. Who takes no more has a reason of their own.
    pub(crate) fn send(&self, without: &[&str], out: &Sender<Piece>) -> Result<()> {
        let mut parts = reader(&self.path, &self.passphrase)?;
        while let Some(name) = parts.part()? {
            let said = self.manifest.parts.iter().find(|part| part.name == name);
            let Some((table, said)) = said.and_then(|said| Some((said.table()?, said))).filter(|(table, _)| !without.contains(table))
            else {
                parts.skip()?;
                continue;
            };
            if out.blocking_send(Piece::Table(Table { name: table.into(), columns: said.columns.clone() })).is_err() {
                return Ok(());
            }
            while let Some(block) = parts.block()? {
                let Some((count, bytes)) = block.split_first_chunk() else { bail!("a block of {name} is too short") };
                let rows = Rows { count: u32::from_be_bytes(*count), bytes: bytes.to_vec() };
                if out.blocking_send(Piece::Rows(rows)).is_err() {
                    return Ok(());
                }
            }
        }
        let _ = out.blocking_send(Piece::End); // as above
        Ok(())
    }
}

fn reader(path: &Path, passphrase: &Secret) -> Result<Reader<Opened<BufReader<File>>>> {
    Ok(Reader::new(Opened::new(BufReader::new(File::open(path)?), passphrase)?))
}

fn count(parts: &mut Reader<Opened<BufReader<File>>>, name: String) -> io::Result<Part> {
    let (mut bytes, mut rows, mut digester) = (0, 0, Digester::default());
    while let Some(block) = parts.block()? {
        bytes += block.len() as u64;
        rows += block.first_chunk().map_or(0, |count| u64::from(u32::from_be_bytes(*count)));
        digester.update(&block);
    }
    let rows = name.starts_with(TABLES).then_some(rows);
    Ok(Part { name, bytes, sha256: hex(&digester.finish()), rows, columns: Vec::new() })
}
