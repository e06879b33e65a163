//! What is looked at again and again, because nobody says it: refusals to write down, rooms whose hints were lost.

use std::time::Duration;

use carillon_core::Principal;
use carillon_gate::{Gate, Hint, Topic};
use carillon_platform::tasks::Tasks;
use carillon_rooms::views::SweepHeads;
use tokio::time::timeout;

const WHO: Principal = Principal::system("sweep");
const REFUSALS: Duration = Duration::from_secs(5);
const HEADS: Duration = Duration::from_secs(1);

/// Refusals are counted in memory and written down when their minute is over.
pub(crate) fn refusals(gate: Gate, tasks: &Tasks) {
    let stopping = tasks.stopping().clone();
    tasks.spawn("refusals", async move {
        while timeout(REFUSALS, stopping.cancelled()).await.is_err() {
            gate.sweep_refusals(gate.now()).await;
        }
    });
}

/// A hint may be lost, and on a database of many processes it is not told at all: so each looks where its rooms stand.
pub(crate) fn heads(gate: Gate, tasks: &Tasks) {
    let stopping = tasks.stopping().clone();
    tasks.spawn("heads", async move {
        while timeout(HEADS, stopping.cancelled()).await.is_err() {
            let rooms = gate.hub().rooms();
            if rooms.is_empty() {
                continue;
            }
            match gate.see(&WHO, SweepHeads { rooms }).await {
                Ok(heads) => heads.into_iter().for_each(|(room, head)| gate.hub().tell(Hint { topic: Topic::Room(room), head })),
                Err(why) => tracing::warn!(%why, "where the rooms stand could not be seen"),
            }
        }
    });
}
