//! What can be done by REST signalling, one file each.

mod add_candidates;
mod answer_session;
mod close_session;
mod expire_session;
mod offer_session;
mod purge_session;
mod take_signal;

pub use add_candidates::{AddCandidates, Added};
pub use answer_session::AnswerSession;
pub use close_session::CloseSession;
pub use offer_session::OfferSession;
pub use take_signal::{SignalKind, TakeSignal};

pub(crate) use expire_session::ExpireSession;
pub(crate) use purge_session::PurgeSession;
