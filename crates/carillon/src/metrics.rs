//! What the database counts of itself, for the operator's door.

use std::{
    fmt,
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
