//! `carillon init`: the configuration as a file to edit, equal to the defaults.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use carillon_platform::{config::render, files};

use crate::config::Config;

const NAME: &str = "carillon.toml";
/// Secrets may stand in it later on.
const MODE: u32 = 0o640;

/// Writes what `carillon config default` prints, and says what to do next.
pub(crate) fn init(output: PathBuf, force: bool) -> Result<ExitCode> {
    let path = if output.is_dir() { output.join(NAME) } else { output };
    let text = render::<Config>();
    let writing = || format!("writing {}", path.display());
    if force {
        files::replace(&path, &text, MODE).with_context(writing)?;
    } else {
        let mut file = match OpenOptions::new().create_new(true).write(true).mode(MODE).open(&path) {
            Err(why) if why.kind() == ErrorKind::AlreadyExists => {
                bail!("{} is there already, and stays as it is: choose another place with --output, or say --force", path.display())
            }
            file => file.with_context(writing)?,
        };
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(writing)?;
    }
    print!("{}", next(&path));
    Ok(ExitCode::SUCCESS)
}

fn next(path: &Path) -> String {
    let path = path.display();
    format!(
        "{path} says what this server does if nothing is set. Change what must be different; the rest may go.\n\n\
         carillon config check --config {path}   whether it holds\n\
         carillon ports --config {path}          what listens where, for the firewall\n\
         carillon doctor --config {path}         whether this machine is fit for it\n\
         carillon serve --config {path}          serves, and prints the first administrator's link\n"
    )
}
