//! How long acts take and how they end.

use std::time::Duration;

use carillon_core::{Action, Kind};
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder},
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    action: Named,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    action: Named,
    end: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Named(Action);

impl EncodeLabelValue for Named {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        self.0.name().encode(encoder)
    }
}

/// The gate's own figures.
pub struct Metrics {
    acts: Family<Ended, Counter>,
    waits: Family<Of, Histogram>,
    runs: Family<Of, Histogram>,
    refusals: Family<Of, Counter>,
    unknown: Family<Why, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.000_02, 4.0, 9));
        Self {
            acts: Family::default(),
            waits: Family::new_with_constructor(seconds),
            runs: Family::new_with_constructor(seconds),
            refusals: Family::default(),
            unknown: Family::default(),
        }
    }
}

impl Metrics {
    pub fn register(&self, registry: &mut Registry) {
        registry.register("acts", "Acts that ended, by action and end", self.acts.clone());
        registry.register("act_seconds", "From asking to the durable answer", self.waits.clone());
        registry.register("act_run_seconds", "Time in the transaction, where others wait on SQLite", self.runs.clone());
        registry.register("refusals", "Acts, views and passes that the policy refused", self.refusals.clone());
        registry.register("unknown", "Requests and sockets turned away before the gate, since nobody knows who asks", self.unknown.clone());
    }

    pub(crate) fn ran(&self, action: Action, took: Duration) {
        self.runs.get_or_create(&Of { action: Named(action) }).observe(took.as_secs_f64());
    }

    pub(crate) fn ended(&self, action: Action, problem: Option<Kind>, took: Duration) {
        self.acts.get_or_create(&Ended { action: Named(action), end: problem.map_or("done", Kind::name) }).inc();
        self.waits.get_or_create(&Of { action: Named(action) }).observe(took.as_secs_f64());
    }

    pub(crate) fn refused(&self, action: Action) {
        self.refusals.get_or_create(&Of { action: Named(action) }).inc();
    }

    pub(crate) fn unknown(&self, reason: &'static str) {
        self.unknown.get_or_create(&Why { reason }).inc();
    }
}
