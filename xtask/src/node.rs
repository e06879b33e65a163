//! Node, for the web app: the one on the `PATH` when it is new enough, else one under the build directory.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    debian::{self, Tool},
    process::{run, says},
    target,
};

/// A Node that runs our tools.
pub(crate) struct Node {
    /// Where its programs lie, when not on the `PATH`.
    directory: Option<PathBuf>,
    version: String,
}

impl Node {
    /// Finds a Node, or fetches one as the npm package `node`: Debian 12's own is too old for the web app's tools.
    pub(crate) fn find() -> Result<Self> {
        if let Some(version) = says("node", &["--version"]).filter(|version| new_enough(version))
            && says("npm", &["--version"]).is_some()
        {
            return Ok(Self { directory: None, version });
        }
        let home = target()?.join("tools/node");
        let directory = home.join("node_modules/.bin");
        let installed = || says(&directory.join("node").to_string_lossy(), &["--version"]).filter(|version| new_enough(version));
        if installed().is_none() {
            debian::ensure(&[Tool::Npm])?;
            println!("fetching Node by npm into {}", home.display());
            fs::create_dir_all(&home)?;
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--prefix"]).arg(&home);
            run(npm.args(["node@22", "npm@10"]))?;
        }
        let Some(version) = installed() else { bail!("npm installed no Node that is new enough in {}", home.display()) };
        Ok(Self { directory: Some(directory), version })
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// A program of Node's (`node`, `npm`), run in `clients`, which finds this same Node.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(program);
        if let Some(directory) = &self.directory {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let path = std::env::join_paths(std::iter::once(directory.clone()).chain(std::env::split_paths(&path)));
            command = Command::new(directory.join(program));
            command.env("PATH", path.context("a directory whose name holds a colon")?);
        }
        // Node trusts a list of its own; the machine's own authorities count too, as they do for Debian's programs.
        let authorities = "/etc/ssl/certs/ca-certificates.crt";
        if std::env::var_os("NODE_EXTRA_CA_CERTS").is_none() && Path::new(authorities).exists() {
            command.env("NODE_EXTRA_CA_CERTS", authorities);
        }
        command.current_dir("clients");
        Ok(command)
    }
}

/// What Vite asks for: 20.19, 22.12 or later.
fn new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 12,
        (Some(major), _) => major > 22,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_a_node_that_vite_takes_is_new_enough() {
        for (version, enough) in [
            ("v18.20.4", false),
            ("v20.18.1", false),
            ("v20.19.0", true),
            ("v21.7.0", false),
            ("v22.11.0", false),
            ("v22.12.0", true),
            ("v24.0.0", true),
            ("", false),
        ] {
            assert_eq!(super::new_enough(version), enough, "{version}");
        }
    }
}
