//! The heart of the server without its doors: a database, the gate, and rooms with somebody in them.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use carillon_core::{DeviceId, PersonId, Principal, RequestId, Role, RoomId, SessionId};
use carillon_db::{Config, Database};
use carillon_gate::{Engines, Gate, Hub, Migration};
use carillon_platform::clock;
use carillon_policy::{EMBEDDED, Policy};
use carillon_rooms::verbs::{CreateRoom, PostMessage};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub struct House {
    pub gate: Gate,
    pub database: Database,
    pub who: Principal,
    pub rooms: Arc<[RoomId]>,
}

impl House {
    /// A fresh database with `rooms` rooms, all owned by one person.
    pub async fn open(config: &Config, rooms: usize) -> Result<Self> {
        let steps: Vec<Migration> = [
            carillon_audit::MIGRATIONS,
            carillon_platform::jobs::MIGRATIONS,
            carillon_identity::MIGRATIONS,
            carillon_rooms::MIGRATIONS,
            carillon_calls::MIGRATIONS,
        ]
        .concat();
        let database = Database::open(config, &steps, clock::now()).await?;
        let (hub, work) = Hub::new();
        spawn(work);
        let gate = Gate::new(database.clone(), Policy::load(EMBEDDED)?, Engines::default(), hub, clock::now);
        let who = Principal::Account {
            id: id(),
            role: Role::Member,
            session: SessionId::new(Uuid::now_v7()),
            device: DeviceId::new(Uuid::now_v7()),
        };
        let mut all = Vec::new();
        for number in 0..rooms {
            let name = format!("room {number}").try_into().map_err(anyhow::Error::msg)?;
            all.push(gate.act(&who, CreateRoom { request_id: request(), name }).await?.room.summary.id);
        }
        Ok(Self { gate, database, who, rooms: all.into() })
    }
}

fn id() -> PersonId {
    PersonId::new(Uuid::now_v7())
}

pub fn request() -> RequestId {
    RequestId::new(Uuid::now_v7())
}

/// A message of 47 bytes, never said before.
///
/// # Panics
/// Never: the text is within its bounds.
pub fn message(room: RoomId) -> PostMessage {
    let text = "Good morning; the figures of last week are in.".to_owned();
    PostMessage { room, request_id: request(), text: text.try_into().expect("within its bounds") }
}

pub fn sqlite(directory: &Path, name: &str) -> Config {
    Config { url: format!("sqlite:{}", directory.join(name).display()), authority_file: None }
}

#[allow(clippy::disallowed_methods, reason = "a measurement has no server around it whose tasks these could be")]
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}
