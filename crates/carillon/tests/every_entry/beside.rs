//! What stands beside the table: subscriptions and signals of the socket.

use carillon_core::Action;
use serde_json::json;

use crate::{MISSING, REFUSED, UNKNOWN, calls, event, world::World};

pub(crate) const ACTIONS: &[Action] = &[Action::RoomFollow, Action::RoomTyping, Action::CallSignal];

pub(crate) fn walk(world: &World) {
    let room = json!({ "room": world.room });
    let rooms = json!({ "rooms": [room] });
    for (name, payload) in [("room:join", &room), ("room:typing", &room), ("room:sync", &rooms)] {
        let may = event(&world.server, Some(&world.ben.token), name, payload);
        assert!(may.is_ok(), "{name} is not open to a member: {may:?}");
        let may_not = event(&world.server, Some(&world.cleo.token), name, payload).expect_err("not in that room");
        assert_eq!(may_not["type"], MISSING.0, "{name}: {may_not}");
    }
    let call = calls::call(world);
    assert!(event(&world.server, Some(&world.ada.token), "call:join", &calls::join(&call)).is_ok());
    let signal = json!({ "call": call, "type": "offer", "signal": calls::description("offer") });
    let may = event(&world.server, Some(&world.ben.token), "call:signal", &signal);
    assert!(may.is_ok(), "call:signal is not open to whoever is in the call: {may:?}");
    let may_not = event(&world.server, Some(&world.cleo.token), "call:signal", &signal).expect_err("not in that call");
    assert_eq!(may_not["type"], REFUSED.0, "{may_not}");
    // To stop following asks for nothing; a socket itself is for whoever is known.
    assert!(event(&world.server, Some(&world.cleo.token), "room:leave", &room).is_ok());
    let nobody = event(&world.server, None, "room:join", &room).expect_err("not signed in");
    assert_eq!(nobody["type"], UNKNOWN.0, "{nobody}");
}
