//! The web app: built when its sources changed, put where the server embeds it, with precompressed forms beside.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    node::{Node, clients},
    run::{root, run},
};

/// Run by node: brotli and gzip beside each text of more than a kilobyte.
const COMPRESS: &str = "
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { brotliCompressSync, gzipSync, constants } = require('node:zlib');
const { join, extname } = require('node:path');
const texts = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
const walk = (directory) => readdirSync(directory, { withFileTypes: true })
  .flatMap((entry) => entry.isDirectory() ? walk(join(directory, entry.name)) : [join(directory, entry.name)]);
for (const file of walk(process.argv[1])) {
  const bytes = readFileSync(file);
  if (!texts.has(extname(file)) || bytes.length <= 1024) continue;
  writeFileSync(file + '.br', brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(file + '.gz', gzipSync(bytes, { level: 9 }));
}";

pub(crate) fn build() -> Result<()> {
    let target = root().join("crates/web/dist");
    let stamp = target.join(".stamp");
    let now = fingerprint(&clients())?;
    if fs::read_to_string(&stamp).is_ok_and(|then| then == now) {
        return Ok(());
    }
    let node = Node::find()?;
    install(&node)?;
    run(node.npm(["run", "--silent", "build"]))?;
    let _ = fs::remove_dir_all(&target);
    copy(&clients().join("web/dist"), &target)?;
    run(node.node(["-e", COMPRESS, &target.display().to_string()]))?;
    fs::write(stamp, now)?;
    Ok(())
}

/// `npm ci`, unless the lock is the one that was installed last.
pub(crate) fn install(node: &Node) -> Result<()> {
    let (lock, seen) = (clients().join("package-lock.json"), clients().join("node_modules/.installed"));
    let wanted = fs::read(&lock).context("clients/package-lock.json is not there")?;
    if fs::read(&seen).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(node.npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    Ok(fs::write(seen, wanted)?)
}

fn fingerprint(directory: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files(directory)? {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn files(directory: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if name == "node_modules" || name == "dist" || name == "stories" {
            continue;
        }
        if entry.file_type()?.is_dir() { all.extend(files(&path)?) } else { drop(all.insert(path)) }
    }
    Ok(all)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} is not there", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() { copy(&entry.path(), &target)? } else { drop(fs::copy(entry.path(), target)?) }
    }
    Ok(())
}
