//! One audit event: attributable, legible, contemporaneous, original, accurate.

use std::net::IpAddr;

use carillon_core::{Action, DeviceId, Principal, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Done,
    /// Allowed, tried, and the failure itself is worth keeping: a wrong password.
    Failed,
    Refused,
}

impl Outcome {
    /// How a body says it. No text in it can look like this, for its quotes are escaped.
    pub(crate) fn within(self) -> &'static [u8] {
        match self {
            Self::Done => br#""outcome":"done","policy":"#,
            Self::Failed => br#""outcome":"failed","policy":"#,
            Self::Refused => br#""outcome":"refused","policy":"#,
        }
    }
}

/// Who acted. The fields stand in alphabetical order, here and below, so that the JSON is canonical (RFC 8785).
#[derive(Debug, Clone, Serialize)]
pub struct Actor {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The address, shortened to its network (/24, /48): of the anonymous only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What is kept. These bytes are hashed as they stand and never written again.
#[derive(Debug, Clone, Serialize)]
pub struct Event<'e> {
    pub action: Action,
    pub actor: Actor,
    pub at: Timestamp,
    pub id: Uuid,
    pub outcome: Outcome,
    /// The version of the policy bundle that decided.
    pub policy: &'e str,
    pub reasons: &'e [String],
    pub subject: &'e str,
    /// The version of this form.
    pub v: u8,
    pub what: &'e Value,
}

impl From<&Principal> for Actor {
    fn from(who: &Principal) -> Self {
        let id = who.person().map(carillon_core::Id::uuid);
        let source = match who {
            Principal::Anonymous { address } => address.map(network),
            Principal::System { component } => Some((*component).to_owned()),
            Principal::Account { .. } | Principal::Guest { .. } => None,
        };
        Self { device: who.device(), id, kind: who.kind(), session: who.session(), source }
    }
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}
