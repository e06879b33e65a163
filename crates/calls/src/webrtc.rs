//! Signalling by REST, for clients that speak no socket: an offer, an answer and candidates are posted and fetched.
//!
//! A session is a leg of the call in its room. What the two say is kept sealed while it is open, and erased when it is over; times,
//! state, counts and hashes remain. One side may be in the call by socket: then [`TakeSignal`] carries its signals into the session, and
//! [`HearSignals`] what was posted to the socket.

mod config;
mod leg;
mod migrations;
mod model;
mod sealed;
mod store;
mod verbs;
mod views;

pub use config::Config;
pub use model::{Answer, Candidate, CandidateLine, Description, MediaName, Metadata, Offer, Sdp, SdpType, SessionView, Side, State};
pub use verbs::{AddCandidates, Added, AnswerSession, CloseSession, OfferSession, SignalKind, TakeSignal};
pub use views::{Candidates, HearSignals, Heard, HeardSignal, ListCandidates, ListedCandidate, SeeConfig, SeeSession, WebrtcConfig};

pub(crate) use leg::follow;
pub(crate) use migrations::MIGRATION;

use carillon_core::{Id, Kind, Problem};
use carillon_gate::{Entries, Gate};
use carillon_platform::jobs::{Handlers, Job, Outcome};

use leg::{EXPIRE, Lock, PURGE, SYSTEM};
use verbs::{ExpireSession, PurgeSession};

pub(crate) fn entries(entries: Entries) -> Entries {
    entries
        .get::<SeeConfig>("/webrtc/config")
        .post::<OfferSession>("/webrtc/sessions")
        .created()
        .get::<SeeSession>("/webrtc/sessions/{id}")
        .post::<AnswerSession>("/webrtc/sessions/{id}/answer")
        .post::<AddCandidates>("/webrtc/sessions/{id}/candidates")
        .get::<ListCandidates>("/webrtc/sessions/{id}/candidates")
        .post::<CloseSession>("/webrtc/sessions/{id}/close")
}

pub(crate) fn jobs(gate: &Gate) -> Handlers {
    let (expire, purge) = (gate.clone(), gate.clone());
    Handlers::new()
        .on(EXPIRE, move |job: Job| {
            let gate = expire.clone();
            async move {
                let next = gate.act(&SYSTEM, ExpireSession { id: Id::new(job.key), lock: Lock::default() }).await;
                Ok(passed_over(next)?.flatten().map_or(Outcome::Done, Outcome::Again))
            }
        })
        .on(PURGE, move |job: Job| {
            let gate = purge.clone();
            async move {
                passed_over(gate.act(&SYSTEM, PurgeSession { id: Id::new(job.key) }).await)?;
                Ok(Outcome::Done)
            }
        })
}

/// What is over already needs no second end.
fn passed_over<T>(done: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match done {
        Err(problem) if matches!(problem.kind, Kind::Gone | Kind::Missing) => Ok(None),
        done => done.map(Some),
    }
}
