//! `cargo xtask pictures`: the docs show the product as the browser stories see it.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{browsers, process::run};

/// Where stories leave what they saw; of these, what begins so is for the docs.
const SEEN: &str = "clients/stories/screenshots";
const DOCS: &str = "docs-";

pub(crate) fn take(_: &[String]) -> Result<()> {
    run(&mut browsers::story("pictures")?)?;
    let mut taken = 0;
    for entry in fs::read_dir(SEEN).context("looking for pictures")? {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_str().and_then(|name| name.strip_prefix(DOCS)) {
            fs::copy(entry.path(), format!("docs/pictures/{name}")).with_context(|| format!("copying {name}"))?;
            taken += 1;
        }
    }
    ensure!(taken > 0, "the story left no picture in {SEEN}");
    println!("{taken} pictures are in docs/pictures");
    Ok(())
}
