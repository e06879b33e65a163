//! Files that are generated, committed, and compared in tests.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result};

use crate::{
    cargo,
    process::{run, verdict},
};

/// Protobuf: the generator lies with the test that compares, so that this program stays quick to build.
pub(crate) fn codegen(_: &[String]) -> Result<()> {
    run(cargo().args(["run", "--quiet", "--package", "carillon-house-tests", "--bin", "codegen"]))
}

pub(crate) fn openapi(_: &[String]) -> Result<()> {
    write("docs/api/openapi.json", &["openapi"])?;
    write("docs/api/events.json", &["events-schema"])
}

pub(crate) fn config(_: &[String]) -> Result<()> {
    write("carillon.toml", &["config", "default"])?;
    write("docs/reference/cli.md", &["reference"])
}

/// Writes what `carillon <arguments>` prints.
fn write(path: &str, arguments: &[&str]) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "carillon", "--"]).args(arguments);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("starting cargo")?;
    verdict(&command, output.status)?;
    fs::create_dir_all(Path::new(path).parent().expect("each of them lies in the repository"))?;
    fs::write(path, output.stdout).with_context(|| format!("writing {path}"))?;
    println!("wrote {path}");
    Ok(())
}
