//! The web app: its packages, its build, and the copy with precompressed forms that `carillon-web` embeds.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use anyhow::{Context, Result, ensure};

use crate::{node::Node, process::run};

const EMBEDDED: &str = "crates/web/dist";

pub(crate) fn chore(_: &[String]) -> Result<()> {
    let node = Node::find()?;
    packages(&node)?;
    build(&node)
}

/// Installs the npm packages as the lock file names them, unless that was done.
pub(crate) fn packages(node: &Node) -> Result<()> {
    let lock = fs::read("clients/package-lock.json").context("clients/package-lock.json")?;
    once("clients/node_modules/.carillon-packages", &(node.version(), lock), || {
        run(node.command("npm")?.args(["ci", "--no-audit", "--no-fund"]))
    })
}

/// Builds the app and puts it where the server embeds it, unless nothing changed since.
pub(crate) fn build(node: &Node) -> Result<()> {
    let mut sources = Vec::new();
    read(Path::new("clients"), &mut sources)?;
    // The API's client is generated from these.
    read(Path::new("docs/api"), &mut sources)?;
    sources.push((node.version().into(), include_bytes!("compress.mjs").to_vec()));
    let stamp = "clients/node_modules/.carillon-build";
    if !Path::new(EMBEDDED).join("index.html").exists() {
        let _ = fs::remove_file(stamp);
    }
    once(stamp, &sources, || {
        run(node.command("npm")?.args(["run", "build"]))?;
        ensure!(Path::new("clients/web/dist/index.html").exists(), "`npm run build` left no clients/web/dist/index.html");
        let fresh = format!("{EMBEDDED}.new");
        let _ = fs::remove_dir_all(&fresh);
        run(node.command("node")?.args(["../xtask/src/compress.mjs", "web/dist", &format!("../{fresh}")]))?;
        let _ = fs::remove_dir_all(EMBEDDED);
        fs::rename(&fresh, EMBEDDED).context("putting the web app in its place")
    })
}

/// Holds each page's scripts to their limits.
pub(crate) fn weigh(node: &Node) -> Result<()> {
    run(node.command("node")?.args(["web/weight.mjs", &format!("../{EMBEDDED}")]))
}

/// Runs `work` unless the stamp says that it was done on the same input.
fn once(stamp: &str, input: &impl Hash, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let now = format!("{:016x}", hasher.finish());
    if fs::read_to_string(stamp).is_ok_and(|then| then == now) {
        return Ok(());
    }
    let _ = fs::remove_file(stamp);
    work()?;
    fs::write(stamp, now).with_context(|| format!("writing {stamp}"))
}

/// Every source under a directory with its path, in order, without what tools put there.
fn read(directory: &Path, sources: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let Ok(entries) = fs::read_dir(directory) else { return Ok(()) };
    let mut paths: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let made = matches!(&*name, "node_modules" | "dist" | "screenshots" | "coverage") || name.ends_with(".tsbuildinfo");
        if path.is_dir() && !made {
            read(&path, sources)?;
        } else if path.is_file() && !made {
            sources.push((path.display().to_string(), fs::read(&path)?));
        }
    }
    Ok(())
}
