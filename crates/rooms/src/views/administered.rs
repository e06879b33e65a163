//! All rooms, as administrators see them: not what is said in them.

use carillon_core::{Action, Problem, RoomId, Timestamp};
use carillon_gate::{Cx, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::between;
use crate::store;

/// The rooms of this server, the newest first: for administrators.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAllRooms {
    /// The last room of the page before.
    pub after: Option<RoomId>,
    /// 1 to 100; 50 unless said.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdminRooms {
    pub rooms: Vec<AdminRoom>,
}

/// A room from outside.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminRoom {
    pub id: RoomId,
    /// A direct room is called by both names.
    pub name: String,
    pub direct: bool,
    pub members: i64,
    pub created_at: Timestamp,
    /// When something happened in it last. Null while nothing has.
    #[schema(required)]
    pub last_at: Option<Timestamp>,
    /// How much has happened in it.
    pub events: i64,
}

impl View for ListAllRooms {
    const ACTION: Action = Action::RoomListAll;
    type On = ();
    type Sight = AdminRooms;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<AdminRooms, Problem> {
        let limit = between(self.limit, 50, 100)?;
        Ok(AdminRooms { rooms: store::all_rooms(&mut cx.tx, self.after, limit).await? })
    }
}
