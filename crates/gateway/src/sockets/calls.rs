//! Calls on a socket: what it is told of them, and the signals that it passes.

use carillon_core::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

use super::session::Session;

/// What this socket was told last.
pub(crate) struct Calls;

impl Calls {
    pub(crate) async fn new(_: &Session) -> Self {
        Self
    }

    /// Waits until something may be new.
    pub(crate) async fn changed(&mut self) {
        std::future::pending().await
    }

    /// Tells the difference.
    pub(crate) async fn tell(&mut self, _: &Session) {}
}

/// What a client sends as `call:signal`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signal {}

/// The signals of one socket.
#[derive(Default)]
pub(crate) struct Signalling;

impl Signalling {
    pub(crate) async fn pass(&mut self, _: &Session, _: Signal) -> Result<Value, Problem> {
        Ok(json!({}))
    }
}

/// The socket is gone.
pub(crate) async fn gone(_: &Session) {}
