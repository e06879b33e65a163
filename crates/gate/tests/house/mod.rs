//! What the stories of this crate share: a gate over a fresh database, people, and a few verbs and views.
#![allow(dead_code, reason = "each story needs a part of it")]

use std::{borrow::Cow, sync::Arc, time::Duration};

use carillon_audit::MIGRATIONS;
use carillon_core::{Action, Id, PersonId, Principal, Problem, Role, Timestamp};
use carillon_db::{Database, Migration, testing::Ground};
use carillon_gate::{Change, Cx, Done, Engines, Gate, Hub, Topic, Verb, View};
use carillon_policy::{EMBEDDED, Policy};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000);
const THINGS: Migration = Migration {
    owner: "stories",
    number: 1,
    name: "things and who is muted",
    both: &[
        "CREATE TABLE things (id BIGINT PRIMARY KEY, text TEXT NOT NULL)",
        "CREATE TABLE mutes (person UUID PRIMARY KEY, muted BOOLEAN NOT NULL)",
    ],
    sqlite: &[],
    postgres: &[],
};

pub(crate) struct House {
    pub gate: Gate,
    pub database: Database,
    ground: Ground,
}

pub(crate) async fn house(ground: Ground) -> House {
    with_policy(ground, Policy::load(EMBEDDED).expect("the bundle compiles")).await
}

pub(crate) async fn with_policy(ground: Ground, policy: Policy) -> House {
    let steps = [MIGRATIONS, &[THINGS]].concat();
    let database = Database::open(&ground.config, &steps, NOW).await.expect("it opens");
    let (hub, work) = Hub::new();
    tokio::runtime::Handle::current().spawn(work);
    let gate = Gate::new(database.clone(), policy, Engines::default(), hub, || NOW);
    House { gate, database, ground }
}

/// The bundle with one file's text replaced.
pub(crate) fn policy(file: &str, text: &str) -> Policy {
    let texts: Vec<(&str, Cow<'_, str>)> =
        EMBEDDED.iter().map(|(name, theirs)| (*name, Cow::from(if *name == file { text } else { theirs }))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, &**text)).collect();
    Policy::load(&texts).expect("the bundle compiles")
}

pub(crate) fn person(number: u128) -> Principal {
    let (session, device) = (Id::new(Uuid::from_u128(1000 + number)), Id::new(Uuid::from_u128(2000 + number)));
    Principal::Account { id: PersonId::new(Uuid::from_u128(number)), role: Role::Member, session, device }
}
pub(crate) fn nobody() -> Principal {
    Principal::Anonymous { address: Some("192.0.2.7".parse().expect("an address")) }
}

impl House {
    /// The same database, opened anew.
    pub(crate) async fn again(self) -> Self {
        self.database.close().await;
        house(self.ground).await
    }

    pub(crate) async fn act<V: Verb>(&self, who: u128, verb: V) -> Result<V::Answer, Problem> {
        self.gate.act(&person(who), verb).await
    }

    pub(crate) async fn things(&self) -> Vec<i64> {
        self.numbers("SELECT id FROM things ORDER BY id").await
    }

    pub(crate) async fn numbers(&self, sql: &'static str) -> Vec<i64> {
        let look = self.database.read(move |mut tx| {
            Box::pin(async move { tx.rows(sql, &[]).await?.iter().map(|row| row.get(0)).collect::<Result<_, Problem>>() })
        });
        look.await.expect("readers read")
    }

    /// What is on record, oldest first.
    pub(crate) async fn recorded(&self) -> Vec<Value> {
        let look = self.database.read(|mut tx| {
            Box::pin(async move {
                let rows = tx.rows("SELECT body FROM events ORDER BY at, place, id", &[]).await?;
                rows.iter().map(|row| serde_json::from_slice(&row.get::<Vec<u8>>(0)?).map_err(Problem::broken)).collect()
            })
        });
        look.await.expect("readers read")
    }

    /// Waits until there are `count` events on record.
    pub(crate) async fn until_recorded(&self, count: usize) -> Vec<Value> {
        until(async || {
            let recorded = self.recorded().await;
            (recorded.len() >= count).then_some(recorded)
        })
        .await
    }
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

type Way = Arc<dyn for<'c, 't> Fn(&'c mut Cx<'t>) -> BoxFuture<'c, Result<Done<i64>, Problem>> + Send + Sync>;

/// A verb that does whatever the story wants. Accounts may.
#[derive(Clone)]
pub(crate) struct Do {
    pub locks: Vec<Uuid>,
    way: Way,
}

pub(crate) fn verb<F>(way: F) -> Do
where
    F: for<'c, 't> Fn(&'c mut Cx<'t>) -> BoxFuture<'c, Result<Done<i64>, Problem>> + Send + Sync + 'static,
{
    Do { locks: Vec::new(), way: Arc::new(way) }
}

impl Do {
    pub(crate) fn locked(self, number: u128) -> Self {
        Self { locks: vec![Uuid::from_u128(number)], ..self }
    }
}

impl Verb for Do {
    const ACTION: Action = Action::RoomCreate;
    type On = ();
    type Answer = i64;

    fn locks(&self) -> Vec<Uuid> {
        self.locks.clone()
    }
    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<i64>, Problem> {
        (self.way)(cx).await
    }
}

pub(crate) async fn put(cx: &mut Cx<'_>, id: i64) -> Result<(), Problem> {
    cx.tx.run("INSERT INTO things (id, text) VALUES ($1, 'thing')", &[&id]).await
}

pub(crate) fn change(id: i64) -> Change {
    Change::of("thing", id, json!({ "id": id }))
}

/// Puts one thing, as a well-behaved verb does.
pub(crate) fn thing(id: i64) -> Do {
    verb(move |cx| {
        Box::pin(async move {
            put(cx, id).await?;
            Ok(Done::changed(id, change(id)).hint(Topic::Person(PersonId::new(Uuid::from_u128(77))), id))
        })
    })
}

/// The things there are; whatever the decision asks for besides.
#[derive(Clone)]
pub(crate) struct SeeThings;

impl View for SeeThings {
    const ACTION: Action = Action::AccountList;
    type On = ();
    type Sight = (Vec<i64>, Vec<String>);

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Self::Sight, Problem> {
        let rows = cx.tx.rows("SELECT id FROM things ORDER BY id", &[]).await?;
        Ok((rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?, cx.obligations.clone()))
    }
}
