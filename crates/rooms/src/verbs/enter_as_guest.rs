//! Come into a room by its link.

use carillon_core::{Action, Problem, RoomId};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use carillon_identity::{DeviceHint, PersonName, SignedIn, create_guest, open_session};
use carillon_proto::rooms::v1::{MemberJoined, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{Config, RoomKind, RoomRole, append, store};

/// Come into a room by its link: whoever does is a guest of that room, on this device.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnterAsGuest {
    #[schema(pattern = r"^[^\x00]*$")]
    pub link: String,
    pub name: PersonName,
    #[serde(default)]
    pub device: DeviceHint,
}

/// The room that the link opens.
#[derive(Debug, Serialize)]
pub struct Opened {
    room: RoomId,
    kind: RoomKind,
}

impl Verb for EnterAsGuest {
    const ACTION: Action = Action::GuestEnter;
    type On = Opened;
    type Answer = SignedIn;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Opened, Problem> {
        let found = store::by_link(&mut cx.tx, &self.link).await?;
        let found = found.ok_or_else(dead)?;
        Ok(Opened { room: found.room, kind: found.kind })
    }

    async fn apply(&self, on: Opened, cx: &mut Cx<'_>) -> Result<Done<SignedIn>, Problem> {
        let room = on.room;
        let guest = create_guest(cx, room, &self.name).await?;
        let signed_in = open_session(cx, guest, &self.device).await?;
        store::add_member(&mut cx.tx, room, guest, RoomRole::Guest, cx.now).await?;
        let joined = MemberJoined { member: guest.uuid().as_bytes().to_vec(), name: self.name.as_str().into(), guest: true };
        let placed = append(cx, room, Some(guest), None, Kind::MemberJoined(joined)).await?;
        // A link names no lock before it is read. By now the room is ours, and the link may have been replaced meanwhile.
        if store::by_link(&mut cx.tx, &self.link).await?.is_none_or(|found| found.room != room) {
            return Err(dead());
        }
        let most = Config::of(cx.engines).guests_per_room;
        if store::guests(&mut cx.tx, room).await? > i64::from(most) {
            let full =
                format!("{most} guests are in this room, and no more may be: ask its owner to put some out, or sign in with an account");
            return Err(Problem::conflict(full).named("room-full"));
        }
        let change = Change::of("room", room, json!({ "guest": guest, "seq": placed.seq }));
        Ok(Done::changed(signed_in, change).hint(Topic::Room(room), placed.seq))
    }
}

fn dead() -> Problem {
    Problem::missing("link: ask whoever sent it for a new one")
}
