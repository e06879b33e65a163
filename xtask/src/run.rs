//! Running other programs, and saying what they were when they fail.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository").into()
}

pub(crate) fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

pub(crate) fn command<'a>(program: impl AsRef<std::ffi::OsStr>, args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

pub(crate) fn run(mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} does not start"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} failed: {status}") }
}

/// Runs it without its words; they are shown when it fails.
pub(crate) fn quietly(mut command: Command) -> Result<String> {
    let out = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?} does not start"))?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    if out.status.success() { Ok(text) } else { bail!("{command:?} failed: {}\n{text}{}", out.status, String::from_utf8_lossy(&out.stderr)) }
}

pub(crate) fn into_file(mut command: Command, path: &str) -> Result<()> {
    let out = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?} does not start"))?;
    if !out.status.success() {
        bail!("{command:?} failed: {}", out.status);
    }
    fs::write(root().join(path), out.stdout).with_context(|| format!("{path} cannot be written"))?;
    println!("wrote {path}");
    Ok(())
}

/// Goes on as that program: signals reach it directly.
pub(crate) fn become_it(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).with_context(|| format!("{command:?} does not start"))
}

pub(crate) fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file())
}
