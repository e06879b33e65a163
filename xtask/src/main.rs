//! The house's chores, by one name each: `cargo xtask help` lists them.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool of the build: its settings are the environment, and it may sleep while it waits for programs"
)]

mod browsers;
mod debian;
mod generate;
mod measure;
mod node;
mod peers;
mod pictures;
mod postgres;
mod process;
mod strays;
mod test;
mod up;
mod web;

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail};

type Chore = fn(&[String]) -> Result<()>;

const CHORES: &[(&str, &str, Chore)] = &[
    (
        "up [--no-web] [--release] [-- ...]",
        "builds the web app and the server, and serves; what follows -- goes to `carillon serve`",
        up::up,
    ),
    (
        "test [part...] [-- ...]",
        "installs what tests need and runs them: every part, or those named; what follows -- replaces --workspace",
        test::test,
    ),
    ("postgres [port]", "serves a PostgreSQL for tests until Ctrl-C and prints its address", postgres::chore),
    ("web", "builds only the web app", web::chore),
    ("pictures", "takes the pictures of docs/pictures anew, by the story that tells how", pictures::take),
    ("codegen", "writes the Rust of crates/proto from its .proto files", generate::codegen),
    ("openapi", "writes docs/api: openapi.json, and events.json for the socket", generate::openapi),
    ("config", "writes carillon.toml, every setting with its default and what it means, and docs/reference/cli.md", generate::config),
    ("bench [name...]", "measures, in release", measure::bench),
    ("peers [name...] --dir <directory>", "tests against heavy engines whose programs lie in the directory", peers::peers),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map_or("help", String::as_str);
    if matches!(name, "help" | "-h" | "--help") {
        for (usage, about, _) in CHORES {
            println!("cargo xtask {usage}\n    {about}");
        }
        return ExitCode::SUCCESS;
    }
    match run(name, arguments.get(1..).unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is::<test::Told>() {
                eprintln!("xtask {name}: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, arguments: &[String]) -> Result<()> {
    let known = CHORES.iter().find(|(usage, ..)| usage.split(' ').next() == Some(name));
    let Some((.., chore)) = known else { bail!("there is no such chore; `cargo xtask help` lists them") };
    process::listen()?;
    std::env::set_current_dir(root()).context("entering the repository")?;
    chore(arguments)
}

/// Where the repository is checked out.
fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(xtask).parent().expect("xtask lies in the repository").to_owned()
}

/// Where builds go: `target`, or wherever cargo was told to put it.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe().context("finding the build directory")?;
    Ok(program.ancestors().nth(2).context("finding the build directory")?.to_owned())
}

/// The cargo that started us.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    if std::env::var_os("CI").is_some() {
        // What is built once gains nothing by being ready to be built again.
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}
