//! The parts of `cargo xtask test`, in the order in which they run.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::count::{Count, Counts};
use crate::{
    cargo,
    debian::Tool,
    node::Node,
    postgres::Postgres,
    process::{Running, verdict},
    strays, target, web,
};

pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) tools: &'static [Tool],
    pub(super) counts: Counts,
    pub(super) run: fn(&mut House, &mut Count) -> Result<()>,
}

pub(super) const PARTS: &[Part] = &[
    Part { name: "fmt", about: "the Rust is formatted", tools: &[], counts: Counts::Itself, run: fmt },
    // Before anything is compiled: the server embeds it.
    Part { name: "app", about: "the web app builds, and no page of it is too heavy", tools: &[], counts: Counts::Itself, run: app },
    Part { name: "clippy", about: "no lint speaks", tools: &[], counts: Counts::Itself, run: clippy },
    Part { name: "doc", about: "the Rust's documentation has no broken link", tools: &[], counts: Counts::Itself, run: doc },
    Part {
        name: "rust",
        about: "the Rust tests: units, stories on both databases, the house rules, generated files",
        tools: &[Tool::Postgres, Tool::Coturn, Tool::Iproute],
        counts: Counts::Tests,
        run: rust,
    },
    Part { name: "web", about: "the TypeScript tests", tools: &[], counts: Counts::Tests, run: typescript },
    Part {
        name: "stories",
        about: "real browsers against the real server",
        tools: &[Tool::Postgres, Tool::Chromium, Tool::Firefox, Tool::Coturn, Tool::Iproute, Tool::Python],
        counts: Counts::Tests,
        run: stories,
    },
];

/// What the parts share, each made when first needed.
pub(super) struct House {
    node: Option<Node>,
    postgres: Option<Postgres>,
    /// What stood after `--`: for the Rust tests, instead of `--workspace`.
    words: Vec<String>,
}

impl House {
    pub(super) fn new(words: &[String]) -> Self {
        Self { node: None, postgres: None, words: words.to_vec() }
    }

    fn node(&mut self) -> Result<&Node> {
        if self.node.is_none() {
            self.node = Some(Node::find()?);
        }
        let node = self.node.as_ref().expect("found above");
        web::packages(node)?;
        Ok(node)
    }

    fn postgres(&mut self) -> Result<&str> {
        if self.postgres.is_none() {
            self.postgres = Some(Postgres::start(None)?);
        }
        Ok(&self.postgres.as_ref().expect("started above").url)
    }
}

fn fmt(_: &mut House, count: &mut Count) -> Result<()> {
    counted(cargo().args(["fmt", "--all", "--check"]), count)
}

fn app(house: &mut House, _: &mut Count) -> Result<()> {
    web::build(house.node()?)?;
    web::weigh(house.node()?)
}

fn clippy(_: &mut House, count: &mut Count) -> Result<()> {
    counted(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]), count)
}

fn doc(_: &mut House, count: &mut Count) -> Result<()> {
    counted(cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"), count)
}

fn rust(house: &mut House, count: &mut Count) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast"]);
    match &house.words[..] {
        [] => command.arg("--workspace"),
        words => command.args(words),
    };
    counted(command.env("CARILLON_TEST_POSTGRES", house.postgres()?), count)
}

fn typescript(house: &mut House, count: &mut Count) -> Result<()> {
    counted(house.node()?.command("npm")?.arg("test"), count)
}

fn stories(house: &mut House, count: &mut Count) -> Result<()> {
    app(house, count)?;
    counted(cargo().args(["build", "--package", "carillon"]), count)?;
    let postgres = house.postgres()?.to_owned();
    let mut command = house.node()?.command("npm")?;
    command.args(["run", "stories"]).env("CARILLON_BIN", target()?.join("debug/carillon")).env("CARILLON_TEST_POSTGRES", postgres);
    counted(&mut command, count)
}

/// Runs a program, shows what it prints and counts the tests in it.
pub(crate) fn counted(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut running = Running::start(command.stdout(Stdio::piped()), Signal::TERM)?;
    let output = running.child().stdout.take().context("its output")?;
    let reader = thread::spawn(move || {
        let mut count = Count::default();
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            count.line(&line);
        }
        count
    });
    let status = running.wait()?;
    // Whoever is left may hold the other end of the pipe, and would keep us reading.
    for name in strays::sweep() {
        eprintln!("it left {name} running; that was ended");
    }
    count.add(&reader.join().expect("reading lines does not panic"));
    verdict(command, status)
}
