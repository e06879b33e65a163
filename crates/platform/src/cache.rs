//! What may be forgotten: answers worth keeping for a while, counters, small claims.
//!
//! Everything has a time to live, and may go earlier when there is no room: then what would expire first goes first. Nothing may
//! depend on what is here.

mod memory;

pub use memory::Memory;

use std::time::Duration;

use bytes::Bytes;
use prometheus_client::registry::Registry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is remembered for a while to save work, and may be lost at any time. Nothing uses it yet: nothing needs to be set here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `memory:`, that of this process, is the only kind so far.
    pub url: String,
    /// Entries kept at most. When there are as many, what would expire first goes.
    pub max_entries: usize,
    /// Bytes of keys and values kept at most, in MiB. When there is no room, what would expire first goes.
    pub max_mebibytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { url: "memory:".into(), max_entries: 100_000, max_mebibytes: 64 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("`{0}` names no cache: write memory:")]
    Url(String),
    #[error("the value of {0} bytes is larger than the whole cache")]
    TooLarge(usize),
    #[error("`{0}` holds no counter")]
    NoCounter(String),
}

#[derive(Clone)]
pub enum Cache {
    Memory(Memory),
}

#[allow(clippy::unused_async, reason = "an engine beyond this process answers over a wire")]
impl Cache {
    pub async fn open(config: &Config) -> Result<Self, CacheError> {
        if config.url != "memory:" {
            return Err(CacheError::Url(config.url.clone()));
        }
        Ok(Self::Memory(Memory::new(config.max_entries.max(1), config.max_mebibytes.saturating_mul(1024 * 1024))))
    }

    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, CacheError> {
        let Self::Memory(memory) = self;
        Ok(memory.get(key))
    }

    /// Kept for a year at most.
    pub async fn put(&self, key: &str, value: Bytes, ttl: Duration) -> Result<(), CacheError> {
        let Self::Memory(memory) = self;
        memory.put(key, value, ttl)
    }

    pub async fn delete(&self, key: &str) -> Result<(), CacheError> {
        let Self::Memory(memory) = self;
        memory.delete(key);
        Ok(())
    }

    /// Puts `new` if what is there is `expected` (`None`: nothing), and says whether it was.
    pub async fn swap(&self, key: &str, expected: Option<&[u8]>, new: Bytes, ttl: Duration) -> Result<bool, CacheError> {
        let Self::Memory(memory) = self;
        memory.swap(key, expected, new, ttl)
    }

    /// Adds to a counter and answers with its value. `ttl` counts from its first increment; a counter that is gone starts at 0.
    pub async fn increment(&self, key: &str, by: i64, ttl: Duration) -> Result<i64, CacheError> {
        let Self::Memory(memory) = self;
        memory.increment(key, by, ttl)
    }

    pub fn register(&self, registry: &mut Registry) {
        let Self::Memory(memory) = self;
        registry.register("cache_evicted", "Entries that went before their time, for want of room", memory.metrics().evicted.clone());
        registry.register("cache_entries", "Entries", memory.metrics().entries.clone());
        registry.register("cache_bytes", "Bytes of keys and values", memory.metrics().bytes.clone());
    }
}
