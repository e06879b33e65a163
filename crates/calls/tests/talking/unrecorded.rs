//! Nothing is kept without a record, but the state of legs.

use carillon_core::{Action, Problem};
use carillon_gate::{Cx, Done, Empty, Verb};
use serde_json::{Value, json};

use crate::house::{House, named, stories};

stories! {
    the_state_of_a_leg_is_kept_without_a_record,
    anything_else_is_not_kept_at_all,
}

/// Writes something, and ends without saying what.
struct Silent<const TOGGLE: bool>;

impl<const TOGGLE: bool> Verb for Silent<TOGGLE> {
    const ACTION: Action = if TOGGLE { Action::CallToggle } else { Action::CallEnd };
    type On = Value;
    type Answer = Empty;

    async fn load(&self, _: &mut Cx<'_>) -> Result<Value, Problem> {
        Ok(json!({ "membership": { "role": "member" }, "participant": "one" }))
    }
    async fn apply(&self, _: Value, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        cx.tx.run("DELETE FROM people", &[]).await?;
        Ok(Done::kept(Empty {}))
    }
}

async fn the_state_of_a_leg_is_kept_without_a_record(house: House) {
    let ada = house.account("ada").await;
    house.gate.act(&ada.who, Silent::<true>).await.unwrap();
    assert_eq!(house.count("SELECT COUNT(*) FROM people").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM events").await, 0);
}

async fn anything_else_is_not_kept_at_all(house: House) {
    let ada = house.account("ada").await;
    assert_eq!(named(house.gate.act(&ada.who, Silent::<false>).await), "broken");
    assert_eq!(house.count("SELECT COUNT(*) FROM people").await, 1);
}
