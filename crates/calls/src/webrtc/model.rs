//! The words of the REST signalling.

use carillon_core::{CallId, ParticipantId, PersonId, Problem, RoomId, Timestamp, WebrtcSessionId, hex, stored};
use carillon_platform::random;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Bytes of one SDP.
pub(crate) const SDP: usize = 32 * 1024;
/// Bytes of one candidate's line.
const CANDIDATE: usize = 1024;
/// Bytes of the names that stand beside it.
const NAME: usize = 256;
/// Candidates of one leg.
pub(crate) const CANDIDATES: usize = 256;
/// Bytes of the metadata, as JSON.
const METADATA: usize = 4 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SdpType {
    Offer,
    Answer,
}

/// What `RTCPeerConnection` takes and gives: 32 KiB of SDP at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Description {
    #[serde(rename = "type")]
    pub kind: SdpType,
    pub sdp: Sdp,
}

/// A description where only an offer belongs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    #[serde(rename = "type")]
    pub kind: OnlyOffer,
    pub sdp: Sdp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnlyOffer {
    Offer,
}

/// A description where only an answer belongs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(rename = "type")]
    pub kind: OnlyAnswer,
    pub sdp: Sdp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnlyAnswer {
    Answer,
}

/// Up to 32 KiB that begin as RFC 8866 says, without U+0000. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 32768, pattern = r"^v=0[^\x00]*$")]
pub struct Sdp(String);

impl TryFrom<String> for Sdp {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() > SDP {
            Err("the SDP is longer than 32 KiB")
        } else if !text.starts_with("v=0") || text.contains('\0') {
            Err("this is no SDP: it begins with `v=0` and holds no U+0000")
        } else {
            Ok(Self(text))
        }
    }
}
impl Sdp {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
    /// What is kept of it in the end.
    pub(crate) fn hash(&self) -> String {
        hex(&random::digest(&self.0))
    }
}
impl std::fmt::Debug for Sdp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SDP of {} bytes", self.0.len())
    }
}

/// What `RTCIceCandidate.toJSON()` gives. An empty `candidate` says that there are no more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Candidate {
    pub candidate: CandidateLine,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<MediaName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 65535)]
    pub sdp_m_line_index: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<MediaName>,
}

/// Nothing, or `candidate:` and what RFC 8839, section 5.1, has after it: 1 KiB of ASCII at most.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 1024, pattern = "^((a=)?candidate:[ -~]*)?$")]
pub struct CandidateLine(String);

impl TryFrom<String> for CandidateLine {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let named = text.is_empty() || text.strip_prefix("a=").unwrap_or(&text).starts_with("candidate:");
        if text.len() > CANDIDATE {
            Err("a candidate has 1 KiB at most")
        } else if named && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            Ok(Self(text))
        } else {
            Err("this is no candidate: it begins with `candidate:` and is one line of ASCII")
        }
    }
}

/// The name of a media section, or of a peer's credentials: 256 bytes of visible ASCII at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 256, pattern = "^[!-~]*$")]
pub struct MediaName(String);

impl TryFrom<String> for MediaName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = text.len() <= NAME && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err("`sdpMid` and `usernameFragment` are 256 bytes of visible ASCII at most") }
    }
}

impl Candidate {
    /// As it is kept.
    pub(crate) fn written(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(Problem::broken)
    }

    pub(crate) fn read(text: &[u8]) -> Result<Self, Problem> {
        serde_json::from_slice(text).map_err(|_| Problem::broken("a kept candidate cannot be read"))
    }
}
impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "candidate of {} bytes", self.candidate.0.len())
    }
}

/// The same candidate of the same side, whenever it comes, has the same mark. It goes with the candidate.
pub(crate) fn mark(session: WebrtcSessionId, side: Side, written: &str) -> String {
    hex(&random::digest(format!("{session} {} {written}", side.word())))
}

/// An object of the client's own, at most 4 KiB of JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Map<String, Value>")]
#[schema(value_type = Object)]
pub struct Metadata(Map<String, Value>);

impl TryFrom<Map<String, Value>> for Metadata {
    type Error = &'static str;
    fn try_from(map: Map<String, Value>) -> Result<Self, Self::Error> {
        let metadata = Self(map);
        if metadata.written().len() > METADATA { Err("`metadata` has 4 KiB of JSON at most") } else { Ok(metadata) }
    }
}
impl Metadata {
    pub(crate) fn written(&self) -> String {
        serde_json::to_string(&self.0).expect("a map of JSON is JSON")
    }
    pub(crate) fn read(text: &[u8]) -> Result<Self, Problem> {
        serde_json::from_slice(text).map(Self).map_err(|_| Problem::broken("kept metadata cannot be read"))
    }
}

stored!(State { Offered = "offered", Answered = "answered", Closed = "closed", Expired = "expired" });
stored!(Side { Offerer = "offerer", Answerer = "answerer" });

/// `offered`, then `answered`, then over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebrtcState)]
pub enum State {
    Offered,
    Answered,
    /// By one of the two, or because a leg of it has ended or come in anew.
    Closed,
    /// Nobody posted anything for too long.
    Expired,
}

impl State {
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Offered | Self::Answered)
    }
}

/// Whose a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    Offerer,
    Answerer,
}

/// A session as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub id: WebrtcSessionId,
    pub call: CallId,
    pub room: RoomId,
    pub state: State,
    /// Nothing once purged.
    pub offerer: Option<PersonId>,
    pub offerer_leg: ParticipantId,
    pub answerer: Option<PersonId>,
    pub answerer_leg: Option<ParticipantId>,
    pub answer_hash: Option<String>,
    pub candidates: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub purged_at: Option<Timestamp>,
}

impl Session {
    pub(crate) fn side_of(&self, person: Option<PersonId>) -> Option<Side> {
        let person = person?;
        if self.offerer == Some(person) {
            Some(Side::Offerer)
        } else if self.answerer == Some(person) {
            Some(Side::Answerer)
        } else {
            None
        }
    }

    pub(crate) fn must_be_open(&self) -> Result<(), Problem> {
        if self.state.is_open() { Ok(()) } else { Err(Problem::gone("this session is over: make a new one")) }
    }
}

/// A negotiation between two, as its members see it. What they said is shown while it is open.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebrtcSession)]
pub struct SessionView {
    pub id: WebrtcSessionId,
    pub call: CallId,
    pub room: RoomId,
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// Of both sides.
    pub candidates: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// It was closed because the other left or came in anew, and your leg of the call still stands: it ends then, unless you offer anew in
    /// the room, or answer `next`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew_until: Option<Timestamp>,
    /// What the other has offered in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<WebrtcSessionId>,
}
