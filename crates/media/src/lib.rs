//! Media: how two peers find a way to each other. Today that is a STUN responder, and the list of ICE servers that clients are told.
//!
//! [`probe`] asks as a browser would, for whoever runs the server. No packet of a call passes here. What relays and mixes will stand beside `stun`: cores without I/O, and their sockets in `io`.

mod config;
mod ice;
mod io;
pub mod probe;
pub mod stun;

pub use config::Config;
pub use ice::{IceError, IceServer, IceServers};
pub use io::{Stun, StunError};
