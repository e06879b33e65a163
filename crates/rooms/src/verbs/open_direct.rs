//! The one room of two people.

use carillon_core::{Action, PersonId, Problem, RequestId, RoomId};
use carillon_gate::{Change, Cx, Done, Prep, Topic, Verb};
use carillon_proto::rooms::v1::{RoomCreated, body::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Created;
use crate::{RoomKind, RoomRole, append, store, views::view_of};

/// The direct room with an account: found, or opened.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenDirect {
    pub request_id: RequestId,
    pub account: PersonId,
    /// Whoever asks: both of the pair are locked, so that two who open it for each other at once open one room.
    #[serde(skip)]
    #[schema(ignore)]
    me: Option<PersonId>,
}

/// What the policy must know.
#[derive(Debug, Serialize)]
pub struct With {
    with: PersonId,
    #[serde(skip)]
    known: bool,
}

impl Verb for OpenDirect {
    const ACTION: Action = Action::DirectOpen;
    type On = With;
    type Answer = Created;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.me = prep.who.person();
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.me.into_iter().chain([self.account]).map(PersonId::uuid).collect()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<With, Problem> {
        Ok(With { with: self.account, known: store::account_name(&mut cx.tx, self.account).await?.is_some() })
    }

    async fn apply(&self, on: With, cx: &mut Cx<'_>) -> Result<Done<Created>, Problem> {
        let Some(me) = cx.who.person() else { return Err(Problem::refused("only people have direct rooms")) };
        if !on.known {
            return Err(Problem::missing("account"));
        }
        match direct_room(cx, me, self.account, self.request_id).await? {
            (room, false) => Ok(Done::repeated(Created { room: view_of(cx, room).await? })),
            (room, true) => {
                let answer = Created { room: view_of(cx, room).await? };
                let done = Done::changed(answer, Change::of("room", room, json!({ "kind": "direct" })));
                Ok(done.hint(Topic::Person(me), cx.now.0).hint(Topic::Person(self.account), cx.now.0))
            }
        }
    }
}

/// The pair's room, and whether it was opened just now. The verb's locks name both.
pub async fn direct_room(cx: &mut Cx<'_>, me: PersonId, other: PersonId, request: RequestId) -> Result<(RoomId, bool), Problem> {
    let pair = if me < other { [me, other] } else { [other, me] };
    if let Some(room) = store::direct(&mut cx.tx, pair).await? {
        return Ok((room, false));
    }
    if store::created_before(&mut cx.tx, me, request).await?.is_some() {
        return Err(Problem::conflict("this `requestId` opened another room: make a new one"));
    }
    let room: RoomId = cx.new_id();
    let epoch = cx.new_id::<()>().uuid();
    let new =
        store::NewRoom { room, kind: RoomKind::Direct, name: "", epoch, now: cx.now, link: None, creator: me, request, pair: Some(pair) };
    store::create(&mut cx.tx, &new).await?;
    for person in pair {
        store::add_member(&mut cx.tx, room, person, RoomRole::Member, cx.now).await?;
    }
    append(cx, room, Some(me), None, Kind::RoomCreated(RoomCreated { name: String::new() })).await?;
    Ok((room, true))
}
