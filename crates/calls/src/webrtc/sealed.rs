//! What two peers say to each other, sealed while their session is open: a copy of the database shows none of it.

use std::sync::Arc;

use carillon_core::{Problem, WebrtcSessionId};
use carillon_gate::Engines;
use carillon_platform::secrets::Secrets;

const PURPOSE: &str = "webrtc.sdp";

/// What a sealed text is, and so where it may be opened again.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Offer,
    Answer,
    Metadata,
    Candidate,
}

impl Part {
    fn belongs(self, session: WebrtcSessionId) -> String {
        let column = match self {
            Self::Offer => "webrtc_sessions.offer",
            Self::Answer => "webrtc_sessions.answer",
            Self::Metadata => "webrtc_sessions.metadata",
            Self::Candidate => "webrtc_candidates.sealed",
        };
        format!("{column}:{session}")
    }
}

/// Before the transaction: the purpose's first key is written to a file.
pub(crate) fn seal(engines: &Engines, part: Part, session: WebrtcSessionId, text: &str) -> Result<Vec<u8>, Problem> {
    Ok(engines.get::<Arc<Secrets>>()?.seal(PURPOSE, part.belongs(session).as_bytes(), text.as_bytes())?)
}

pub(crate) fn open(engines: &Engines, part: Part, session: WebrtcSessionId, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
    Ok(engines.get::<Arc<Secrets>>()?.unseal(PURPOSE, part.belongs(session).as_bytes(), sealed)?)
}
