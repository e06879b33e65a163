//! All that must hold, part by part, each timed.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    node::Node,
    packages,
    postgres::Postgres,
    run::{cargo, root, run},
    web,
};

type Part = (&'static str, fn() -> Result<()>);

const PARTS: &[Part] = &[
    ("fmt", || run(cargo(["fmt", "--all", "--check"]))),
    ("web", web_tests),
    ("clippy", || run(cargo(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))),
    ("doc", doc),
    ("rust", rust),
    ("stories", stories),
];

pub(crate) fn test(named: &[String]) -> Result<()> {
    for name in named {
        if !PARTS.iter().any(|(part, _)| part == name) {
            bail!("there is no part `{name}`: {}", PARTS.iter().map(|(part, _)| *part).collect::<Vec<_>>().join(", "));
        }
    }
    let mut ended: Vec<(&str, Duration, bool)> = Vec::new();
    for (name, part) in PARTS.iter().filter(|(name, _)| named.is_empty() || named.iter().any(|wanted| wanted == name)) {
        println!("== {name}");
        let since = Instant::now();
        let done = part();
        ended.push((name, since.elapsed(), done.is_ok()));
        if let Err(why) = done {
            eprintln!("\n`{name}` failed: {why:#}\nTo run it again: cargo xtask test {name}");
            break;
        }
    }
    println!();
    for (name, took, good) in &ended {
        println!("{name:<10}{:>8.1} s   {}", took.as_secs_f64(), if *good { "passed" } else { "FAILED" });
    }
    let passed = ended.iter().filter(|(.., good)| *good).count();
    let failed = ended.len() - passed;
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { bail!("not all holds") }
}

fn doc() -> Result<()> {
    let mut doc = cargo(["doc", "--workspace", "--no-deps", "--quiet"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    run(doc)
}

fn rust() -> Result<()> {
    let postgres = Postgres::start()?;
    let mut test = cargo(["test", "--workspace", "--quiet"]);
    test.env("CARILLON_TEST_POSTGRES", &postgres.url);
    run(test)
}

fn web_tests() -> Result<()> {
    let node = Node::find()?;
    web::install(&node)?;
    run(node.npm(["test", "--silent"]))?;
    web::build()
}

/// Real browsers against the real server.
fn stories() -> Result<()> {
    packages::need(&["chromium", "firefox-esr"])?;
    web::build()?;
    run(cargo(["build", "--quiet", "--package", "carillon"]))?;
    let node = Node::find()?;
    let mut stories: Command = node.npm(["run", "--silent", "stories"]);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    stories.env("CARILLON_BIN", target.join("debug/carillon"));
    run(stories)
}
