//! The task that chains what was recorded.

use std::time::Duration;

use carillon_audit::{BLOCK, Sequencer};
use carillon_gate::Database;
use carillon_platform::{clock, tasks::Tasks};
use prometheus_client::{metrics::counter::Counter, registry::Registry};
use tokio::time::timeout;

/// While the record grows, a block so often: few rows, and a short tail.
const GROWING: Duration = Duration::from_millis(200);
/// While nothing happens, a look so often.
const RESTING: Duration = Duration::from_millis(500);

/// Chains until the tasks are told to stop; what is recorded later is chained by [`finish`].
pub(crate) fn start(database: Database, tasks: &Tasks, registry: &mut Registry) {
    let (sequencer, stopping) = (Sequencer::new(database), tasks.stopping().clone());
    let (chained, failed) = (Counter::<u64>::default(), Counter::<u64>::default());
    registry.register("audit_chained", "Events of the audit record that were chained", chained.clone());
    registry.register("audit_failed", "Looks at the audit record that failed: its chain does not grow meanwhile", failed.clone());
    tasks.spawn("audit chain", async move {
        while !stopping.is_cancelled() {
            let advanced = sequencer.advance(clock::now()).await;
            chained.inc_by(advanced.as_ref().map_or(0, |events| *events as u64));
            let pause = match advanced {
                Ok(BLOCK..) => continue, // there may be more
                Ok(1..) => GROWING,
                Ok(0) => RESTING,
                Err(why) => {
                    failed.inc();
                    tracing::warn!(%why, "the audit chain does not grow");
                    RESTING
                }
            };
            let _ = timeout(pause, stopping.cancelled()).await; // either way it is looked again
        }
    });
}

/// Chains what the last ones did.
pub(crate) async fn finish(database: Database) {
    if let Err(why) = Sequencer::new(database).catch_up(clock::now()).await {
        tracing::warn!(%why, "the last audit events are not chained yet: the next start does it");
    }
}
