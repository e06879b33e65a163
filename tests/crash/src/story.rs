//! What the child does.

use anyhow::{Context, Result, bail};
use carillon_core::RoomId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{House, person};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// Two messages.
    Send,
    /// Ada calls, Ben answers, Ada hangs up, Ben too.
    Call,
}

impl Story {
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "send" => Ok(Self::Send),
            "call" => Ok(Self::Call),
            other => bail!("there is no story `{other}`"),
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Call => "call",
        }
    }

    /// Does its acts, one after the other, and tells each answer. The same `seed` makes the same requests.
    pub async fn act(self, house: &House, room: RoomId, seed: u128, mut told: impl FnMut(usize, &Value)) -> Result<Vec<Value>> {
        let (ada, ben) = (person(1), person(2));
        let request = |number: u128| Uuid::from_u128((seed << 8) + number);
        let mut answers: Vec<Value> = Vec::new();
        let acts: &[&str] = match self {
            Self::Send => &["room:send", "room:send"],
            Self::Call => &["call:initiate", "call:join", "call:leave", "call:leave"],
        };
        for (number, act) in acts.iter().enumerate() {
            let call = || answers[0]["call"]["id"].clone();
            let (who, input) = match (self, number) {
                (Self::Send, 0) => (&ada, json!({ "room": room, "requestId": request(1), "text": "one" })),
                (Self::Send, _) => (&ben, json!({ "room": room, "requestId": request(2), "text": "two" })),
                (Self::Call, 0) => (&ada, json!({ "room": room, "requestId": request(1), "media": { "audio": true, "video": false } })),
                (Self::Call, 1) => (&ben, json!({ "call": call(), "requestId": request(2) })),
                (Self::Call, 2) => (&ada, json!({ "call": call() })),
                (Self::Call, _) => (&ben, json!({ "call": call() })),
            };
            let answer = house.ask(who, act, input).await.with_context(|| format!("{act}, act {number}"))?;
            told(number, &answer);
            answers.push(answer);
        }
        Ok(answers)
    }
}
