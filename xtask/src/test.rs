//! `cargo xtask test`: everything that must hold, in parts, each timed and counted.

mod count;
mod part;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use part::{House, PARTS, Part};

pub(crate) use count::Count;
pub(crate) use part::counted;

use crate::{debian, process::stopping, strays};

/// A failure of which everything has been said already.
#[derive(Debug)]
pub(crate) struct Told;

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not everything holds")
    }
}

impl std::error::Error for Told {}

/// How a part ended.
struct Ended {
    part: &'static Part,
    took: Duration,
    count: Count,
    why: Option<anyhow::Error>,
}

pub(crate) fn test(arguments: &[String]) -> Result<()> {
    let words = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let (names, words) = arguments.split_at(words);
    for name in names {
        if !PARTS.iter().any(|part| part.name == name) {
            bail!("there is no part `{name}`; there are {}", PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", "));
        }
    }
    let wanted = |part: &&Part| names.is_empty() || names.iter().any(|name| name == part.name);
    let parts: Vec<&Part> = PARTS.iter().filter(wanted).collect();
    strays::adopt()?;
    debian::ensure(&parts.iter().flat_map(|part| part.tools).copied().collect::<Vec<_>>())?;

    let mut house = House::new(words.get(1..).unwrap_or_default());
    let ended: Vec<Ended> = parts.into_iter().map_while(|part| (!stopping()).then(|| end(part, &mut house))).collect();
    drop(house);
    if stopping() {
        bail!("stopped");
    }
    report(&ended)
}

fn end(part: &'static Part, house: &mut House) -> Ended {
    println!("\n== {}: {}", part.name, part.about);
    let (since, mut count) = (Instant::now(), Count::default());
    let done = (part.run)(house, &mut count).and_then(|()| count.verdict(part.counts));
    let why = done.err();
    count.close(part.counts, why.is_none());
    if let Some(why) = why.as_ref().filter(|_| !stopping()) {
        eprintln!("\n{} FAILED: {why:#}\nthis part again: cargo xtask test {}", part.name, part.name);
    }
    Ended { part, took: since.elapsed(), count, why }
}

fn report(ended: &[Ended]) -> Result<()> {
    println!("\n{:<10}{:>10}{:>9}{:>9}{:>9}", "part", "time", "passed", "failed", "skipped");
    let mut all = Count::default();
    for Ended { part, took, count, why } in ended {
        all.add(count);
        let again = if why.is_some() { format!("   FAILED: cargo xtask test {}", part.name) } else { String::new() };
        println!("{:<10}{:>9.1}s{:>9}{:>9}{:>9}{again}", part.name, took.as_secs_f64(), count.passed, count.failed, count.skipped);
    }
    let took: Duration = ended.iter().map(|ended| ended.took).sum();
    println!("{:<10}{:>9.1}s{:>9}{:>9}{:>9}", "together", took.as_secs_f64(), all.passed, all.failed, all.skipped);
    println!("\n{all}");
    if ended.iter().any(|ended| ended.why.is_some()) {
        // That line is the last word; the exit code says the rest.
        return Err(Told.into());
    }
    Ok(())
}
