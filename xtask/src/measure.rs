//! `cargo xtask bench`: measurements against ourselves and against the field, always in release.

use anyhow::{Result, bail};

use crate::{browsers, cargo, postgres::Postgres, process::run};

struct Bench {
    name: &'static str,
    about: &'static str,
    runs: Runs,
}

enum Runs {
    /// A program of `benches/`.
    Program {
        program: &'static str,
        words: &'static [&'static str],
        /// It measures the server's own program, which must be built.
        server: bool,
        postgres: bool,
    },
    /// A page of `clients/stories/src`: `<name>.measure.ts`.
    Browsers,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "start",
        about: "from the process's start to ready",
        runs: Runs::Program { program: "server", words: &["start"], server: true, postgres: false },
    },
    Bench {
        name: "idle-server",
        about: "what the server holds when nobody asks",
        runs: Runs::Program { program: "server", words: &["idle-server"], server: true, postgres: false },
    },
    Bench {
        name: "api",
        about: "posts by a hundred clients",
        runs: Runs::Program { program: "server", words: &["api"], server: true, postgres: false },
    },
    Bench {
        name: "send",
        about: "messages sent: durable, decided and recorded",
        runs: Runs::Program { program: "send", words: &[], server: false, postgres: true },
    },
    Bench {
        name: "policy",
        about: "one decision of the policy; beside OPA when CARILLON_PEER_OPA names its program",
        runs: Runs::Program { program: "policy", words: &[], server: false, postgres: false },
    },
    Bench { name: "join", about: "from Join to the first picture of the other, in Chromium", runs: Runs::Browsers },
    Bench { name: "web", about: "what the web app weighs, and how soon it is painted", runs: Runs::Browsers },
];

pub(crate) fn bench(names: &[String]) -> Result<()> {
    for name in names {
        if !BENCHES.iter().any(|bench| bench.name == name) {
            let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
            bail!("there is no measurement `{name}`; there are {}", known.join(", "));
        }
    }
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|wanted| wanted == bench.name)) {
        println!("{}: {}", bench.name, bench.about);
        match bench.runs {
            Runs::Program { program, words, server, postgres } => measure(program, words, server, postgres)?,
            Runs::Browsers => run(&mut browsers::measure(bench.name, true)?)?,
        }
    }
    Ok(())
}

fn measure(program: &str, words: &[&str], server: bool, postgres: bool) -> Result<()> {
    if server {
        run(cargo().args(["build", "--release", "--package", "carillon"]))?;
    }
    let mut command = cargo();
    command.args(["run", "--release", "--package", "carillon-benches", "--bin", program, "--"]).args(words);
    let postgres = postgres.then(Postgres::start_durable).transpose()?;
    if let Some(postgres) = &postgres {
        command.env("CARILLON_BENCH_POSTGRES", &postgres.url);
    }
    run(&mut command)
}
