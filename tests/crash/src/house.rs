//! The server's parts around one database, without its doors.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use carillon_audit::{Report, Sequencer, verify};
use carillon_core::{Id, PersonId, Principal, Problem, Role, RoomId, Timestamp};
use carillon_db::{Config, Database, Tx, Unit, Verdict};
use carillon_gate::{Engines, Entries, Gate, Hub, Policy, Way};
use carillon_media::IceServers;
use carillon_platform::{
    jobs,
    secrets::{self, Secrets},
};
use carillon_rooms::{RoomEvent, views::ListLog};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_764_000_000_000);

pub struct House {
    gate: Gate,
    database: Database,
    entries: Entries,
    _keys: TempDir,
}

/// Ada is 1, Ben is 2.
pub fn person(number: u128) -> Principal {
    let id = Uuid::from_u128;
    Principal::Account { id: Id::new(id(number)), role: Role::Member, session: Id::new(id(10 + number)), device: Id::new(id(20 + number)) }
}

impl House {
    pub async fn open(config: &Config) -> Result<Self> {
        let steps = [
            carillon_audit::MIGRATIONS,
            jobs::MIGRATIONS,
            carillon_identity::MIGRATIONS,
            carillon_rooms::MIGRATIONS,
            carillon_calls::MIGRATIONS,
        ];
        let database = Database::open(config, &steps.concat(), NOW).await.map_err(plain)?;
        let keys = tempfile::tempdir()?;
        let url = format!("keyring:{}", keys.path().join("keyring.json").display());
        let secrets = Arc::new(Secrets::open(&secrets::Config { url, root: None }).await?);
        let engines = Engines::default().with(secrets).with(IceServers(vec![])).with(carillon_calls::webrtc::Config::default());
        // Nobody listens here.
        let (hub, _) = Hub::new();
        let gate = Gate::new(database.clone(), Policy::load(carillon_policy::EMBEDDED)?, engines, hub, || NOW);
        let entries = carillon_calls::entries(carillon_rooms::entries(Entries::default()));
        Ok(Self { gate, database, entries, _keys: keys })
    }

    pub async fn close(self) {
        self.database.close().await;
    }

    /// Asks as the gateway does.
    pub async fn ask(&self, who: &Principal, event: &'static str, input: Value) -> Result<Value> {
        let entry = self.entries.iter().find(|entry| entry.way == Way::Event(event) || entry.way == Way::Post(event));
        let entry = entry.with_context(|| format!("there is no {event}"))?;
        (entry.call)(self.gate.clone(), who.clone(), input).await.map_err(plain)
    }

    /// The two people.
    pub async fn people(&self) -> Result<()> {
        for (number, name) in [(1, "ada"), (2, "ben")] {
            let (told, ended) = oneshot::channel();
            self.database.write(Box::new(Account(Id::new(Uuid::from_u128(number)), name, told))).await.map_err(plain)?;
            ended.await?.map_err(plain)?;
        }
        Ok(())
    }

    /// A room of the two.
    pub async fn room(&self) -> Result<RoomId> {
        let opened = self.ask(&person(1), "/api/v1/rooms", json!({ "requestId": Uuid::now_v7(), "name": "standup" })).await?;
        let room = opened["room"]["id"].as_str().context("an id")?.parse()?;
        let add = json!({ "room": room, "requestId": Uuid::now_v7(), "account": Uuid::from_u128(2) });
        self.ask(&person(1), "/api/v1/rooms/{room}/members", add).await?;
        Ok(room)
    }

    /// The last 200 events.
    pub async fn log(&self, room: RoomId) -> Result<Vec<RoomEvent>> {
        let view = ListLog { room, after: None, until: None, before: None, limit: Some(200) };
        Ok(self.gate.see(&person(1), view).await.map_err(plain)?.events)
    }

    /// Which changes of this subject are on record.
    pub async fn recorded(&self, subject: String) -> Result<Vec<String>> {
        let look = self.database.read(move |mut tx| {
            Box::pin(async move {
                let rows = tx.rows("SELECT action FROM events WHERE subject = $1 ORDER BY place, id", &[&subject]).await?;
                rows.iter().map(|row| row.get(0)).collect()
            })
        });
        look.await.map_err(plain)
    }

    /// The record, chained and recounted.
    pub async fn verify(&self) -> Result<Report> {
        Sequencer::new(self.database.clone()).catch_up(NOW).await.map_err(plain)?;
        verify(&self.database).await.map_err(plain)
    }
}

struct Account(PersonId, &'static str, oneshot::Sender<Result<(), Problem>>);

impl Unit for Account {
    fn locks(&self) -> Vec<Uuid> {
        Vec::new()
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let sql =
                "INSERT INTO people (id, kind, login, name, folded, role, created_at) VALUES ($1, 'account', $2, $2, $2, 'member', 0)";
            let _ = tx.run(sql, &[&self.0, &self.1]).await; // what failed is told in `settle`
            Verdict::Keep
        })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let _ = self.2.send(committed);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn plain(problem: Problem) -> anyhow::Error {
    anyhow!("{problem}")
}
