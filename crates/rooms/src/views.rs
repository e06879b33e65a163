//! What can be seen of rooms.

mod administered;

pub use administered::{AdminRoom, AdminRooms, ListAllRooms};

use carillon_core::{Action, Principal, Problem, RoomId};
use carillon_gate::{Cx, Opening, Topic, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RoomEvent, RoomFor, RoomRole, RoomSummary, RoomView, store};

/// Events in one answer, at most.
const PAGE: i64 = 200;

/// The rooms of whoever asks, newest first.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListRooms {
    /// The last room of the page before.
    pub after: Option<RoomId>,
    /// 1 to 100; 50 unless said.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Rooms {
    pub rooms: Vec<RoomSummary>,
}

impl View for ListRooms {
    const ACTION: Action = Action::RoomList;
    type On = ();
    type Sight = Rooms;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Rooms, Problem> {
        let Some(me) = cx.who.person() else { return Ok(Rooms { rooms: Vec::new() }) };
        let limit = between(self.limit, 50, 100)?;
        Ok(Rooms { rooms: store::rooms_of(&mut cx.tx, me, self.after, limit).await? })
    }
}

/// One room and its members.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeeRoom {
    pub room: RoomId,
}

impl View for SeeRoom {
    const ACTION: Action = Action::RoomSee;
    type On = RoomFor;
    type Sight = RoomView;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        store::room_for(&mut cx.tx, self.room, cx.who.person()).await
    }
    async fn show(self, on: RoomFor, cx: &mut Cx<'_>) -> Result<RoomView, Problem> {
        let mut view = view_of(cx, self.room).await?;
        if on.membership.is_none_or(|membership| membership.role == RoomRole::Guest) {
            view.link = None;
        }
        Ok(view)
    }
}

pub(crate) async fn view_of(cx: &mut Cx<'_>, room: RoomId) -> Result<RoomView, Problem> {
    let (summary, link) = store::room(&mut cx.tx, room, cx.who.person()).await?;
    Ok(RoomView { summary, members: store::members(&mut cx.tx, room).await?, link })
}

/// Events of a room's log: after a place, or before one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListLog {
    pub room: RoomId,
    /// Those above this `seq`, oldest first.
    #[schema(minimum = 0)]
    pub after: Option<i64>,
    /// None above this `seq`.
    #[schema(minimum = 0)]
    pub until: Option<i64>,
    /// Those below this `seq`. Without `after` it pages backwards: the last ones, oldest first.
    #[schema(minimum = 0)]
    pub before: Option<i64>,
    /// 1 to 200; 50 unless said.
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LogPage {
    pub room: RoomId,
    pub epoch: Uuid,
    pub head: i64,
    /// Oldest first. Long ones are fewer than `limit`: 256 KiB at most, and never none where there is one.
    pub events: Vec<RoomEvent>,
}

impl View for ListLog {
    const ACTION: Action = Action::LogList;
    type On = RoomFor;
    type Sight = LogPage;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        store::room_for(&mut cx.tx, self.room, cx.who.person()).await
    }
    async fn show(self, _: RoomFor, cx: &mut Cx<'_>) -> Result<LogPage, Problem> {
        no_negative([self.after, self.until, self.before])?;
        let limit = between(self.limit, 50, PAGE)?;
        let (summary, _) = store::room(&mut cx.tx, self.room, None).await?;
        let place = (self.room, summary.epoch);
        let until = self.until.map_or(i64::MAX, |until| until.saturating_add(1));
        let before = self.before.unwrap_or(i64::MAX).min(until);
        let events = match self.after {
            None => store::page_before(&mut cx.tx, place, before, limit).await?,
            Some(after) => store::page(&mut cx.tx, place, after, before.saturating_sub(1), limit).await?,
        };
        Ok(LogPage { room: self.room, epoch: summary.epoch, head: summary.head, events })
    }
}

/// What a link opens, for whoever holds it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeeLink {
    #[schema(pattern = r"^[^\x00]*$")]
    pub link: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// For whoever is a member already.
    pub room: RoomId,
    pub room_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_name: Option<String>,
}

impl View for SeeLink {
    const ACTION: Action = Action::LinkSee;
    type On = ();
    type Sight = LinkView;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<LinkView, Problem> {
        let found = store::by_link(&mut cx.tx, &self.link).await?;
        let found = found.ok_or_else(|| Problem::missing("link: ask whoever sent it for a new one"))?;
        Ok(LinkView { room: found.room, room_name: found.name, host_name: found.host })
    }
}

/// From a cursor to the head, and what follows: the opening of a subscription.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FollowRoom {
    pub room: RoomId,
    /// The epoch of the cursor.
    pub epoch: Option<Uuid>,
    /// The last `seq` that the client has; without it the answer begins with the last events.
    #[schema(minimum = 0)]
    pub after: Option<i64>,
}

/// What lies between a cursor and the head.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Caught {
    pub room: RoomId,
    pub epoch: Uuid,
    pub head: i64,
    /// 200 and 256 KiB at most, oldest first.
    pub events: Vec<RoomEvent>,
    /// There are more: page on with the log.
    pub limited: bool,
    /// The cursor is of another epoch: forget what was kept, and begin anew with these events.
    pub reset: bool,
}

impl Caught {
    /// About as many bytes as it takes to send.
    pub fn bytes(&self) -> usize {
        self.events.iter().map(RoomEvent::bytes).sum()
    }
}

impl View for FollowRoom {
    const ACTION: Action = Action::RoomFollow;
    type On = RoomFor;
    type Sight = Caught;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        store::room_for(&mut cx.tx, self.room, cx.who.person()).await
    }
    async fn show(self, _: RoomFor, cx: &mut Cx<'_>) -> Result<Caught, Problem> {
        no_negative([self.after])?;
        let (summary, _) = store::room(&mut cx.tx, self.room, None).await?;
        let (epoch, head) = (summary.epoch, summary.head);
        let reset = self.after.is_some_and(|after| after > head) || self.epoch.is_some_and(|known| known != epoch);
        let place = (self.room, epoch);
        let events = match self.after {
            Some(after) if !reset => store::page(&mut cx.tx, place, after, i64::MAX, PAGE).await?,
            _ => store::page_before(&mut cx.tx, place, i64::MAX, PAGE).await?,
        };
        let limited = events.last().map_or(0, |event| event.seq) < head && self.after.is_some_and(|after| after < head);
        Ok(Caught { room: self.room, epoch, head, events, limited, reset })
    }
}

impl Opening for FollowRoom {
    fn stands_on(&self, who: &Principal) -> Vec<Topic> {
        who.person().map(|person| Topic::Member(self.room, person)).into_iter().collect()
    }
}

/// Where rooms stand: those of whoever asks, the others are left out.
#[derive(Debug, Clone)]
pub struct SeeHeads {
    pub rooms: Vec<RoomId>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Heads {
    pub heads: Vec<Head>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Head {
    pub room: RoomId,
    pub epoch: Uuid,
    pub head: i64,
}

impl View for SeeHeads {
    const ACTION: Action = Action::RoomList;
    type On = ();
    type Sight = Heads;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Heads, Problem> {
        let Some(me) = cx.who.person() else { return Ok(Heads { heads: Vec::new() }) };
        let mut heads = store::heads(&mut cx.tx, me).await?;
        heads.retain(|head| self.rooms.contains(&head.room));
        Ok(Heads { heads })
    }
}

/// Where rooms stand, for the server itself: it tells those who follow them.
#[derive(Debug, Clone)]
pub struct SweepHeads {
    pub rooms: Vec<RoomId>,
}

impl View for SweepHeads {
    const ACTION: Action = Action::RoomSee;
    type On = ();
    type Sight = Vec<(RoomId, i64)>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Vec<(RoomId, i64)>, Problem> {
        store::heads_of(&mut cx.tx, &self.rooms).await
    }
}

/// The right to say that one is typing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Typing {
    pub room: RoomId,
}

impl View for Typing {
    const ACTION: Action = Action::RoomTyping;
    type On = RoomFor;
    type Sight = carillon_gate::Empty;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        store::room_for(&mut cx.tx, self.room, cx.who.person()).await
    }
    async fn show(self, _: RoomFor, _: &mut Cx<'_>) -> Result<carillon_gate::Empty, Problem> {
        Ok(carillon_gate::Empty {})
    }
}

fn no_negative<const N: usize>(places: [Option<i64>; N]) -> Result<(), Problem> {
    if places.into_iter().flatten().any(i64::is_negative) { Err(Problem::invalid("a `seq` is 0 or more")) } else { Ok(()) }
}

fn between(limit: Option<i64>, unless_said: i64, most: i64) -> Result<i64, Problem> {
    let limit = limit.unwrap_or(unless_said);
    if (1..=most).contains(&limit) { Ok(limit) } else { Err(Problem::invalid(format!("`limit` is 1 to {most}"))) }
}
