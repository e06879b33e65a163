//! Node: the one on the PATH when it is new enough, else npm's own `node` package under target/tools.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    packages,
    run::{command, found, quietly, root},
};

/// What Vite asks for.
const OLDEST: (u32, u32) = (20, 19);

/// The directory that holds a `node` new enough, and an `npm`.
pub(crate) struct Node {
    pub path: std::ffi::OsString,
}

impl Node {
    pub(crate) fn find() -> Result<Self> {
        let own = root().join("target/tools/node/node_modules/node/bin");
        if new_enough("node") && found("npm").is_some() {
            return Ok(Self { path: std::env::var_os("PATH").unwrap_or_default() });
        }
        if !new_enough(&own.join("node").display().to_string()) {
            if found("npm").is_none() {
                packages::need(&["npm"]).context("the web app needs Node 20.19 or later")?;
            }
            let home = root().join("target/tools/node");
            fs::create_dir_all(&home)?;
            let home = home.display().to_string();
            quietly(command("npm", ["install", "--prefix", &home, "--no-audit", "--no-fund", "node@22"]))?;
        }
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(own).chain(std::env::split_paths(&paths));
        Ok(Self { path: std::env::join_paths(all)? })
    }

    pub(crate) fn npm<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> std::process::Command {
        let mut npm = command("npm", args);
        npm.env("PATH", &self.path).current_dir(clients());
        npm
    }

    pub(crate) fn node<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> std::process::Command {
        let mut node = command("node", args);
        node.env("PATH", &self.path).current_dir(clients());
        node
    }
}

pub(crate) fn clients() -> PathBuf {
    root().join("clients")
}

fn new_enough(node: &str) -> bool {
    let Ok(version) = quietly(command(node, ["--version"])) else { return false };
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= OLDEST
}
