//! The schemas of the Socket.IO events, both ways: those of the table, and those that stand beside it.

mod told;

use std::collections::BTreeMap;

use carillon_core::Action;
use carillon_gate::{Empty, Entries, InputSchema, Way};
use carillon_rooms::views::{Caught, FollowRoom, Typing};
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::sockets::{AllCaught, Leave, Said, Sync};

/// What goes over a socket, each event with its payload, as one JSON document.
pub fn schema(entries: &Entries) -> String {
    let mut document = Document::default();
    for entry in entries.iter() {
        let Way::Event(name) = entry.way else { continue };
        document.asked(name, entry.action, &entry.input, &json!(entry.answer.schema));
        document.named.extend(entry.answer.named.iter().cloned());
    }
    document.beside::<FollowRoom, Caught>("room:join", Action::RoomFollow);
    document.beside::<Leave, Empty>("room:leave", Action::RoomFollow);
    document.beside::<Sync, AllCaught>("room:sync", Action::RoomFollow);
    document.beside::<Typing, Empty>("room:typing", Action::RoomTyping);
    document.beside::<Said, Empty>("call:signal", Action::CallSignal);
    told::all(&mut document);
    let Document { asked, told, named } = document;
    let document = json!({
        "protocol": "Socket.IO 5, namespace /, path /socket.io; one object argument; acknowledged by {result} or {problem}",
        "clientToServer": asked,
        "serverToClient": told,
        "components": { "schemas": named },
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a document is JSON");
    text.push('\n');
    text
}

#[derive(Default)]
struct Document {
    asked: Map<String, Value>,
    told: Map<String, Value>,
    named: BTreeMap<String, RefOr<Schema>>,
}

impl Document {
    fn asked(&mut self, name: &str, action: Action, input: &InputSchema, result: &Value) {
        self.named.extend(input.named.iter().cloned());
        let event = json!({ "description": input.object.description, "action": action, "payload": input.object, "result": result });
        self.asked.insert(name.into(), event);
    }

    /// A subscription or a signal.
    fn beside<I: ToSchema, O: ToSchema>(&mut self, name: &str, action: Action) {
        let mut named = vec![(O::name().into_owned(), O::schema())];
        O::schemas(&mut named);
        self.named.extend(named);
        let result = RefOr::<Schema>::Ref(utoipa::openapi::Ref::from_schema_name(O::name()));
        self.asked(name, action, &InputSchema::of::<I>(), &json!(result));
    }

    fn told<P: PartialSchema + ToSchema>(&mut self, name: &str) {
        let InputSchema { object, named } = InputSchema::of::<P>();
        self.named.extend(named);
        self.told.insert(name.into(), json!({ "description": object.description, "payload": object }));
    }
}
