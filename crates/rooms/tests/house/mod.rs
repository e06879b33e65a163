//! What the stories of this crate share: a gate over a fresh database, people, and rooms.
#![allow(dead_code, reason = "each story needs a part of it")]

use std::{cell::Cell, sync::Arc, time::Duration};

use carillon_core::{Id, PersonId, Principal, Problem, RequestId, Role, RoomId, Timestamp};
use carillon_db::{Database, Tx, Unit, Verdict, testing::Ground};
use carillon_gate::{Engines, Entries, Gate, Hub, Policy, Verb, View, Way};
use carillon_identity::Tokens;
use carillon_platform::secrets::{self, Secrets};
use carillon_rooms::{
    RoomEvent, RoomName, RoomView, Text,
    verbs::{AddMember, CreateRoom, PostMessage, Posted},
    views::{ListLog, LogPage},
};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_764_000_000_000);

pub(crate) struct House {
    pub gate: Gate,
    pub database: Database,
    pub ground: Ground,
    entries: Entries,
    _keys: tempfile::TempDir,
}

thread_local! {
    /// Each story asks from a thread of its own, and so has a clock of its own.
    static CLOCK: Cell<Timestamp> = const { Cell::new(NOW) };
}

pub(crate) async fn house(ground: Ground) -> House {
    house_with(ground, Engines::default()).await
}

/// With bounds of its own.
pub(crate) async fn house_with(ground: Ground, engines: Engines) -> House {
    CLOCK.set(NOW);
    let steps =
        [carillon_audit::MIGRATIONS, carillon_platform::jobs::MIGRATIONS, carillon_identity::MIGRATIONS, carillon_rooms::MIGRATIONS]
            .concat();
    let database = Database::open(&ground.config, &steps, NOW).await.expect("it opens");
    let keys = tempfile::tempdir().expect("a temporary directory");
    let url = format!("keyring:{}", keys.path().join("keyring.json").display());
    let secrets = Arc::new(Secrets::open(&secrets::Config { url, root: None }).await.expect("keys"));
    let tokens = Tokens::new(secrets, "https://carillon.example").expect("a signing key");
    let (hub, work) = Hub::new();
    tokio::runtime::Handle::current().spawn(work);
    let policy = Policy::load(carillon_policy::EMBEDDED).expect("the bundle compiles");
    let gate = Gate::new(database.clone(), policy, engines.with(tokens), hub, || CLOCK.get());
    let house = House { gate, database, ground, entries: carillon_rooms::entries(Entries::default()), _keys: keys };
    for (number, name) in ["ada", "ben", "cleo", "dan", "eve", "fay", "gil", "hal"].into_iter().enumerate() {
        house.account(number as u128 + 1, name).await;
    }
    house
}

pub(crate) fn id(number: u128) -> PersonId {
    Id::new(Uuid::from_u128(number))
}
/// One of the eight accounts, counted from 1: ada, ben, cleo, dan, eve, fay, gil, hal.
pub(crate) fn person(number: u128) -> Principal {
    let (session, device) = (Id::new(Uuid::from_u128(1000 + number)), Id::new(Uuid::from_u128(2000 + number)));
    Principal::Account { id: id(number), role: Role::Member, session, device }
}
pub(crate) fn nobody() -> Principal {
    Principal::Anonymous { address: None }
}
pub(crate) fn request() -> RequestId {
    Id::new(Uuid::now_v7())
}
pub(crate) fn text(text: &str) -> Text {
    Text::try_from(text.to_owned()).expect("it fits")
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

impl House {
    async fn account(&self, number: u128, name: &'static str) {
        let (told, ended) = oneshot::channel();
        self.database.write(Box::new(Account(id(number), name, told))).await.expect("taken");
        ended.await.expect("settled").expect("kept");
    }

    pub(crate) fn pass(&self, time: Duration) {
        CLOCK.set(self.gate.now().plus(time));
    }

    pub(crate) async fn act<V: Verb>(&self, who: u128, verb: V) -> Result<V::Answer, Problem> {
        self.gate.act(&person(who), verb).await
    }
    pub(crate) async fn see<W: View>(&self, who: u128, view: W) -> Result<W::Sight, Problem> {
        self.gate.see(&person(who), view).await
    }
    /// Asks as the gateway does.
    pub(crate) async fn ask(&self, who: &Principal, way: Way, input: Value) -> Result<Value, Problem> {
        let entry = self.entries.iter().find(|entry| entry.way == way).unwrap_or_else(|| panic!("there is no {way:?}"));
        (entry.call)(self.gate.clone(), who.clone(), input).await
    }

    /// A room of the first one, with the next ones as members.
    pub(crate) async fn room(&self, members: u128) -> RoomView {
        let name = RoomName::try_from("standup".to_owned()).expect("it fits");
        let room = self.act(1, CreateRoom { request_id: request(), name }).await.expect("opened").room;
        for member in 2..=members {
            self.act(1, AddMember { room: room.summary.id, request_id: request(), account: id(member) }).await.expect("let in");
        }
        room
    }
    pub(crate) async fn say(&self, who: u128, room: RoomId, words: &str) -> Result<Posted, Problem> {
        self.act(who, PostMessage { room, request_id: request(), text: text(words) }).await
    }
    /// All of the log, as the one who opened the room sees it.
    pub(crate) async fn log(&self, room: RoomId) -> Vec<RoomEvent> {
        let mut log: Vec<RoomEvent> = Vec::new();
        loop {
            let after = log.last().map_or(0, |event| event.seq);
            let LogPage { head, events, .. } = self.see(1, page(room, Some(after), None)).await.expect("seen");
            log.extend(events);
            if log.last().map_or(0, |event| event.seq) == head {
                return log;
            }
        }
    }
    /// How many changes of this kind are on record.
    pub(crate) async fn recorded(&self, action: &'static str) -> usize {
        self.recorded_as("done", action).await
    }
    pub(crate) async fn recorded_as(&self, outcome: &'static str, action: &'static str) -> usize {
        let look = self.database.read(move |mut tx| {
            Box::pin(async move {
                let rows = tx.rows("SELECT body FROM events WHERE action = $1", &[&action]).await?;
                let bodies = rows.iter().map(|row| row.get::<Vec<u8>>(0)).collect::<Result<Vec<_>, _>>()?;
                let bodies = bodies.iter().map(|body| serde_json::from_slice::<Value>(body).expect("JSON"));
                Ok(bodies.filter(|event| event["outcome"] == outcome).count())
            })
        });
        look.await.expect("readers read")
    }
    pub(crate) async fn guest(&self, link: &str, name: &str) -> Result<Principal, Problem> {
        let came = self.ask(&nobody(), Way::Post("/api/v1/guests"), json!({ "link": link, "name": name })).await?;
        let read = |at: &str| came.pointer(at).and_then(Value::as_str).expect("an id").parse::<Uuid>().expect("a UUID");
        let (session, device) = (Id::new(read("/session/id")), Id::new(read("/session/device/id")));
        Ok(Principal::Guest { id: Id::new(read("/principal/id")), room: Id::new(read("/room")), session, device })
    }
}

pub(crate) fn page(room: RoomId, after: Option<i64>, limit: Option<i64>) -> ListLog {
    ListLog { room, after, until: None, before: None, limit: limit.or(Some(200)) }
}

pub(crate) fn seqs(events: &[RoomEvent]) -> Vec<i64> {
    events.iter().map(|event| event.seq).collect()
}

/// Looks again until there is something to see.
pub(crate) async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.expect("it comes soon")
}
