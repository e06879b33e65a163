//! Debian's packages: installed when missing, as root or through sudo; otherwise the one line to run is printed.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Result, bail};

use crate::run::{command, found, quietly, run};

/// Makes sure that the packages are there. A package that brings a service does not start it.
pub(crate) fn need(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", missing.join(" "));
    let root = quietly(command("id", ["-u"]))?.trim() == "0";
    if found("apt-get").is_none() || !(root || quietly(command("sudo", ["-n", "true"])).is_ok()) {
        bail!("missing: {}. Run this line as root, then try again:\n  {line}", missing.join(", "));
    }
    println!("installing {}", missing.join(", "));
    let guarded = format!("{GUARD_ON}; {line}; code=$?; {GUARD_OFF}; exit $code");
    let mut install = if root { command("sh", ["-c", &guarded]) } else { command("sudo", ["-n", "sh", "-c", &guarded]) };
    install.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
    run(install)
}

/// Debian asks this file whether a service may start; one that is there already is left alone.
const GUARD_ON: &str = "if [ ! -e /usr/sbin/policy-rc.d ]; then printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; \
                        chmod 755 /usr/sbin/policy-rc.d; guard=ours; fi";
const GUARD_OFF: &str = "if [ \"$guard\" = ours ]; then rm -f /usr/sbin/policy-rc.d; fi";

fn installed(package: &str) -> bool {
    quietly(command("dpkg-query", ["-W", "-f", "${Status}", package])).is_ok_and(|status| status.contains("install ok installed"))
}

/// For whoever else must read what we make.
pub(crate) fn open_to_all(path: &Path) -> Result<()> {
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o777))?)
}
