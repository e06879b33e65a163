//! `carillon doctor`: whether this machine is fit for the server, and the server well, running or not. Nothing is changed.

mod database;
mod doors;
mod finding;
mod machine;
mod media;
mod process;
mod store;

use std::{fmt::Write, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Result;
use carillon_platform::config::{Loaded, Sources};
use futures::future::{BoxFuture, FutureExt, join_all};
use serde::Serialize;
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    config::{self, Config},
    data::{self, Holder},
    ports::{self, Port},
};
use finding::{Check, Finding, Level};

/// None is waited for any longer, but for a recount that was asked for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is looked at.
pub(crate) struct Subject {
    config: Config,
    /// The file, if one was named, as the commands that cure want it.
    named: String,
    ports: Vec<Port>,
    holder: Holder,
}

#[derive(Serialize)]
struct Report {
    worst: Level,
    /// Whether a server runs on this data directory.
    running: bool,
    findings: Vec<Finding>,
}

pub(crate) async fn doctor(sources: Sources, deep: bool, json: bool) -> Result<ExitCode> {
    let report = match config::read(&sources).and_then(|loaded| Ok((ports::ports(&loaded)?, loaded))) {
        Ok((ports, loaded)) => examine(&sources, loaded, ports, deep).await,
        Err(why) => {
            let finding = CONFIGURATION.error(format!("{why:#}"), format!("carillon config check{}", named(&sources)));
            Report { worst: Level::Error, running: false, findings: vec![finding] }
        }
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", report.page());
    }
    Ok(match report.worst {
        Level::Well => ExitCode::SUCCESS,
        Level::Warning => ExitCode::from(1),
        Level::Error => ExitCode::from(2),
    })
}

const CONFIGURATION: Check = Check { name: "configuration", why: "a server that is told what cannot be right does not start" };

async fn examine(sources: &Sources, loaded: Loaded<Config>, ports: Vec<Port>, deep: bool) -> Report {
    let holder = holder(loaded.config.data.clone().into()).await;
    let running = matches!(holder, Holder::Server(_));
    let mut findings: Vec<_> = loaded.warnings.iter().map(|warning| CONFIGURATION.warning(warning, "chmod 600 that file")).collect();
    if findings.is_empty() {
        findings.push(CONFIGURATION.well("it holds"));
    }
    let subject = Arc::new(Subject { config: loaded.config, named: named(sources), ports, holder });
    let of = |check: Check, work: fn(&Subject) -> Vec<Finding>| {
        let subject = subject.clone();
        (check, beside(check, move || work(&subject)).boxed())
    };
    let checks: Vec<(Check, BoxFuture<'static, Vec<Finding>>)> = vec![
        (process::SERVER, process::server(subject.clone()).boxed()),
        of(machine::DATA, machine::data),
        of(machine::DISK, machine::disk),
        (machine::CLOCK, machine::clock().boxed()),
        of(machine::FILES, machine::files),
        of(machine::UDP, machine::udp),
        of(doors::PORTS, doors::ports),
        of(doors::CERTIFICATE, doors::certificate),
        (media::STUN, media::own_stun(subject.clone()).boxed()),
        (media::SERVERS, media::servers(subject.clone()).boxed()),
        (media::ICE, media::ice().boxed()),
    ];
    let checks = checks.into_iter().map(|(check, work)| within(check, work));
    let (machine, database) = futures::future::join(join_all(checks), database::examine(subject.clone(), deep)).await;
    findings.extend(machine.into_iter().flatten());
    findings.extend(database);
    Report { worst: findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Well), running, findings }
}

/// Also a disk can keep whoever asks it waiting.
async fn holder(data: PathBuf) -> Holder {
    match timeout(PATIENCE, spawn_blocking(move || data::holder(&data))).await {
        Ok(Ok(holder)) => holder,
        Ok(Err(failed)) => Holder::Unknown(failed.to_string()),
        Err(_) => Holder::Unknown(format!("its lock was not read within {} s", PATIENCE.as_secs())),
    }
}

/// A look at files, beside the others. One that breaks is said, not passed over.
async fn beside(check: Check, look: impl FnOnce() -> Vec<Finding> + Send + 'static) -> Vec<Finding> {
    spawn_blocking(look).await.unwrap_or_else(|failed| {
        vec![check.error(
            format!("this look itself broke: {failed}"),
            "RUST_BACKTRACE=1 carillon doctor; it is a fault of Carillon: tell its makers",
        )]
    })
}

async fn within(check: Check, work: impl Future<Output = Vec<Finding>>) -> Vec<Finding> {
    let late = || {
        vec![check.error(
            format!("nothing was heard within {} s", PATIENCE.as_secs()),
            "try it again; if it stays so, look what holds this machine up: top, dmesg",
        )]
    };
    timeout(PATIENCE, work).await.unwrap_or_else(|_| late())
}

/// The file, as other commands take it.
fn named(sources: &Sources) -> String {
    sources.file.as_ref().map(|file| format!(" --config {}", file.display())).unwrap_or_default()
}

impl Report {
    fn page(&self) -> String {
        let mut page = String::new();
        for Finding { check, level, what, why, cure } in &self.findings {
            let word = match level {
                Level::Well => "well",
                Level::Warning => "warning",
                Level::Error => "error",
            };
            let _ = writeln!(page, "{word:<8} {check:<14} {what}");
            if *level != Level::Well {
                let _ = writeln!(page, "{:<23} why: {why}", "");
                let _ = cure.iter().try_for_each(|cure| writeln!(page, "{:<23} cure: {cure}", ""));
            }
        }
        let count = |level| self.findings.iter().filter(|finding| finding.level == level).count();
        let (errors, warnings) = (count(Level::Error), count(Level::Warning));
        let _ = writeln!(page, "\n{} checked, {warnings} warnings, {errors} errors", self.findings.len());
        page
    }
}

#[cfg(test)]
mod tests {
    use super::{CONFIGURATION, Level, beside};

    #[tokio::test]
    async fn a_look_that_breaks_is_an_error_and_does_not_vanish() {
        let findings = beside(CONFIGURATION, || panic!("no such luck")).await;
        assert_eq!((findings.len(), findings[0].level, findings[0].cure.is_some()), (1, Level::Error, true));
        assert!(findings[0].what.contains("no such luck"), "{findings:?}");
    }
}
