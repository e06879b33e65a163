//! The database: whether it is there, of which version, with which tables; and the audit record in it.

use std::{sync::Arc, time::Duration};

use carillon_audit::{Report, verify, verify_end};
use carillon_core::{Problem, Timestamp};
use carillon_gate::{Database, EngineKind};
use carillon_platform::{backups, clock};
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    PATIENCE, Subject,
    finding::{Check, Finding},
    machine::CLOCK,
    store,
};
use crate::{
    data::Holder,
    house::{migrations, plain},
};

const DATABASE: Check =
    Check { name: "database", why: "everything is kept there: without it the server does not start, or answers `again`" };
const AUDIT: Check = Check { name: "audit record", why: "who did what is kept so that nobody can change it unseen" };
const BACKUP: Check =
    Check { name: "backup", why: "a disk that dies takes along what stands nowhere else; a backup counts once it was restored" };

/// One that is made daily may come late once.
const FRESH: Duration = Duration::from_hours(50);
/// The end of the chain that is recounted each time.
const BLOCKS: i64 = 64;
/// A clock that was set back by less harms nobody.
const SLACK: Duration = Duration::from_mins(1);
/// Within this time a server that is well has chained what was recorded.
const CHAINED: Duration = Duration::from_millis(1500);

/// All of it within the patience of one look, but for a recount of everything.
pub(super) async fn examine(subject: Arc<Subject>, deep: bool) -> Vec<Finding> {
    let due = Instant::now() + PATIENCE;
    let (database, mut findings) = match timeout_at(due, open(&subject)).await {
        Ok(opened) => opened,
        Err(_) => (None, vec![silent(&subject)]),
    };
    if let Some(database) = database {
        let backup = timeout_at(due, backup(&subject, &database)).await;
        let recount = audit(&database, matches!(subject.holder, Holder::Server(_)), deep);
        let recounted = if deep { Ok(recount.await) } else { timeout_at(due, recount).await };
        findings.push(
            recounted
                .unwrap_or_else(|_| AUDIT.warning("its end was not recounted in time", format!("carillon audit verify{}", subject.named))),
        );
        findings.push(backup.unwrap_or_else(|_| BACKUP.warning("its age was not read in time", cure(&subject))));
        let due = if deep { Instant::now() + PATIENCE } else { due };
        let _ = timeout_at(due, database.close()).await; // it is only looked at
    }
    findings
}

fn silent(subject: &Subject) -> Finding {
    DATABASE.error(format!("{} does not answer within {} s", subject.config.database.url, PATIENCE.as_secs()), cure(subject))
}

fn cure(subject: &Subject) -> String {
    match subject.config.database_file() {
        Some(file) => format!("ls -l {0}; sqlite3 {0} 'PRAGMA quick_check'", file.display()),
        None => format!("systemctl status postgresql; psql {}", subject.config.database.url),
    }
}

/// What it is, and the database itself if it can be looked into.
async fn open(subject: &Subject) -> (Option<Database>, Vec<Finding>) {
    if let Some(file) = subject.config.database_file().filter(|file| !file.exists()) {
        return (None, vec![DATABASE.well(format!("{} is made at the first start", file.display()))]);
    }
    let steps = migrations();
    let database = match Database::attach(&subject.config.database.engine(), &steps).await {
        Ok(database) => database,
        Err(why) if why.name == Some("older-database") && !matches!(subject.holder, Holder::Server(_)) => {
            return (None, vec![DATABASE.well("it is empty, or of an older Carillon: the next start brings its tables up to date")]);
        }
        Err(why) if why.name == Some("older-database") => {
            return (None, vec![DATABASE.error("it is of an older Carillon, which still runs", "systemctl restart carillon")]);
        }
        Err(why) => return (None, vec![DATABASE.error(format!("{:#}", plain(why)), cure(subject))]),
    };
    let looked = database.read(|mut tx| Box::pin(async move { Ok((store::version(&mut tx).await?, store::newest(&mut tx).await?)) })).await;
    let findings = match looked {
        Ok((version, newest)) => [vec![engine(&database, &version, steps.len())], moved(newest)].concat(),
        Err(why) => vec![DATABASE.error(format!("{:#}", plain(why)), cure(subject))],
    };
    (Some(database), findings)
}

fn engine(database: &Database, version: &str, steps: usize) -> Finding {
    match database.kind() {
        EngineKind::Sqlite => DATABASE.well(format!("SQLite {version}, all {steps} steps of its tables made")),
        EngineKind::Postgres => {
            let major: u32 = version.split(['.', ' ']).next().and_then(|major| major.parse().ok()).unwrap_or(0);
            let what = format!("PostgreSQL {version}, all {steps} steps of its tables made");
            if major >= 15 {
                DATABASE.well(what)
            } else {
                DATABASE.error(format!("PostgreSQL {version} is too old"), "pg_upgradecluster: version 15 or later")
            }
        }
    }
}

/// Whether the clock stands before what was recorded last.
fn moved(newest: Option<Timestamp>) -> Vec<Finding> {
    let Some(newest) = newest.filter(|newest| clock::now().plus(SLACK) < *newest) else { return Vec::new() };
    let ahead = newest.since(clock::now());
    vec![CLOCK.error(
        format!("something was recorded {} s after now: it was set back", ahead.as_secs()),
        "timedatectl set-ntp true; timedatectl status",
    )]
}

async fn backup(subject: &Subject, database: &Database) -> Finding {
    let make = || format!("carillon backup{}", subject.named);
    match backups::last_verified(database).await {
        Err(why) => BACKUP.error(format!("{:#}", plain(why)), cure(subject)),
        Ok(None) => BACKUP.warning("none was made and restored yet", make()),
        Ok(Some(at)) => {
            let age = clock::now().since(at);
            let what = format!("the newest that was restored is {} hours old", age.as_secs() / 3600);
            if age > FRESH { BACKUP.warning(what, make()) } else { BACKUP.well(what) }
        }
    }
}

async fn audit(database: &Database, runs: bool, deep: bool) -> Finding {
    match recount(database, deep).await {
        Err(why) => AUDIT.error(format!("it cannot be recounted: {:#}", plain(why)), "carillon audit verify"),
        Ok(report) if !report.faults.is_empty() => AUDIT.error(
            format!("it does not hold: {}", report.faults[0]),
            "carillon audit verify lists all of it; keep the database as it is, and compare with a backup",
        ),
        Ok(report) if runs && report.tail > 0 && !grows(database, &report).await => AUDIT.warning(
            format!("{} events wait to be chained, and the server does not do it", report.tail),
            "journalctl -u carillon | grep 'audit chain'",
        ),
        Ok(Report { blocks, events, tail, .. }) => {
            let which = if deep { "all" } else { "the last" };
            AUDIT.well(format!("{which} {events} events in {blocks} blocks hold; {tail} wait for the next block"))
        }
    }
}

async fn recount(database: &Database, deep: bool) -> Result<Report, Problem> {
    if deep { verify(database).await } else { verify_end(database, BLOCKS).await }
}

async fn grows(database: &Database, before: &Report) -> bool {
    sleep(CHAINED).await;
    verify_end(database, 1).await.is_ok_and(|now| now.hash != before.hash)
}
