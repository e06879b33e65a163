//! What browsers measure beside the stories: by the stories' own house, as `clients/stories/src/<name>.measure.ts`.

use std::process::Command;

use anyhow::Result;

use crate::{
    cargo,
    debian::{self, Tool},
    node::Node,
    process::run,
    target, web,
};

/// Builds what it needs; the command that then measures.
pub(crate) fn measure(name: &str, release: bool) -> Result<Command> {
    tell(&format!("src/{name}.measure.ts"), release)
}

/// The same for one file of stories.
pub(crate) fn story(name: &str) -> Result<Command> {
    tell(&format!("src/{name}.story.ts"), false)
}

fn tell(file: &str, release: bool) -> Result<Command> {
    debian::ensure(&[Tool::Chromium])?;
    let node = Node::find()?;
    web::packages(&node)?;
    web::build(&node)?;
    let (profile, words): (_, &[&str]) = if release { ("release", &["--release"]) } else { ("debug", &[]) };
    run(cargo().args(["build", "--package", "carillon"]).args(words))?;
    let mut command = node.command("npm")?;
    command.args(["run", "--silent", "measure", "--workspace", "stories", "--", file]);
    command.env("CARILLON_BIN", target()?.join(profile).join("carillon")).env("CARILLON_BENCH_DIR", target()?.join("bench"));
    Ok(command)
}
