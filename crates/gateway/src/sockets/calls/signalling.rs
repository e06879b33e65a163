//! Signals from one participant to the other: checked, passed on to whoever is there, never stored.

use std::collections::HashMap;

use carillon_calls::{
    views::{Line, Other, PassSignals},
    webrtc::{Candidate, Description, SdpType, SignalKind, TakeSignal},
};
use carillon_core::{CallId, Kind, ParticipantId, Problem};
use carillon_gate::{Delivery, Pass, Signal, Topic};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::sockets::session::Session;

/// Candidates of a leg in one negotiation.
const CANDIDATES: u32 = 256;
/// Calls whose pass a socket holds at once; a further one begins anew.
const OPEN: usize = 8;

/// Signal to another participant: an SDP with its type, or a candidate.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Said {
    call: CallId,
    /// With one other it may be left out.
    to: Option<ParticipantId>,
    #[serde(rename = "type")]
    kind: SignalKind,
    #[schema(value_type = Object)]
    signal: Value,
}

/// The signals of one socket.
#[derive(Default)]
pub(crate) struct Signalling(HashMap<CallId, Open>);

struct Open {
    pass: Pass<PassSignals>,
    line: Line,
    /// Of the leg, since its last offer or answer.
    candidates: u32,
}

impl Signalling {
    pub(crate) async fn pass(&mut self, session: &Session, said: Said) -> Result<Value, Problem> {
        let Said { call, to, kind, signal } = said;
        let signal = checked(kind, signal)?;
        let open = self.open(session, call).await?;
        match kind {
            SignalKind::IceCandidate if open.candidates == CANDIDATES => {
                return Err(Problem::too_large(format!("{CANDIDATES} candidates at most in one negotiation: offer anew")));
            }
            SignalKind::IceCandidate => {}
            SignalKind::Offer | SignalKind::Answer => open.candidates = 0,
        }
        let other = chosen(&open.line, to)?;
        if other.by_rest {
            session.app.gate.act(&session.who, TakeSignal::new(call, other.participant, kind, signal)).await?;
        } else {
            let payload = json!({ "call": call, "from": open.line.me, "type": word(kind), "signal": signal });
            let payload = serde_json::value::to_raw_value(&payload).map_err(Problem::broken)?.into();
            let signal = Signal { event: "call:signal", payload };
            match session.app.gate.signals().send(Topic::Device(other.member, other.device), &signal, None) {
                Delivery::Taken => {}
                Delivery::Full => return Err(Problem::flooding(1)),
                Delivery::Nobody => return Err(out_of_reach()),
            }
        }
        open.candidates += u32::from(kind == SignalKind::IceCandidate);
        Ok(json!({}))
    }

    async fn open(&mut self, session: &Session, call: CallId) -> Result<&mut Open, Problem> {
        if let Some(open) = self.0.get_mut(&call) {
            match open.pass.check().await {
                Ok(Some(line)) => open.line = line,
                Ok(None) => {}
                Err(fallen) => {
                    self.0.remove(&call);
                    return Err(fallen);
                }
            }
        } else {
            let gate = &session.app.gate;
            let (pass, line) = gate.pass(&session.who, PassSignals::of(gate, call).await?).await?;
            if self.0.len() == OPEN {
                self.0.clear();
            }
            self.0.insert(call, Open { pass, line, candidates: 0 });
        }
        self.0.get_mut(&call).ok_or_else(|| Problem::broken("a pass was not kept"))
    }
}

fn chosen(line: &Line, to: Option<ParticipantId>) -> Result<&Other, Problem> {
    match (to, line.others.as_slice()) {
        (Some(to), others) => others
            .iter()
            .find(|other| other.participant == to)
            .ok_or_else(|| Problem::conflict("this participant is not in the call: keep the signal until `call:joined`")),
        (None, [one]) => Ok(one),
        (None, []) => Err(Problem::conflict("nobody else is in the call yet: keep the signal until `call:joined`")),
        (None, _) => Err(Problem::invalid("say to whom: `to` is a participant")),
    }
}

fn out_of_reach() -> Problem {
    let why = "nobody took it, because the other is out of reach: send it again, or keep it until `call:joined`";
    Problem { retry_after: Some(1), ..Problem::new(Kind::Again, why) }
}

/// The signal as it is passed on: nothing but what its kind holds.
fn checked(kind: SignalKind, signal: Value) -> Result<Value, Problem> {
    if kind == SignalKind::IceCandidate {
        return serde_json::to_value(parse::<Candidate>(signal)?).map_err(Problem::broken);
    }
    let description: Description = parse(signal)?;
    let same = (description.kind == SdpType::Offer) == (kind == SignalKind::Offer);
    if same { serde_json::to_value(description).map_err(Problem::broken) } else { Err(Problem::invalid("`type` and `signal.type` differ")) }
}

fn parse<T: DeserializeOwned>(signal: Value) -> Result<T, Problem> {
    carillon_gate::parse(signal).map_err(|why| Problem::invalid(format!("`signal`: {}", why.detail)))
}

fn word(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Offer => "offer",
        SignalKind::Answer => "answer",
        SignalKind::IceCandidate => "ice-candidate",
    }
}
