//! What is done with this repository: `cargo xtask up`, `cargo xtask test`, and the rest of the list below.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program that talks to whoever started it")]

mod node;
mod packages;
mod postgres;
mod run;
mod test;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};
use run::{cargo, root};

const HELP: &str = "\
cargo xtask up [args]       set up what is missing, build everything, start the server (args go to `carillon serve`)
cargo xtask test [part..]   set up what is missing, run all tests or the parts named
cargo xtask web             build the web app only
cargo xtask postgres        a PostgreSQL for tests, until Ctrl-C
cargo xtask openapi         write docs/api/openapi.json and docs/api/events.json
cargo xtask config          write carillon.toml
cargo xtask bench [name..]  run benches in release";

fn main() -> ExitCode {
    match act(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(args: Vec<String>) -> Result<()> {
    let (name, rest) = args.split_first().map_or(("help", &[][..]), |(name, rest)| (name.as_str(), rest));
    match name {
        "up" => {
            if let Err(why) = web::build() {
                eprintln!("xtask: the web app is left out: {why:#}");
            }
            let mut serve = cargo(["run", "--package", "carillon", "--", "serve"]);
            serve.args(rest);
            run::become_it(serve)
        }
        "test" => test::test(rest),
        "web" => web::build(),
        "postgres" => postgres::foreground(),
        "openapi" => {
            std::fs::create_dir_all(root().join("docs/api"))?;
            run::into_file(cargo(["run", "--package", "carillon", "--", "openapi"]), "docs/api/openapi.json")?;
            run::into_file(cargo(["run", "--package", "carillon", "--", "events-schema"]), "docs/api/events.json")
        }
        "config" => run::into_file(cargo(["run", "--package", "carillon", "--", "config", "default"]), "carillon.toml"),
        "bench" => {
            let all = ["send", "policy"].map(String::from);
            let names = if rest.is_empty() { &all[..] } else { rest };
            names.iter().try_for_each(|name| run::run(cargo(["run", "--release", "--package", &format!("carillon-bench-{name}")])))
        }
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("there is no `{other}`\n{HELP}"),
    }
}
