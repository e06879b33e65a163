//! Calls, by socket and by REST.

use serde_json::{Value, json};

use crate::{
    Line, event, line,
    server::id,
    world::{World, nobody_asks},
};

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// Ben calls and Ada only belongs to the room; Cleo does not.
pub(crate) const LINES: &[Line] = &[
    line("call:initiate", |world| world.ben.asks(initiate(&world.group().0)), |world| world.cleo.asks(initiate(&world.room))),
    line("call:join", |world| world.ada.asks(join(&call(world))), |world| world.cleo.asks(join(&call(world)))),
    line("call:toggle-audio", |world| world.ben.asks(toggle(world)), |world| world.ada.asks(toggle(world))),
    line("call:toggle-video", |world| world.ben.asks(toggle(world)), |world| world.ada.asks(toggle(world))),
    line(
        "call:state",
        |world| world.ben.asks(json!({ "call": call(world), "leg": "connected" })),
        |world| world.cleo.asks(json!({ "call": call(world) })),
    ),
    line("call:stats", |world| world.ben.asks(stats(world)), |world| world.ada.asks(stats(world))),
    line(
        "call:leave",
        |world| world.ben.asks(json!({ "call": call(world), "reason": "hangup" })),
        |world| world.cleo.asks(json!({ "call": call(world), "reason": "hangup" })),
    ),
    line("call:end", |world| world.ben.asks(json!({ "call": call(world) })), |world| world.ada.asks(json!({ "call": call(world) }))),
    line(
        "GET /api/v1/rooms/{room}/calls",
        |world| world.ada.asks(json!({ "room": world.room, "limit": 5 })),
        |world| world.cleo.asks(json!({ "room": world.room })),
    ),
    line("GET /api/v1/calls", |world| world.grace.asks(json!({ "limit": 5 })), |_| nobody_asks(json!({}))),
    line("POST /api/v1/calls/{call}/rating", |world| world.ben.asks(rating(world)), |world| world.cleo.asks(rating(world))),
    line("GET /api/v1/admin/calls", |world| world.ada.asks(json!({ "room": world.room })), |world| world.ben.asks(json!({}))),
    line(
        "GET /api/v1/admin/calls/{call}",
        |world| world.ada.asks(json!({ "call": call(world) })),
        |world| world.ben.asks(json!({ "call": call(world) })),
    ),
    line("GET /webrtc/config", |world| world.grace.asks(json!({})), |_| nobody_asks(json!({}))),
    line("POST /webrtc/sessions", |world| world.ben.asks(offer(&world.group().0)), |world| world.cleo.asks(offer(&world.room))),
    line(
        "GET /webrtc/sessions/{id}",
        |world| world.ada.asks(json!({ "id": session(world) })),
        |world| world.cleo.asks(json!({ "id": session(world) })),
    ),
    line("POST /webrtc/sessions/{id}/answer", |world| world.ada.asks(answer(world)), |world| world.ben.asks(answer(world))),
    line("POST /webrtc/sessions/{id}/candidates", |world| world.ben.asks(candidates(world)), |world| world.ada.asks(candidates(world))),
    line(
        "GET /webrtc/sessions/{id}/candidates",
        |world| world.ada.asks(json!({ "id": session(world), "after": 0 })),
        |world| world.cleo.asks(json!({ "id": session(world), "after": 0 })),
    ),
    line(
        "POST /webrtc/sessions/{id}/close",
        |world| world.ben.asks(json!({ "id": session(world) })),
        |world| world.ada.asks(json!({ "id": session(world) })),
    ),
];

fn initiate(room: &str) -> Value {
    json!({ "room": room, "requestId": id(), "media": { "audio": true, "video": true } })
}

pub(crate) fn join(call: &str) -> Value {
    json!({ "call": call, "requestId": id() })
}

/// A call that Ben has started, in a room of its own.
pub(crate) fn call(world: &World) -> String {
    let started = event(&world.server, Some(&world.ben.token), "call:initiate", &initiate(&world.group().0)).unwrap();
    started["call"]["id"].as_str().unwrap().into()
}

fn toggle(world: &World) -> Value {
    json!({ "call": call(world), "enabled": false })
}

fn stats(world: &World) -> Value {
    json!({ "call": call(world), "snapshot": { "at": 1_764_000_060_000_u64, "rtt": 0.03 } })
}

fn rating(world: &World) -> Value {
    json!({ "call": call(world), "rating": 2, "problems": ["echo"], "words": "as in a church" })
}

pub(crate) fn description(kind: &str) -> Value {
    json!({ "type": kind, "sdp": SDP })
}

fn offer(room: &str) -> Value {
    json!({ "offer": description("offer"), "room": room, "requestId": id() })
}

/// A session that Ben has offered, in a room of its own.
fn session(world: &World) -> String {
    let offered = world.post(&world.ben, "/webrtc/sessions", &offer(&world.group().0));
    offered["id"].as_str().unwrap().into()
}

fn answer(world: &World) -> Value {
    json!({ "id": session(world), "answer": description("answer") })
}

fn candidates(world: &World) -> Value {
    let candidate = "candidate:1 1 UDP 2130706431 192.0.2.10 50000 typ host";
    json!({ "id": session(world), "candidates": [{ "candidate": candidate, "sdpMid": "0" }] })
}
