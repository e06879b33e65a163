//! Begin a negotiation.

use carillon_core::{Action, Id, PersonId, Problem, RequestId, RoomId, WebrtcSessionId};
use carillon_gate::{Change, Cx, Done, Prep, Topic, Verb};
use carillon_platform::{jobs, random};
use carillon_rooms::{Membership, RoomName, room_for, verbs::group_room};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    legs::standing,
    webrtc::{
        Config, SessionView,
        leg::{EXPIRE, enter, must_not_be_by_socket, view_of},
        model::{Metadata, Offer},
        sealed::{Part, seal},
        store,
    },
};

/// The name of a room that was made for a session.
const AD_HOC: &str = "WebRTC";

/// Begin a negotiation: a leg of the call in `room`, or in a room made for it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferSession {
    pub offer: Offer,
    /// Without it, a room is made.
    pub room: Option<RoomId>,
    /// An object of your own, at most 4 KiB of JSON.
    pub metadata: Option<Metadata>,
    /// The same one again brings the same session.
    pub request_id: Option<RequestId>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sealed: Sealed,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Sealed {
    id: Uuid,
    offer: Vec<u8>,
    metadata: Option<Vec<u8>>,
}

/// What the policy must know.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Where {
    ad_hoc: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    membership: Option<Membership>,
}

impl Verb for OfferSession {
    const ACTION: Action = Action::WebrtcOffer;
    type On = Where;
    type Answer = SessionView;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        let engines = prep.gate.engines();
        let id = WebrtcSessionId::new(random::uuid(prep.now));
        let metadata = self.metadata.as_ref().map(|metadata| seal(engines, Part::Metadata, id, &metadata.written())).transpose()?;
        self.sealed = Sealed { id: id.uuid(), offer: seal(engines, Part::Offer, id, self.offer.sdp.as_str())?, metadata };
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.room.map(RoomId::uuid).into_iter().chain(self.request_id.map(RequestId::uuid)).collect()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Where, Problem> {
        let Some(room) = self.room else { return Ok(Where { ad_hoc: true, membership: None }) };
        let membership = room_for(&mut cx.tx, room, cx.who.person()).await?.membership;
        Ok(Where { ad_hoc: false, membership })
    }

    async fn apply(&self, _: Where, cx: &mut Cx<'_>) -> Result<Done<SessionView>, Problem> {
        let (me, _) = standing(cx.who)?;
        if let Some(request) = self.request_id
            && let Some(session) = store::by_request(&mut cx.tx, me, request).await?
        {
            return Ok(Done::repeated(view_of(cx, &session).await?));
        }
        let room = match self.room {
            Some(room) => room,
            None => self.make_room(cx, me).await?,
        };
        let live = crate::store::live_in(&mut cx.tx, room).await?;
        must_not_be_by_socket(cx, live.as_ref())?;
        let moved = enter(cx, room, self.offer.sdp.as_str()).await?;
        let (call, leg) = (moved.call.id, moved.participant(cx.who)?);
        let (id, hash) = (Id::new(self.sealed.id), self.offer.sdp.hash());
        let new = store::NewSession {
            id,
            call,
            room,
            offerer: me,
            leg,
            request: self.request_id,
            offer: &self.sealed.offer,
            metadata: self.sealed.metadata.as_deref(),
            hash: &hash,
            now: cx.now,
        };
        store::insert(&mut cx.tx, &new).await?;
        let idle = cx.engines.get::<Config>()?.idle();
        jobs::schedule(&mut cx.tx, EXPIRE, id.uuid(), cx.now.plus(idle), "").await?;
        let session = store::session(&mut cx.tx, id).await?.ok_or_else(|| Problem::broken("a session was not kept"))?;
        let answer = view_of(cx, &session).await?;
        let change = Change::of("webrtc", id, json!({ "call": call, "room": room, "participant": leg, "offer": hash }));
        let done = moved.hinted(Done::changed(answer, change)).hint(Topic::Call(call), cx.now.0);
        Ok(if self.room.is_none() { done.hint(Topic::Person(me), cx.now.0) } else { done })
    }
}

impl OfferSession {
    async fn make_room(&self, cx: &mut Cx<'_>, me: PersonId) -> Result<RoomId, Problem> {
        let name = RoomName::try_from(AD_HOC.to_owned()).map_err(Problem::broken)?;
        let (room, _) = group_room(cx, me, &name, Id::new(self.sealed.id)).await?;
        Ok(room)
    }
}
