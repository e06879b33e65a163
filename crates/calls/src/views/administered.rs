//! All calls, as administrators see them: how they went, not what was said.

use carillon_core::{Action, CallId, ParticipantId, Problem, RoomId, Timestamp};
use carillon_gate::{Cx, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NamedCalls, page};
use crate::{
    call::{Call, Participant},
    model::CallView,
    rating::CallRating,
    snapshot::Snapshot,
    store,
    store::ratings,
};

/// Snapshots in one answer, those of the latest minutes: eight hours and more of two people.
const SNAPSHOTS: i64 = 1000;

/// The calls of this server, or of one of its rooms, the newest first: for administrators.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAllCalls {
    pub room: Option<RoomId>,
    /// The last call of the page before.
    pub after: Option<CallId>,
    /// 1 to 50; 20 unless said.
    #[schema(minimum = 1, maximum = 50)]
    pub limit: Option<i64>,
}

/// Of which room.
#[derive(Debug, Serialize)]
pub struct OfRoom {
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<RoomId>,
}

impl View for ListAllCalls {
    const ACTION: Action = Action::CallListAll;
    type On = OfRoom;
    type Sight = NamedCalls;

    async fn load(&self, _: &mut Cx<'_>) -> Result<OfRoom, Problem> {
        Ok(OfRoom { room: self.room })
    }
    async fn show(self, on: OfRoom, cx: &mut Cx<'_>) -> Result<NamedCalls, Problem> {
        let calls = store::all_calls(&mut cx.tx, on.room, self.after, page(self.limit)?).await?;
        Ok(NamedCalls::of(calls, cx.now))
    }
}

/// One call: what its legs measured, and how those who took part found it. For administrators; that they looked is recorded.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectCall {
    pub call: CallId,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminCall {
    pub call: CallView,
    pub room_name: String,
    /// Those that measured something, in the order in which they began to.
    pub legs: Vec<LegFigures>,
    pub ratings: Vec<CallRating>,
}

/// What one leg measured: of each minute the last, of the last three hours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LegFigures {
    pub participant: ParticipantId,
    pub name: String,
    /// Counts how often they came in: what counts up begins anew with each.
    pub leg: i64,
    /// The first first; `at` is when it came, by the server's clock.
    pub snapshots: Vec<Snapshot>,
}

/// A call, if there is one: whoever may not see it does not learn that either.
#[derive(Debug, Serialize)]
pub struct Inspected {
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<RoomId>,
    #[serde(skip)]
    call: Option<Call>,
}

impl View for InspectCall {
    const ACTION: Action = Action::CallInspect;
    type On = Inspected;
    type Sight = AdminCall;

    fn subject(&self) -> String {
        format!("call:{}", self.call)
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Inspected, Problem> {
        let call = store::call(&mut cx.tx, self.call).await?;
        Ok(Inspected { room: call.as_ref().map(|call| call.room), call })
    }
    async fn show(self, on: Inspected, cx: &mut Cx<'_>) -> Result<AdminCall, Problem> {
        let call = on.call.ok_or_else(|| Problem::missing("call"))?;
        let room_name = store::room_name(&mut cx.tx, call.room).await?;
        let mut legs: Vec<LegFigures> = Vec::new();
        for (participant, leg, at, text) in store::snapshots(&mut cx.tx, call.id, SNAPSHOTS).await? {
            let snapshot = of_then(&text, at)?;
            match legs.iter_mut().find(|known| (known.participant, known.leg) == (participant, leg)) {
                Some(known) => known.snapshots.push(snapshot),
                None => legs.push(LegFigures { participant, name: name(&call.participants, participant), leg, snapshots: vec![snapshot] }),
            }
        }
        let ratings = ratings::of(&mut cx.tx, call.id).await?;
        Ok(AdminCall { call: CallView::of(&call, cx.now), room_name, legs, ratings })
    }
}

/// Clients' clocks differ, and all legs stand on one axis.
fn of_then(text: &str, at: Timestamp) -> Result<Snapshot, Problem> {
    let snapshot: Snapshot = serde_json::from_str(text).map_err(Problem::broken)?;
    Ok(Snapshot { at, ..snapshot })
}

fn name(participants: &[Participant], id: ParticipantId) -> String {
    participants.iter().find(|one| one.id == id).map(|one| one.name.clone()).unwrap_or_default()
}
