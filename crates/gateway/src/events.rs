//! The schemas of the Socket.IO events, read off the same table and published beside openapi.json.

use carillon_gate::{Entries, Way};
use serde_json::{Map, Value, json};

/// What clients send, each with its payload and its answer, as one JSON document.
pub fn schema(entries: &Entries) -> String {
    let (mut events, mut schemas) = (Map::new(), Map::new());
    for entry in entries.iter() {
        let Way::Event(name) = entry.way else { continue };
        let event = json!({
            "description": entry.input.object.description,
            "action": entry.action,
            "payload": entry.input.object,
            "result": entry.answer.schema,
        });
        events.insert(name.into(), event);
        let named = entry.input.named.iter().chain(&entry.answer.named);
        schemas.extend(named.map(|(name, schema)| (name.clone(), json!(schema))));
    }
    let document: Value = json!({
        "protocol": "Socket.IO 5, namespace /, path /socket.io; one object argument; acknowledged by {result} or {problem}",
        "clientToServer": events,
        "components": { "schemas": schemas },
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a document is JSON");
    text.push('\n');
    text
}
