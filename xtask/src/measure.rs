//! `cargo xtask bench`: measurements against ourselves and against the field, always in release.

use anyhow::{Result, bail};

use crate::{cargo, postgres::Postgres, process::run};

struct Bench {
    name: &'static str,
    about: &'static str,
    /// The program of `benches/` and what it is told.
    program: &'static str,
    words: &'static [&'static str],
    /// It measures the server's own program, which must be built.
    server: bool,
    postgres: bool,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "start",
        about: "from the process's start to ready",
        program: "server",
        words: &["start"],
        server: true,
        postgres: false,
    },
    Bench {
        name: "idle-server",
        about: "what the server holds when nobody asks",
        program: "server",
        words: &["idle-server"],
        server: true,
        postgres: false,
    },
    Bench { name: "api", about: "posts by a hundred clients", program: "server", words: &["api"], server: true, postgres: false },
    Bench {
        name: "send",
        about: "messages sent: durable, decided and recorded",
        program: "send",
        words: &[],
        server: false,
        postgres: true,
    },
    Bench {
        name: "policy",
        about: "one decision of the policy; beside OPA when CARILLON_PEER_OPA names its program",
        program: "policy",
        words: &[],
        server: false,
        postgres: false,
    },
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
        if bench.server {
            run(cargo().args(["build", "--release", "--package", "carillon"]))?;
        }
        let mut command = cargo();
        command.args(["run", "--release", "--package", "carillon-benches", "--bin", bench.program, "--"]).args(bench.words);
        let postgres = bench.postgres.then(Postgres::start_durable).transpose()?;
        if let Some(postgres) = &postgres {
            command.env("CARILLON_BENCH_POSTGRES", &postgres.url);
        }
        run(&mut command)?;
    }
    Ok(())
}
