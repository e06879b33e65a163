//! What the database counts of itself, and what the process takes of the machine, for the operator's door.

use std::{
    fmt, fs,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use carillon_gate::Database;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};

pub(crate) fn register(database: &Database, registry: &mut Registry) {
    registry.register_collector(Box::new(Figures(database.clone())));
    registry.register_collector(Box::new(Process));
}

struct Figures(Database);

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let of = self.0.counters();
        let totals: [(&str, &str, &AtomicU64); 5] = [
            ("database_commits", "Transactions that reached the disk: on SQLite many acts share one", &of.commits),
            ("database_kept", "Units of work whose writes were kept", &of.kept),
            ("database_undone", "Units of work whose writes were undone", &of.undone),
            ("database_rerun", "Units of work that ran again, because another came in between", &of.rerun),
            ("database_late", "Units of work that waited too long and never ran", &of.late),
        ];
        for (name, help, total) in totals {
            let counter = ConstCounter::new(total.load(Relaxed));
            counter.encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)?;
        }
        let wal = ConstGauge::new(i64::try_from(of.wal_bytes.load(Relaxed)).unwrap_or(i64::MAX));
        let help = "Bytes of the write-ahead log after the last commit (SQLite)";
        wal.encode(encoder.encode_descriptor("database_wal_bytes", help, None, MetricType::Gauge)?)
    }
}

/// Looked up when somebody asks, in proc(5).
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let figures = [
            ("process_memory_bytes", "Memory that the process has of the machine", memory()),
            ("process_files", "Files and sockets that the process has open", open_files()),
            ("process_files_most", "Files and sockets that the process may have open", most_files()),
        ];
        for (name, help, figure) in figures {
            let Some(figure) = figure else { continue };
            ConstGauge::new(figure).encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        }
        Ok(())
    }
}

fn memory() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes: i64 = after(&status, "VmRSS:")?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn open_files() -> Option<i64> {
    i64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

/// Nothing when there is no bound.
fn most_files() -> Option<i64> {
    after(&fs::read_to_string("/proc/self/limits").ok()?, "Max open files")?.parse().ok()
}

/// The first word after a name at the beginning of a line.
fn after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()
}
