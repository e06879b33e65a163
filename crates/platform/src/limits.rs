//! How often one asker may ask: token buckets, one core for HTTP, sockets and all that comes later.
//!
//! Memory is bounded: a bucket that is full again is forgotten, and there are never more than `max_keys` in a limit. When that many
//! askers are active at once, those who come anew share one bucket until some go quiet: a flood of addresses slows down new
//! addresses, not those already known.

mod store;

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use carillon_core::Problem;
use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::random;
use store::Store;

/// How often each asker may ask: `burst` times at once after a pause, and `per_minute` in the long run. Whoever asks more often is refused
/// with status 429 and told how long to wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// HTTP requests of one signed-in person.
    #[schema(inline)]
    pub http_principal: Rate,
    /// HTTP requests from one address; for IPv6 one /64, which is what one household gets. A whole office may share an address: raise it
    /// for them.
    #[schema(inline)]
    pub http_address: Rate,
    /// Attempts to sign in that failed, from one address.
    #[schema(inline)]
    pub sign_in_address: Rate,
    /// Attempts to sign in to one account that failed, from one address, or on one device: a password is not guessed at this pace.
    #[schema(inline)]
    pub sign_in_account: Rate,
    /// Attempts to sign in to one account that failed, from all addresses together. Whoever signs in on a device on which they were signed in
    /// before is not held up by them: so nobody shuts anybody out.
    #[schema(inline)]
    pub sign_in_anywhere: Rate,
    /// Links of rooms that are looked at or entered from one address. A class or an office enters at once.
    #[schema(inline)]
    pub enter_address: Rate,
    /// Messages of one person, in all rooms together.
    #[schema(inline)]
    pub messages: Rate,
    /// Events that one signed-in person sends by Socket.IO, from all their devices together.
    #[schema(inline)]
    pub socket_events: Rate,
    /// Askers remembered by each limit, about 50 bytes each. When so many are active at once, those who come anew share one allowance.
    pub max_keys: usize,
}

/// A bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// So many a minute in the long run.
    #[schema(value_type = u32, minimum = 1)]
    pub per_minute: NonZeroU32,
    /// So many at once, after a pause.
    #[schema(value_type = u32, minimum = 1)]
    pub burst: NonZeroU32,
}

impl Default for Config {
    fn default() -> Self {
        let rate = |per_minute, burst| Rate {
            per_minute: NonZeroU32::new(per_minute).expect("written below"),
            burst: NonZeroU32::new(burst).expect("written below"),
        };
        Self {
            http_principal: rate(6000, 200),
            http_address: rate(3000, 400),
            sign_in_address: rate(20, 20),
            sign_in_account: rate(5, 5),
            sign_in_anywhere: rate(20, 40),
            enter_address: rate(600, 300),
            messages: rate(300, 60),
            socket_events: rate(1200, 60),
            max_keys: 100_000,
        }
    }
}

/// What is limited. Each has its own buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    HttpPrincipal,
    HttpAddress,
    SignInAddress,
    SignInAccount,
    SignInAnywhere,
    EnterAddress,
    Messages,
    SocketEvents,
}

impl Limit {
    const ALL: [Self; 8] = [
        Self::HttpPrincipal,
        Self::HttpAddress,
        Self::SignInAddress,
        Self::SignInAccount,
        Self::SignInAnywhere,
        Self::EnterAddress,
        Self::Messages,
        Self::SocketEvents,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::HttpPrincipal => "http_principal",
            Self::HttpAddress => "http_address",
            Self::SignInAddress => "sign_in_address",
            Self::SignInAccount => "sign_in_account",
            Self::SignInAnywhere => "sign_in_anywhere",
            Self::EnterAddress => "enter_address",
            Self::Messages => "messages",
            Self::SocketEvents => "socket_events",
        }
    }
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(Whose);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Id([u8; 16]),
    V4([u8; 4]),
    V6([u8; 8]),
    Text([u8; 16]),
    Newcomers,
}

impl Key {
    /// A person, a session, a socket.
    pub const fn id(id: Uuid) -> Self {
        Self(Whose::Id(id.into_bytes()))
    }
    /// Where somebody comes from. Of IPv6 the /64: whoever has one address has all of these.
    pub fn address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(Whose::V4(v4.octets())),
            IpAddr::V6(v6) => Self(Whose::V6(*v6.octets().first_chunk().expect("16 octets"))),
        }
    }
    /// A name that somebody claims, such as a login. Its digest is kept, not the text.
    pub fn text(text: &str) -> Self {
        Self(Whose::Text(*random::digest(text).first_chunk().expect("32 bytes")))
    }
    /// The same, from one place: an address, a device.
    pub fn text_from(text: &str, place: Self) -> Self {
        Self::text(&format!("{text}|{:?}", place.0))
    }
}

/// Not now: after this time the same would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl From<Wait> for Problem {
    fn from(Wait(time): Wait) -> Self {
        Self::flooding(u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1))
    }
}

/// All buckets of one process. Time is tokio's, which a test can stop.
pub struct Limits {
    limits: [Buckets; Limit::ALL.len()],
    metrics: Metrics,
}

struct Buckets {
    limiter: RateLimiter<Key, Store, Ticks, NoOpMiddleware<Nanos>>,
    store: Store,
    /// In which one token flows in.
    interval: Duration,
    burst: NonZeroU32,
    max_keys: usize,
    sweep_at: AtomicUsize,
    swept: AtomicU64,
}

/// Below this many keys it is not worth looking for idle ones.
const FEW: usize = 1024;
const SWEEP_PAUSE: u64 = 1_000_000_000;

impl Limits {
    pub fn new(config: &Config) -> Self {
        let ticks = Ticks(Instant::now());
        let limits = Limit::ALL.map(|limit| {
            let rate = match limit {
                Limit::HttpPrincipal => config.http_principal,
                Limit::HttpAddress => config.http_address,
                Limit::SignInAddress => config.sign_in_address,
                Limit::SignInAccount => config.sign_in_account,
                Limit::SignInAnywhere => config.sign_in_anywhere,
                Limit::EnterAddress => config.enter_address,
                Limit::Messages => config.messages,
                Limit::SocketEvents => config.socket_events,
            };
            let (quota, store) = (Quota::per_minute(rate.per_minute).allow_burst(rate.burst), Store::new(config.max_keys));
            Buckets {
                limiter: RateLimiter::new(quota, store.clone(), ticks),
                store,
                interval: quota.replenish_interval(),
                burst: rate.burst,
                max_keys: config.max_keys,
                sweep_at: AtomicUsize::new(FEW.min(config.max_keys)),
                swept: AtomicU64::new(0),
            }
        });
        Self { limits, metrics: Metrics::default() }
    }

    /// Takes `cost` tokens out of the bucket, or none. More than the bucket holds costs a full one.
    pub fn check(&self, limit: Limit, key: Key, cost: u32) -> Result<(), Wait> {
        let Some(cost) = NonZeroU32::new(cost) else { return Ok(()) };
        let buckets = &self.limits[limit as usize];
        buckets.sweep();
        let passed = buckets.limiter.check_key_n(&key, cost.min(buckets.burst)).expect("the cost is not above the burst");
        passed.map_err(|until| {
            self.metrics.refused.get_or_create(&Label { limit: limit.name() }).inc();
            Wait(until.wait_time_from(buckets.limiter.clock().now()))
        })
    }

    /// Puts back the one token that was taken, when it turns out that it should not have counted.
    pub fn give_back(&self, limit: Limit, key: Key) {
        let buckets = &self.limits[limit as usize];
        buckets.store.give_back(&key, buckets.interval);
    }

    /// Askers that this limit remembers.
    pub fn known(&self, limit: Limit) -> usize {
        self.limits[limit as usize].limiter.len()
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "limits_refused",
            "Requests and events refused because they came too fast, by limit",
            self.metrics.refused.clone(),
        );
    }
}

impl Buckets {
    /// Forgets the buckets that are full again: each time that twice as many are there, or that there is no room, but not every moment.
    fn sweep(&self) {
        let known = self.limiter.len();
        if known < self.sweep_at.load(Relaxed) {
            return;
        }
        let (now, swept) = (self.limiter.clock().now().as_u64(), self.swept.load(Relaxed));
        let due = swept == 0 || now.saturating_sub(swept) >= SWEEP_PAUSE;
        if due && self.swept.compare_exchange(swept, now.max(1), Relaxed, Relaxed).is_ok() {
            self.limiter.retain_recent();
            self.sweep_at.store((2 * self.limiter.len()).max(FEW).min(self.max_keys), Relaxed);
        }
    }
}

#[derive(Clone, Copy)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        Nanos::new(u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Label {
    limit: &'static str,
}

#[derive(Default)]
struct Metrics {
    refused: Family<Label, Counter>,
}
