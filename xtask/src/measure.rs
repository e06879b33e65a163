//! `cargo xtask bench`: measurements against ourselves and against the field, always in release.

use anyhow::{Result, bail};

use crate::{cargo, process::run};

/// What can be measured: its name, what it says, and the words after `cargo`.
const BENCHES: &[(&str, &str, &[&str])] = &[
    ("send", "messages sent: durable, decided and recorded", &["run", "--release", "--package", "carillon-bench-send"]),
    ("policy", "one decision of the policy", &["run", "--release", "--package", "carillon-bench-policy"]),
];

pub(crate) fn bench(names: &[String]) -> Result<()> {
    for name in names {
        if !BENCHES.iter().any(|(known, ..)| known == name) {
            let known: Vec<&str> = BENCHES.iter().map(|(name, ..)| *name).collect();
            bail!("there is no measurement `{name}`; there are {}", known.join(", "));
        }
    }
    for (name, about, words) in BENCHES {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            println!("{name}: {about}");
            run(cargo().args(*words))?;
        }
    }
    Ok(())
}
