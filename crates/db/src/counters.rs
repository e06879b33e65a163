//! What the database counts of itself; whoever exports metrics reads these.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Totals since the database was opened.
#[derive(Debug, Default)]
pub struct Counters {
    /// Transactions that reached the disk: on SQLite many units share one.
    pub commits: AtomicU64,
    /// Units whose writes were kept.
    pub kept: AtomicU64,
    /// Units whose writes were undone, by their own verdict or by a failure.
    pub undone: AtomicU64,
    /// Units that ran again, because another came in between or their batch failed.
    pub rerun: AtomicU64,
    /// Units that waited too long for their turn, and were refused.
    pub late: AtomicU64,
    /// Bytes of the write-ahead log after the last commit (SQLite).
    pub wal_bytes: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Relaxed);
    }
}
