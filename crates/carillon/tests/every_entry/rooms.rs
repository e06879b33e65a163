//! Rooms, members and the log.

use serde_json::{Value, json};

use crate::{
    Line, line,
    server::id,
    world::{World, nobody_asks},
};

pub(crate) const LINES: &[Line] = &[
    line("POST /api/v1/rooms", |world| world.ben.asks(room()), |world| world.grace.asks(room())),
    line("GET /api/v1/rooms", |world| world.ben.asks(json!({ "limit": 1 })), |_| nobody_asks(json!({}))),
    line("GET /api/v1/admin/rooms", |world| world.ada.asks(json!({ "limit": 5 })), |world| world.ben.asks(json!({}))),
    line(
        "GET /api/v1/rooms/{room}",
        |world| world.grace.asks(json!({ "room": world.room })),
        |world| world.cleo.asks(json!({ "room": world.room })),
    ),
    line("POST /api/v1/rooms/{room}/messages", |world| world.grace.asks(message(world)), |world| world.cleo.asks(message(world))),
    line("room:send", |world| world.ben.asks(message(world)), |world| world.cleo.asks(message(world))),
    line(
        "GET /api/v1/rooms/{room}/log",
        |world| world.ben.asks(json!({ "room": world.room, "after": 0 })),
        |world| world.cleo.asks(json!({ "room": world.room })),
    ),
    line(
        "POST /api/v1/rooms/{room}/link",
        |world| world.ada.asks(json!({ "room": world.group().0, "requestId": id() })),
        |world| world.ben.asks(json!({ "room": world.room, "requestId": id() })),
    ),
    line(
        "POST /api/v1/rooms/{room}/members",
        |world| world.ada.asks(json!({ "room": world.room, "requestId": id(), "account": world.account().id })),
        |world| world.ben.asks(json!({ "room": world.room, "requestId": id(), "account": world.cleo.id })),
    ),
    line(
        "POST /api/v1/rooms/{room}/members/{member}",
        |world| world.ada.asks(json!({ "room": world.group().0, "member": world.ben.id, "role": "owner" })),
        |world| world.ben.asks(json!({ "room": world.room, "member": world.ben.id, "role": "owner" })),
    ),
    line(
        "DELETE /api/v1/rooms/{room}/members/{member}",
        |world| world.ada.asks(json!({ "room": world.group().0, "member": world.ben.id })),
        |world| world.ben.asks(json!({ "room": world.room, "member": world.ada.id })),
    ),
    line("POST /api/v1/direct", |world| world.ben.asks(direct(world)), |world| world.grace.asks(direct(world))),
    line("GET /api/v1/links/{link}", |world| nobody_asks(json!({ "link": world.link })), |_| nobody_asks(json!({ "link": "guessed" }))),
    line("POST /api/v1/links/{link}/members", |world| world.account().asks(enter(world)), |world| world.grace.asks(enter(world))),
    line(
        "POST /api/v1/guests",
        |world| nobody_asks(json!({ "link": world.link, "name": "Edsger" })),
        |_| nobody_asks(json!({ "link": "guessed", "name": "Edsger" })),
    ),
];

fn room() -> Value {
    json!({ "requestId": id(), "name": "Standup" })
}

fn message(world: &World) -> Value {
    json!({ "room": world.room, "requestId": id(), "text": "Good morning" })
}

fn enter(world: &World) -> Value {
    json!({ "link": world.link, "requestId": id() })
}

fn direct(world: &World) -> Value {
    json!({ "requestId": id(), "account": world.ada.id })
}
