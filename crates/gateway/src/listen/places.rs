//! How many may be connected: in all, and from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use carillon_platform::limits::Key;
use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of one door. Clones share them.
#[derive(Clone)]
pub(super) struct Places(Arc<Inner>);

struct Inner {
    all: Arc<Semaphore>,
    most: u32,
    most_of_one: u32,
    of_each: Mutex<HashMap<Key, u32>>,
    metrics: Metrics,
}

/// A place that nobody has yet.
pub(super) struct Free {
    places: Places,
    permit: OwnedSemaphorePermit,
}

/// One connection's place, given back when its socket goes; so it stays with the socket, also through an upgrade.
pub(super) struct Place {
    places: Places,
    address: Option<Key>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(most: u32, most_of_one: u32) -> Self {
        let most = most.clamp(1, u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        let all = Arc::new(Semaphore::new(most as usize));
        Self(Arc::new(Inner { all, most, most_of_one: most_of_one.max(1), of_each: Mutex::default(), metrics: Metrics::default() }))
    }

    /// A place, as soon as there is one.
    pub(super) async fn free(&self) -> Free {
        let permit = self.0.all.clone().acquire_owned().await.expect("the semaphore is never closed");
        Free { places: self.clone(), permit }
    }

    /// Returns when everybody has gone.
    pub(super) async fn all_free(&self) {
        drop(self.0.all.acquire_many(self.0.most).await);
    }

    pub(super) fn taken(&self) -> usize {
        (self.0.most as usize).saturating_sub(self.0.all.available_permits())
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let metrics = &self.0.metrics;
        registry.register("connections", "Connections that are open at the public door, upgraded ones included", metrics.open.clone());
        registry.register("connections_accepted", "Connections that were taken at the public door", metrics.accepted.clone());
        registry.register("connections_crowded", "Connections closed at once: their address had too many", metrics.crowded.clone());
    }

    fn of_each(&self) -> MutexGuard<'_, HashMap<Key, u32>> {
        self.0.of_each.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Free {
    /// Gives it to whoever comes from there; nothing if that address has its share already. Where many come from one address, they
    /// only share the whole.
    pub(super) fn of(self, address: IpAddr, shared: bool) -> Option<Place> {
        let Self { places, permit } = self;
        let address = (!shared).then(|| Key::address(address));
        if let Some(address) = address {
            let mut of_each = places.of_each();
            let count = of_each.entry(address).or_default();
            if *count >= places.0.most_of_one {
                drop(of_each);
                places.0.metrics.crowded.inc();
                return None;
            }
            *count += 1;
        }
        places.0.metrics.accepted.inc();
        places.0.metrics.open.inc();
        Some(Place { places, address, _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.0.metrics.open.dec();
        let Some(address) = self.address else { return };
        let mut of_each = self.places.of_each();
        if let Some(count) = of_each.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                of_each.remove(&address);
            }
        }
    }
}

#[derive(Default)]
struct Metrics {
    open: Gauge,
    accepted: Counter,
    crowded: Counter,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_has_its_share_and_no_more() {
        let places = Places::new(10, 2);
        let take = async |address: &str, shared| places.free().await.of(address.parse().unwrap(), shared);
        let first = take("192.0.2.1", false).await;
        let second = take("::ffff:192.0.2.1", false).await;
        assert!(first.is_some() && second.is_some());
        assert!(take("192.0.2.1", false).await.is_none());
        let proxied = take("192.0.2.1", true).await;
        assert!(proxied.is_some(), "a proxy brings many");
        drop(first);
        assert!(take("192.0.2.1", false).await.is_some());
        let (one, other) = (take("2001:db8::1", false).await, take("2001:db8::2", false).await);
        assert!(one.is_some() && other.is_some() && take("2001:db8::3", false).await.is_none(), "one household has one /64");
        assert_eq!(places.taken(), 4);
        drop((second, proxied, one, other));
        places.all_free().await;
        assert!(places.of_each().is_empty());
    }
}
