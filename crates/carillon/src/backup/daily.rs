//! The one that the server makes each day by itself.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::Result;
use carillon_core::Timestamp;
use carillon_gate::{Database, EngineKind, Gate};
use carillon_platform::{
    backups::{Made, last_verified},
    clock,
    jobs::{Handlers, Outcome},
    tasks::Tasks,
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::Counter, gauge::ConstGauge},
    registry::Registry,
};
use tokio::time::timeout;

use super::{make, note, place, verbs};
use crate::{config::Config, house::plain};

pub(super) const DAILY: &str = "backup.daily";
const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
/// What failed is tried again.
const PAUSE: Duration = Duration::from_hours(1);
/// Whatever holds one up for longer does not end.
const LONGEST: Duration = Duration::from_hours(6);
/// So often it is looked whether somebody made one by command.
const LOOK: Duration = Duration::from_mins(1);

/// One of many servers makes it: whichever takes the job.
#[derive(Clone)]
pub(crate) struct Daily {
    gate: Gate,
    database: Database,
    config: Arc<Config>,
    failed: Counter,
    /// In milliseconds; 0 is never.
    last: Arc<AtomicI64>,
}

impl Daily {
    pub(crate) fn new(gate: Gate, database: Database, config: Config) -> Self {
        Self { gate, database, config: Arc::new(config), failed: Counter::default(), last: Arc::default() }
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("backup_failed", "Daily backups that failed, or whose restore did", self.failed.clone());
        let on = self.config.backup.directory.is_some();
        registry.register_collector(Box::new(LastVerified { last: self.last.clone(), on }));
    }

    /// Sets the job, if there is a directory for it, and keeps the metric true.
    pub(crate) async fn begin(&self, tasks: &Tasks) -> Result<()> {
        let last = self.look().await?;
        if self.config.backup.directory.is_some() {
            let (now, at) = (clock::now(), minute(&self.config.backup.at).unwrap_or_default());
            let due = if last < before(now, at) { now } else { after(now, at) };
            self.gate.act(&verbs::WHO, verbs::Schedule { due }).await.map_err(plain)?;
        }
        let (daily, stopping) = (self.clone(), tasks.stopping().clone());
        tasks.spawn("backups", async move {
            while timeout(LOOK, stopping.cancelled()).await.is_err() {
                if let Err(why) = daily.look().await {
                    tracing::warn!(why = format!("{why:#}"), "when the last backup was made could not be seen");
                }
            }
        });
        Ok(())
    }

    async fn look(&self) -> Result<Timestamp> {
        let last = last_verified(&self.database).await.map_err(plain)?.unwrap_or(Timestamp(0));
        self.last.store(last.0, Relaxed);
        Ok(last)
    }

    pub(crate) fn jobs(&self) -> Handlers {
        let daily = self.clone();
        Handlers::new().on_long(DAILY, LONGEST, move |_| {
            let daily = daily.clone();
            async move { Ok(daily.turn().await) }
        })
    }

    async fn turn(&self) -> Outcome {
        let Some(directory) = self.config.backup.directory.clone() else {
            // This server was told to make none. Another one on the same database may have been told to.
            return match self.database.kind() {
                EngineKind::Sqlite => Outcome::Done,
                EngineKind::Postgres => Outcome::Again(clock::now().plus(LOOK)),
            };
        };
        match self.make(directory.into()).await {
            Ok(made) => {
                tracing::info!(file = made.file, bytes = made.bytes, "a backup was made, and a restore of it tried");
                let now = clock::now();
                Outcome::Again(after(now, minute(&self.config.backup.at).unwrap_or_default()))
            }
            Err(why) => {
                self.failed.inc();
                tracing::error!(why = format!("{why:#}"), "the backup failed: it is tried again in an hour");
                Outcome::Again(clock::now().plus(PAUSE))
            }
        }
    }

    async fn make(&self, directory: PathBuf) -> Result<Made> {
        let place = place::Place::directory(&directory)?;
        let (_, made) = make::make(&self.config, &self.database, place, true).await?;
        note(&self.gate, &made).await?;
        self.last.store(made.at.0, Relaxed);
        match place::prune(&directory, self.config.backup.keep as usize) {
            Ok(pruned) => pruned.iter().for_each(|old| tracing::info!(file = %old.display(), "an old backup was deleted")),
            // The new one is good all the same, and the next one tries it again.
            Err(why) => tracing::warn!(%why, directory = %directory.display(), "old backups could not be deleted"),
        }
        Ok(made)
    }
}

/// `HH:MM` as minutes of the day.
pub(super) fn minute(at: &str) -> Option<i64> {
    let (hour, minute) = at.split_once(':')?;
    let (hour, minute) = (hour.parse::<u8>().ok()?, minute.parse::<u8>().ok()?);
    (hour < 24 && minute < 60).then_some(i64::from(hour) * 60 + i64::from(minute))
}

/// The last moment of that minute of a day that is not in the future.
fn before(now: Timestamp, minute: i64) -> Timestamp {
    Timestamp((now.0 - minute * MINUTE).div_euclid(DAY) * DAY + minute * MINUTE)
}

fn after(now: Timestamp, minute: i64) -> Timestamp {
    Timestamp(before(now, minute).0 + DAY)
}

struct LastVerified {
    last: Arc<AtomicI64>,
    on: bool,
}

impl fmt::Debug for LastVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastVerified")
    }
}

impl Collector for LastVerified {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let last = self.last.load(Relaxed) / 1000;
        if !self.on && last == 0 {
            return Ok(()); // nobody wants any: nothing to worry about
        }
        let help = "When the newest backup was made whose restore was tried, as seconds since 1970; 0 is never";
        ConstGauge::new(last).encode(encoder.encode_descriptor("backup_last_verified_seconds", help, None, MetricType::Gauge)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_once_a_day_at_its_minute() {
        let half_past_two = minute("02:30").unwrap();
        let day = 20_000 * DAY;
        for (now, last, next) in [(2 * 60 + 29, 2 * 60 + 30 - 1440, 150), (150, 150, 150 + 1440), (1439, 150, 150 + 1440)] {
            let now = Timestamp(day + now * MINUTE);
            assert_eq!(
                (before(now, half_past_two), after(now, half_past_two)),
                (Timestamp(day + last * MINUTE), Timestamp(day + next * MINUTE))
            );
        }
        for wrong in ["", "2", "24:00", "12:60", "-1:00", "noon"] {
            assert_eq!(minute(wrong), None, "{wrong}");
        }
    }
}
