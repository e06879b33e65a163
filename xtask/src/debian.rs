//! Programs from Debian's packages: installed when they are missing, without starting their services.

use std::{collections::BTreeSet, path::Path, process::Command};

use anyhow::{Result, bail};
use rustix::process::geteuid;

use crate::{
    postgres,
    process::{run, says},
};

/// A program that tests or builds need, and the package that has it.
#[derive(Clone, Copy)]
pub(crate) enum Tool {
    Postgres,
    Chromium,
    Firefox,
    Coturn,
    Iproute,
    Python,
    Npm,
}

impl Tool {
    fn package(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox-esr",
            Self::Coturn => "coturn",
            Self::Iproute => "iproute2",
            Self::Python => "python3",
            Self::Npm => "npm",
        }
    }

    fn present(self) -> bool {
        match self {
            Self::Postgres => postgres::programs().is_some(),
            Self::Chromium => on_path("chromium"),
            Self::Firefox => on_path("firefox-esr"),
            Self::Coturn => on_path("turnserver"),
            Self::Iproute => on_path("ip"),
            Self::Python => on_path("python3"),
            Self::Npm => on_path("npm"),
        }
    }
}

/// Installs what is missing among `tools`; fails with the line to type when it may not.
pub(crate) fn ensure(tools: &[Tool]) -> Result<()> {
    let missing = |tool: &Tool| !tool.present();
    let packages: BTreeSet<&str> = tools.iter().copied().filter(missing).map(Tool::package).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let words = packages.iter().copied().collect::<Vec<_>>().join(" ");
    let Some(mut command) = as_root() else {
        bail!("this needs Debian's packages; as root: apt-get install --no-install-recommends {words}");
    };
    println!("installing {words}");
    run(command.args(["sh", "-c", include_str!("install.sh"), "install"]).args(&packages))?;
    if let Some(tool) = tools.iter().find(|tool| missing(tool)) {
        bail!("the package {} is installed, yet its program is not there", tool.package());
    }
    Ok(())
}

/// A command that runs what follows as root, when that is possible without asking anybody.
fn as_root() -> Option<Command> {
    if geteuid().is_root() {
        return Some(Command::new("env"));
    }
    says("sudo", &["-n", "true"])?;
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", "env"]);
    Some(sudo)
}

fn on_path(program: &str) -> bool {
    // An ordinary user's PATH may lack the directories where Debian puts daemons.
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    path.split(':').any(|directory| Path::new(directory).join(program).is_file())
}
