//! What the server does with rooms by itself: guests who cannot come back leave, rooms left behind find an owner.

use std::time::Duration;

use carillon_core::{Action, PersonId, Principal, Problem, RoomId, Timestamp};
use carillon_gate::{Cx, Engines, Gate, View};
use carillon_platform::jobs::{Handlers, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    store,
    verbs::{Begin, HandOver, LapseGuest, RenewEpochs},
};

pub(crate) const KEEP: &str = "rooms.keep";
const PAUSE: Duration = Duration::from_mins(10);
/// Others have a turn in between.
const SOON: Duration = Duration::from_secs(1);
/// Of each, in one turn.
const MOST: i64 = 100;
const SYSTEM: Principal = Principal::system("rooms");
const WEEK: u32 = 7;

/// Rooms: how many there may be, and who is in them for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Days after which a guest who has not come back is no longer listed in the room; what they said stays. They cannot come back after a
    /// week in any case, but by the link, as a new guest.
    #[schema(minimum = 7)]
    pub guest_days: u32,
    /// Rooms that one account may have opened and still be in. Calls by plain requests (`/webrtc/sessions`) without a room open one each.
    pub rooms_per_account: u32,
    /// Guests in one room, those included who have gone and may still come back.
    pub guests_per_room: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { guest_days: WEEK, rooms_per_account: 2000, guests_per_room: 500 }
    }
}

impl Config {
    /// What the server was started with, or the usual.
    pub(crate) fn of(engines: &Engines) -> Self {
        engines.get().copied().unwrap_or_default()
    }
    fn guests_since(self, now: Timestamp) -> Timestamp {
        now.minus(Duration::from_secs(86_400 * u64::from(self.guest_days.max(WEEK))))
    }
}

/// Begins to keep house. Whoever starts the server calls it before it runs any job.
pub async fn keep_house(gate: &Gate) -> Result<(), Problem> {
    gate.act(&SYSTEM, Begin).await
}

/// What becomes due.
pub fn jobs(gate: &Gate) -> Handlers {
    let gate = gate.clone();
    Handlers::new().on(KEEP, move |_| {
        let gate = gate.clone();
        async move {
            let more = keep(&gate).await?;
            Ok(Outcome::Again(gate.now().plus(if more { SOON } else { PAUSE })))
        }
    })
}

/// One turn; whether there may be more to do.
pub async fn keep(gate: &Gate) -> Result<bool, Problem> {
    let before = Config::of(gate.engines()).guests_since(gate.now());
    let lapsed = gate.see(&SYSTEM, Lapsed { before }).await?;
    for (room, guest) in &lapsed {
        gate.act(&SYSTEM, LapseGuest { room: *room, guest: *guest, before }).await?;
    }
    let rooms = gate.see(&SYSTEM, LeftBehind).await?;
    for room in &rooms {
        gate.act(&SYSTEM, HandOver { room: *room }).await?;
    }
    Ok(lapsed.len().max(rooms.len()) as i64 >= MOST)
}

/// Gives all rooms a new epoch, and says how many they are. Whoever puts an older copy of the database back calls it before the server
/// starts: apps that have seen more than the copy holds then drop what they kept, instead of taking what comes next for what they have.
pub async fn renew_epochs(gate: &Gate) -> Result<usize, Problem> {
    gate.act(&SYSTEM, RenewEpochs).await
}

struct Lapsed {
    before: Timestamp,
}

impl View for Lapsed {
    const ACTION: Action = Action::GuestLapse;
    type On = ();
    type Sight = Vec<(RoomId, PersonId)>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Self::Sight, Problem> {
        store::lapsed_guests(&mut cx.tx, self.before, MOST).await
    }
}

struct LeftBehind;

impl View for LeftBehind {
    const ACTION: Action = Action::MemberHandOver;
    type On = ();
    type Sight = Vec<RoomId>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Self::Sight, Problem> {
        store::left_behind(&mut cx.tx, MOST).await
    }
}
