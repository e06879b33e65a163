//! `cargo xtask up`: from a fresh clone to a server that answers.

use std::{os::unix::process::CommandExt, path::Path};

use anyhow::{Context, Result, bail};

use crate::{cargo, node::Node, process::stopping, web};

pub(crate) fn up(arguments: &[String]) -> Result<()> {
    let ours = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let (ours, serve) = arguments.split_at(ours);
    let (mut with_web, mut release) = (true, false);
    for argument in ours {
        match argument.as_str() {
            "--no-web" => with_web = false,
            "--release" => release = true,
            other => bail!("`up` does not know {other}; what is for the server goes after --"),
        }
    }
    if with_web && let Err(error) = web_app() {
        if stopping() {
            return Err(error);
        }
        eprintln!("going on without the web app: {error:#}");
    }
    let mut command = cargo();
    command.args(["run", "--package", "carillon"]);
    if release {
        command.arg("--release");
    }
    // Becoming cargo, which becomes the server: signals reach whoever is at work, and no process stands between.
    let error = command.args(["--", "serve"]).args(serve.iter().skip(1)).exec();
    Err(error).context("starting cargo")
}

fn web_app() -> Result<()> {
    if !Path::new("clients/package-lock.json").exists() {
        bail!("there is no clients/package-lock.json");
    }
    let node = Node::find()?;
    web::packages(&node)?;
    web::build(&node)
}
