//! A new link to a room.

use carillon_core::{Action, Problem, RequestId, RoomId};
use carillon_gate::{Change, Cx, Done, Verb};
use carillon_platform::random;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{RoomFor, store};

/// A new link; the old one opens nothing any more. Guests who are in stay in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateLink {
    pub room: RoomId,
    pub request_id: RequestId,
}

/// The link's secret part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewLink {
    pub link: String,
}

impl Verb for RotateLink {
    const ACTION: Action = Action::RoomLink;
    type On = RoomFor;
    type Answer = NewLink;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.room.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RoomFor, Problem> {
        store::room_for(&mut cx.tx, self.room, cx.who.person()).await
    }

    async fn apply(&self, _: RoomFor, cx: &mut Cx<'_>) -> Result<Done<NewLink>, Problem> {
        // Asked again, it makes yet another: whoever asks wants the old one dead, and knows only the last answer.
        let link = random::token();
        store::set_link(&mut cx.tx, self.room, &link).await?;
        Ok(Done::changed(NewLink { link }, Change::of("room", self.room, json!({ "link": "new", "request": self.request_id }))))
    }
}
