//! Hints between the parts of the server, and later between its nodes: small, soon, and without promise.
//!
//! A hint may be lost, doubled or out of order; the database is the truth, and whoever listens looks there. Subjects and patterns are
//! those of NATS: names parted by dots; in a pattern `*` stands for one name and a last `>` for all that follow.

mod local;

pub use local::Local;

use std::sync::Arc;

use bytes::Bytes;
use prometheus_client::{metrics::counter::Counter, registry::Registry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How several processes of one server would tell each other that there is something new. There is one process so far: nothing needs to be
/// set here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `local:`, within this process, is the only kind so far.
    pub url: String,
    /// Words that may wait for one listener; the newest is lost when there are more, and counted.
    pub waiting: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { url: "local:".into(), waiting: 1024 }
    }
}

/// What NATS takes by default: a hint says where to look, it does not carry what is there.
const LARGEST: usize = 1024 * 1024;

#[derive(Debug, Clone)]
pub struct Message {
    pub subject: Arc<str>,
    pub payload: Bytes,
}

#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("`{0}` names no bus: write local:")]
    Url(String),
    #[error("`{0}` is no subject: names parted by dots, without spaces; * and > only in patterns")]
    Subject(String),
    #[error("a hint of {0} bytes: 1 MiB at most")]
    TooLarge(usize),
}

#[derive(Clone)]
pub enum Bus {
    Local(Local),
}

impl Bus {
    #[allow(clippy::unused_async, reason = "an engine beyond this process is connected to")]
    pub async fn open(config: &Config) -> Result<Self, BusError> {
        if config.url != "local:" {
            return Err(BusError::Url(config.url.clone()));
        }
        Ok(Self::Local(Local::new(config.waiting.max(1))))
    }

    /// Tells all who listen now. It never waits: where there is no room, the hint is lost.
    pub fn publish(&self, subject: &str, payload: Bytes) -> Result<(), BusError> {
        if payload.len() > LARGEST {
            return Err(BusError::TooLarge(payload.len()));
        }
        if !fit(subject) || subject.split('.').any(|name| name == "*" || name == ">") {
            return Err(BusError::Subject(subject.into()));
        }
        let Self::Local(local) = self;
        local.publish(&Message { subject: subject.into(), payload });
        Ok(())
    }

    /// Listens from now on, until the subscription is dropped.
    #[allow(clippy::unused_async, reason = "an engine beyond this process answers")]
    pub async fn subscribe(&self, pattern: &str) -> Result<Subscription, BusError> {
        if !fit(pattern) || pattern.split('.').rev().skip(1).any(|name| name == ">") {
            return Err(BusError::Subject(pattern.into()));
        }
        let Self::Local(local) = self;
        Ok(Subscription::Local(local.subscribe(pattern)))
    }

    pub fn register(&self, registry: &mut Registry) {
        let Self::Local(local) = self;
        let metrics = local.metrics();
        registry.register("bus_published", "Hints given", metrics.published.clone());
        registry.register("bus_lost", "Hints that a listener had no room for: it finds out by itself, but later", metrics.lost.clone());
    }
}

pub enum Subscription {
    Local(local::Subscription),
}

impl Subscription {
    /// The next hint; `None` when the bus has gone.
    pub async fn next(&mut self) -> Option<Message> {
        let Self::Local(local) = self;
        local.next().await
    }

    /// How many hints this listener has lost since it last asked: after any, it looks at everything.
    pub fn lost(&self) -> u64 {
        let Self::Local(local) = self;
        local.lost()
    }
}

#[derive(Clone, Default)]
struct Metrics {
    published: Counter,
    lost: Counter,
}

fn fit(subject: &str) -> bool {
    subject.split('.').all(|name| !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control()))
}
