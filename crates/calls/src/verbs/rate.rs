//! Say how a call was.

use std::time::Duration;

use carillon_core::{Action, CallId, Problem};
use carillon_gate::{Change, Cx, Done, Empty, Prep, Verb};
use carillon_platform::jobs;
use carillon_rooms::{RoomFor, room_for};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    call::Call,
    legs::{Lock, PURGE},
    rating::{CallProblem, RatingWords},
    store,
    store::ratings::{self, Said},
    webrtc,
};

/// How long after its end a call is rated.
const LATE: Duration = Duration::from_hours(24);
/// As many as there are kinds.
const PROBLEMS: usize = 7;

/// Say how a call was, once one has taken part, until a day after its end. Saying it again replaces it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateCall {
    pub call: CallId,
    /// From 1, bad, to 5, very good.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: i64,
    #[serde(default)]
    #[schema(max_items = 7)]
    pub problems: Vec<CallProblem>,
    pub words: Option<RatingWords>,
    #[serde(skip)]
    #[schema(ignore)]
    pub lock: Lock,
}

/// A call as whoever rates it stood to it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateFor {
    #[serde(flatten)]
    room: RoomFor,
    /// They have come in, on whatever device.
    took_part: bool,
    #[serde(skip)]
    call: Call,
}

impl Verb for RateCall {
    const ACTION: Action = Action::CallRate;
    type On = RateFor;
    type Answer = Empty;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        if !(1..=5).contains(&self.rating) {
            return Err(Problem::invalid("`rating` is 1 to 5"));
        }
        if self.problems.len() > PROBLEMS {
            return Err(Problem::invalid("`problems` are 7 at most: name each once"));
        }
        self.problems.sort_unstable();
        self.problems.dedup();
        self.lock = Lock::find(prep, self.call).await?;
        Ok(())
    }

    /// With the purge of what is known of the call.
    fn locks(&self) -> Vec<Uuid> {
        self.lock.ids().into_iter().chain([self.call.uuid()]).collect()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<RateFor, Problem> {
        let call = store::call(&mut cx.tx, self.call).await?.ok_or_else(|| Problem::missing("call"))?;
        let room = room_for(&mut cx.tx, call.room, cx.who.person()).await?;
        let took_part = call.participants.iter().any(|one| Some(one.member) == cx.who.person() && one.joined_at.is_some());
        Ok(RateFor { room, took_part, call })
    }

    async fn apply(&self, on: RateFor, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let Some(person) = cx.who.person() else { return Err(Problem::refused("only people rate calls")) };
        if let Some(ended) = on.call.ended_at {
            if cx.now > ended.plus(LATE) {
                return Err(Problem::gone("a call is rated within a day after its end"));
            }
            // Where nothing is kept of calls that are over, this is not either.
            let purged = ended.plus(cx.engines.get::<webrtc::Config>()?.history());
            if purged <= cx.now {
                jobs::schedule(&mut cx.tx, PURGE, self.call.uuid(), cx.now, &json!({ "call": self.call }).to_string()).await?;
            }
        }
        let words = self.words.as_ref().map(RatingWords::as_str).filter(|words| !words.is_empty());
        let said = Said { rating: self.rating, problems: self.problems.clone(), words: words.map(Into::into) };
        if ratings::said(&mut cx.tx, self.call, person).await?.as_ref() == Some(&said) {
            return Ok(Done::repeated(Empty {}));
        }
        ratings::keep(&mut cx.tx, (self.call, person), &said, cx.now).await?;
        // Nothing of what was said: it is erased with the call's figures, and nothing is ever taken out of the record.
        Ok(Done::changed(Empty {}, Change::of("call", self.call, json!({}))))
    }
}
