//! Signalling by REST at its public face, each story on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

#[path = "webrtc/house.rs"]
mod house;

#[path = "webrtc/attacks.rs"]
mod attacks;
#[path = "webrtc/by_socket.rs"]
mod by_socket;
#[path = "webrtc/endings.rs"]
mod endings;
#[path = "webrtc/left_behind.rs"]
mod left_behind;
#[path = "webrtc/negotiation.rs"]
mod negotiation;
