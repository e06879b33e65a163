//! The doors: HTTP with its OpenAPI document, Socket.IO, the web app; and the operator's.
//!
//! What can be reached is the gate's table of entries; this crate only carries it over the wire. No business rule lives here.

mod address;
mod config;
mod events;
mod http;
mod lan;
mod listen;
mod openapi;
mod operator;
mod problem;
mod sockets;
mod start_error;
mod tls;

use std::sync::Arc;

use axum::body::Bytes;
use carillon_gate::{Entries, Gate};
use carillon_identity::Authenticator;
use carillon_platform::{limits::Limits, tasks::Tasks};
use tokio::task::AbortHandle;

pub use address::TrustedProxies;
pub use axum::Router;
pub use config::Config;
pub use events::schema as events_schema;
pub use http::Peer;
pub use lan::{AUTHORITY_PATH, Lan, qr};
pub use listen::{Door, Running, serve};
pub use openapi::document as openapi;
pub use operator::{Readiness, operator};
pub use sockets::Sockets;
pub use start_error::StartError;
pub use tls::{CertificateFacts, Certificates};

/// What the public door needs of the rest of the house.
#[derive(Clone)]
pub struct App {
    pub gate: Gate,
    pub entries: Arc<Entries>,
    pub authenticator: Authenticator,
    pub limits: Arc<Limits>,
    pub tasks: Tasks,
    /// Whether the door speaks HTTPS: then browsers are told never to come otherwise.
    pub https: bool,
    openapi: Bytes,
    /// The same for people.
    docs: Bytes,
}

impl App {
    pub fn new(gate: Gate, entries: Entries, authenticator: Authenticator, limits: Arc<Limits>, tasks: Tasks, https: bool) -> Self {
        let openapi = openapi::document(&entries);
        let docs = http::docs(&openapi).into();
        Self { gate, entries: Arc::new(entries), authenticator, limits, tasks, https, openapi: openapi.into(), docs }
    }

    /// A task that ends where it stands when the server stops: it holds nothing that would have to be finished.
    pub(crate) fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let stopping = self.tasks.stopping().clone();
        self.tasks.spawn(name, async move {
            stopping.run_until_cancelled(task).await;
        })
    }

    /// Routes and sockets of the public door, and the handle by which the sockets are told that the server stops. `beside` has routes of
    /// its own ([`Lan::routes`]).
    pub fn router(&self, beside: Router) -> (Router, Sockets) {
        let (layer, sockets) = sockets::open(self);
        (http::around(self, http::router(self, beside).layer(layer)), sockets)
    }
}

/// All ways in of this program.
pub fn entries() -> Entries {
    carillon_calls::entries(carillon_rooms::entries(carillon_identity::entries(Entries::default())))
}
