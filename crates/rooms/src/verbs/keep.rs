//! What the server does with rooms by itself.

use carillon_core::{Action, PersonId, Problem, RoomId, Timestamp};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use carillon_platform::jobs;
use carillon_proto::rooms::v1::{MemberLeft, body::Kind};
use serde_json::json;
use uuid::Uuid;

use crate::{append, keeping::KEEP, ownership::hand_over, store};

/// Whoever was a guest, and cannot come back: their session is long over. What they said stays, and so does their name.
#[derive(Debug, Clone, Copy)]
pub struct LapseGuest {
    pub room: RoomId,
    pub guest: PersonId,
    /// None of their sessions was in use since.
    pub before: Timestamp,
}

impl Verb for LapseGuest {
    const ACTION: Action = Action::GuestLapse;
    type On = ();
    type Answer = ();

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        let Self { room, guest, before } = *self;
        if !store::has_lapsed(&mut cx.tx, room, guest, before).await? {
            return Ok(Done::repeated(()));
        }
        store::remove_member(&mut cx.tx, room, guest).await?;
        let left = MemberLeft { member: guest.uuid().as_bytes().to_vec(), removed_by: None };
        let seq = append(cx, room, None, None, Kind::MemberLeft(left)).await?.seq;
        let done = Done::changed((), Change::of("room", room, json!({ "lapsed": guest, "seq": seq })));
        Ok(done.hint(Topic::Member(room, guest), cx.now.0).hint(Topic::Room(room), seq))
    }
}

/// A room whose owners' accounts are all closed goes to whoever has been in it for the longest.
#[derive(Debug, Clone, Copy)]
pub struct HandOver {
    pub room: RoomId,
}

impl Verb for HandOver {
    const ACTION: Action = Action::MemberHandOver;
    type On = ();
    type Answer = ();

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        let Some(heir) = hand_over(cx, self.room).await? else { return Ok(Done::repeated(())) };
        let done = Done::changed((), Change::of("room", self.room, json!({ "owner": heir.person, "seq": heir.seq })));
        Ok(done.hint(Topic::Member(self.room, heir.person), cx.now.0).hint(Topic::Room(self.room), heir.seq))
    }
}

/// Set the job that looks for such guests and rooms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begin;

impl Verb for Begin {
    const ACTION: Action = Action::GuestLapse;
    type On = ();
    type Answer = ();

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        jobs::schedule(&mut cx.tx, KEEP, Uuid::nil(), cx.now, "").await?;
        Ok(Done::changed((), Change { subject: "rooms".into(), what: json!({ "begun": true }) }))
    }
}

/// Tell all apps that what they kept may be ahead: an older copy of the database was put back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RenewEpochs;

impl Verb for RenewEpochs {
    const ACTION: Action = Action::RoomRenew;
    type On = ();
    /// How many rooms.
    type Answer = usize;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<usize>, Problem> {
        let epoch = cx.new_id::<()>().uuid();
        let rooms = store::renew_epochs(&mut cx.tx, epoch).await?;
        Ok(Done::changed(rooms, Change { subject: "rooms".into(), what: json!({ "epoch": epoch, "rooms": rooms }) }))
    }
}
