//! The cache in the memory of one process.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use tokio::time::Instant;

use super::CacheError;

/// Longer is kept no longer.
const YEAR: Duration = Duration::from_hours(365 * 24);

#[derive(Clone)]
pub struct Memory(Arc<Inner>);

struct Inner {
    max_entries: usize,
    max_bytes: usize,
    entries: Mutex<Entries>,
    metrics: Metrics,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<Arc<str>, Entry>,
    /// The number tells apart what expires at the same moment.
    by_end: BTreeMap<(Instant, u64), Arc<str>>,
    last: u64,
    bytes: usize,
}

struct Entry {
    value: Bytes,
    end: (Instant, u64),
}

#[derive(Default)]
pub(super) struct Metrics {
    pub(super) evicted: Counter,
    pub(super) entries: Gauge,
    pub(super) bytes: Gauge,
}

impl Memory {
    pub(super) fn new(max_entries: usize, max_bytes: usize) -> Self {
        Self(Arc::new(Inner { max_entries, max_bytes, entries: Mutex::default(), metrics: Metrics::default() }))
    }

    pub(super) fn get(&self, key: &str) -> Option<Bytes> {
        self.now().1.by_key.get(key).map(|entry| entry.value.clone())
    }

    pub(super) fn put(&self, key: &str, value: Bytes, ttl: Duration) -> Result<(), CacheError> {
        let (now, mut entries) = self.now();
        self.insert(&mut entries, key, value, now + ttl.min(YEAR))
    }

    pub(super) fn delete(&self, key: &str) {
        let (_, mut entries) = self.now();
        entries.remove(key);
        self.measure(&entries);
    }

    pub(super) fn swap(&self, key: &str, expected: Option<&[u8]>, new: Bytes, ttl: Duration) -> Result<bool, CacheError> {
        let (now, mut entries) = self.now();
        if entries.by_key.get(key).map(|entry| &entry.value[..]) != expected {
            return Ok(false);
        }
        self.insert(&mut entries, key, new, now + ttl.min(YEAR)).map(|()| true)
    }

    pub(super) fn increment(&self, key: &str, by: i64, ttl: Duration) -> Result<i64, CacheError> {
        let (now, mut entries) = self.now();
        let (was, end) = match entries.by_key.get(key) {
            None => (0, now + ttl.min(YEAR)),
            Some(entry) => {
                // As text, as Redis keeps it.
                let text = std::str::from_utf8(&entry.value).ok().and_then(|text| text.parse::<i64>().ok());
                (text.ok_or_else(|| CacheError::NoCounter(key.into()))?, entry.end.0)
            }
        };
        let is = was.saturating_add(by);
        self.insert(&mut entries, key, is.to_string().into(), end).map(|()| is)
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The moment, and what has not expired by then.
    fn now(&self) -> (Instant, MutexGuard<'_, Entries>) {
        let now = Instant::now();
        let mut entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(first) = entries.by_end.first_entry().filter(|first| first.key().0 <= now) {
            let key = first.get().clone();
            entries.remove(&key);
        }
        (now, entries)
    }

    fn insert(&self, entries: &mut Entries, key: &str, value: Bytes, end: Instant) -> Result<(), CacheError> {
        let size = key.len() + value.len();
        if size > self.0.max_bytes {
            return Err(CacheError::TooLarge(value.len()));
        }
        entries.remove(key);
        while entries.by_key.len() >= self.0.max_entries || entries.bytes + size > self.0.max_bytes {
            let Some((_, first)) = entries.by_end.first_key_value() else { break };
            let first = first.clone();
            entries.remove(&first);
            self.0.metrics.evicted.inc();
        }
        entries.last += 1;
        let (key, end) = (Arc::<str>::from(key), (end, entries.last));
        entries.bytes += size;
        entries.by_end.insert(end, key.clone());
        entries.by_key.insert(key, Entry { value, end });
        self.measure(entries);
        Ok(())
    }

    fn measure(&self, entries: &Entries) {
        self.0.metrics.entries.set(entries.by_key.len() as i64);
        self.0.metrics.bytes.set(entries.bytes as i64);
    }
}

impl Entries {
    fn remove(&mut self, key: &str) {
        if let Some((key, entry)) = self.by_key.remove_entry(key) {
            self.by_end.remove(&entry.end);
            self.bytes -= key.len() + entry.value.len();
        }
    }
}
