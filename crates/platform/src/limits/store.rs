//! Where the buckets are kept: never more than a given number of them.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use governor::{
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};

use super::{Key, Whose};

/// So that askers seldom wait for each other.
const SHARDS: usize = 16;

/// The time at which each bucket would be full, as GCRA counts. Clones share it.
#[derive(Clone)]
pub(super) struct Store(Arc<Inner>);

struct Inner {
    shards: [Mutex<HashMap<Key, Nanos>>; SHARDS],
    hasher: RandomState,
    known: AtomicUsize,
    max: usize,
}

impl Store {
    pub(super) fn new(max: usize) -> Self {
        Self(Arc::new(Inner { shards: Default::default(), hasher: RandomState::new(), known: AtomicUsize::new(0), max }))
    }

    /// The bucket is full so much earlier. What newcomers share is not given back: nobody knows whose it was.
    pub(super) fn give_back(&self, key: &Key, time: Duration) {
        if let Some(full) = self.shard(key).get_mut(key) {
            *full = full.saturating_sub(time.into());
        }
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, HashMap<Key, Nanos>> {
        let shard = &self.0.shards[self.0.hasher.hash_one(key) as usize % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Store {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut shard = self.shard(key);
        if let Some(full) = shard.get_mut(key) {
            let (passed, next) = f(Some(*full))?;
            *full = next;
            return Ok(passed);
        }
        // The newcomers' bucket itself is always let in: one above the bound.
        if self.0.known.load(Relaxed) >= self.0.max && key.0 != Whose::Newcomers {
            drop(shard);
            return self.measure_and_replace(&Key(Whose::Newcomers), f);
        }
        let (passed, next) = f(None)?;
        shard.insert(*key, next);
        self.0.known.fetch_add(1, Relaxed);
        Ok(passed)
    }
}

impl ShrinkableKeyedStateStore<Key> for Store {
    fn retain_recent(&self, drop_below: Nanos) {
        for shard in &self.0.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let before = shard.len();
            shard.retain(|_, full| *full > drop_below);
            self.0.known.fetch_sub(before - shard.len(), Relaxed);
            if shard.len() * 4 < shard.capacity() {
                shard.shrink_to_fit();
            }
        }
    }
    fn len(&self) -> usize {
        self.0.known.load(Relaxed)
    }
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
