//! What a client sends, in the order in which it was sent.
//!
//! The library would run each event in a task of its own; here they queue, so that an offer never overtakes the join before it.

use std::sync::Arc;

use carillon_core::Problem;
use serde_json::{Value as Json, json};
use socketioxide::{
    adapter::LocalAdapter,
    extract::{AckSender, Event, TryData},
    handler::{FromMessageParts, MessageHandler, Value},
    socket::Socket,
};
use tokio::sync::mpsc;

use crate::problem::{note, told};

/// Events that wait for their turn; further ones are refused as flooding.
pub(crate) const WAITING: usize = 64;

/// One event and the way to answer it.
pub(crate) struct Request {
    pub event: String,
    pub data: Result<Json, Problem>,
    pub ack: AckSender,
}

impl Request {
    pub(crate) fn answer(ack: AckSender, answer: Result<Json, Problem>) {
        let answer = match answer {
            Ok(result) => json!({ "result": result }),
            Err(problem) => {
                note(&problem);
                json!({ "problem": told(&problem) })
            }
        };
        let _ = ack.send(&answer); // a client that has gone asks again with the same request id
    }
}

#[derive(Clone)]
pub(crate) struct Inbox(pub mpsc::Sender<Request>);

impl MessageHandler<LocalAdapter, Inbox> for Inbox {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, mut value: Value, ack: Option<i64>) {
        // Without a name it is an event that nobody knows.
        let event = Event::from_message_parts(&socket, &mut value, &ack).map(|Event(name)| name).unwrap_or_default();
        let Ok(TryData(data)) = TryData::<Json>::from_message_parts(&socket, &mut value, &ack);
        let Ok(ack) = AckSender::from_message_parts(&socket, &mut value, &ack);
        let data = data.map_err(|_| Problem::invalid("an event has one argument: an object"));
        if let Err(full) = self.0.try_send(Request { event, data, ack }) {
            Request::answer(full.into_inner().ack, Err(Problem::flooding(1)));
        }
    }
}
