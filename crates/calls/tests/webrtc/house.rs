//! A house of its own for each story: a database, a gate, the table of entries and the jobs; its clock stands still until it is moved.

use std::{cell::Cell, path::PathBuf, sync::Arc, time::Duration};

use carillon_calls::webrtc::Config;
use carillon_core::{DeviceId, Id, PersonId, Principal, Problem, Role, Timestamp};
use carillon_db::{Database, EngineKind, Tx, Unit, Verdict, testing};
use carillon_gate::{Arg, Engines, Entries, Gate, Hub, Policy, Way};
use carillon_media::{IceServer, IceServers};
use carillon_platform::{
    jobs::{self, Worker},
    secrets::{self, Secrets},
    tasks::Tasks,
};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Runs each story on both databases; before a semicolon, with what is configured otherwise.
macro_rules! stories {
    ($($story:ident),* $(,)?) => { crate::house::stories! { carillon_calls::webrtc::Config::default(); $($story),* } };
    ($config:expr; $($story:ident),* $(,)?) => { $(
        mod $story {
            #[tokio::test]
            async fn sqlite() {
                super::$story(crate::house::House::on("sqlite", $config).await).await;
            }
            #[tokio::test]
            async fn postgres() {
                super::$story(crate::house::House::on("postgres", $config).await).await;
            }
        }
    )* };
}
pub(crate) use stories;

/// Each test runs on one thread, and so has a clock of its own.
const START: i64 = 1_764_000_000_000;
thread_local! {
    static NOW: Cell<i64> = const { Cell::new(START) };
}

fn clock() -> Timestamp {
    Timestamp(NOW.get())
}

pub(crate) struct House {
    pub gate: Gate,
    entries: Entries,
    database: Database,
    jobs: Worker,
    _tasks: Tasks,
    directory: tempfile::TempDir,
}

/// Somebody who is signed in on a device.
#[derive(Clone)]
pub(crate) struct Came {
    pub who: Principal,
    pub person: PersonId,
}

impl House {
    pub(crate) async fn on(engine: &str, webrtc: Config) -> Self {
        NOW.set(START);
        let directory = tempfile::tempdir().unwrap();
        let config = if engine == "sqlite" { testing::sqlite(directory.path()) } else { testing::postgres().await };
        let steps = [
            carillon_audit::MIGRATIONS,
            jobs::MIGRATIONS,
            carillon_identity::MIGRATIONS,
            carillon_rooms::MIGRATIONS,
            carillon_calls::MIGRATIONS,
        ];
        let database = Database::open(&config, &steps.concat(), clock()).await.unwrap();
        let url = format!("keyring:{}", directory.path().join("keyring.json").display());
        let secrets = Arc::new(Secrets::open(&secrets::Config { url, root: None }).await.unwrap());
        let (hub, work) = Hub::new();
        let tasks = Tasks::new();
        tasks.spawn("hub", work);
        let policy = Policy::load(carillon_policy::EMBEDDED).unwrap();
        let ours = IceServer { urls: vec!["stun:carillon.example:3478".into()], username: None, credential: None };
        let engines = Engines::default().with(secrets).with(IceServers(vec![ours])).with(webrtc);
        let gate = Gate::new(database.clone(), policy, engines, hub, clock);
        let entries = carillon_calls::entries(carillon_rooms::entries(Entries::default()));
        let jobs = Worker::new(database.clone(), carillon_calls::jobs(&gate), jobs::Config::default(), tasks.clone());
        Self { gate, entries, database, jobs, _tasks: tasks, directory }
    }

    /// Time passes, and what becomes due is done.
    pub(crate) async fn pass(&self, time: Duration) {
        NOW.set(self.gate.now().plus(time).0);
        while self.jobs.turn(self.gate.now()).await.unwrap().taken > 0 {
            self.jobs.idle().await;
        }
    }

    /// Asks as the gateway does.
    pub(crate) async fn ask(&self, who: &Principal, way: Way, input: Value) -> Result<Value, Problem> {
        let entry = self.entries.iter().find(|entry| entry.way == way).unwrap_or_else(|| panic!("there is no {way:?}"));
        (entry.call)(self.gate.clone(), who.clone(), input).await
    }

    pub(crate) async fn post(&self, who: &Came, path: &'static str, input: Value) -> Result<Value, Problem> {
        self.ask(&who.who, Way::Post(path), input).await
    }
    pub(crate) async fn get(&self, who: &Came, path: &'static str, input: Value) -> Result<Value, Problem> {
        self.ask(&who.who, Way::Get(path), input).await
    }
    pub(crate) async fn event(&self, who: &Came, name: &'static str, input: Value) -> Result<Value, Problem> {
        self.ask(&who.who, Way::Event(name), input).await
    }

    /// An account, signed in on one device: how that comes about is identity's story.
    pub(crate) async fn account(&self, name: &'static str) -> Came {
        let person: PersonId = Id::new(Uuid::now_v7());
        let sql = "INSERT INTO people (id, kind, login, name, folded, created_at) VALUES ($1, 'account', $2, $2, $2, 1)";
        self.write(sql, vec![Box::new(person), Box::new(name)]).await;
        self.device_of(person)
    }

    /// The same person on another device.
    #[allow(clippy::unused_self, reason = "like all that a story asks of its house")]
    pub(crate) fn device_of(&self, person: PersonId) -> Came {
        let device: DeviceId = Id::new(Uuid::now_v7());
        Came { who: Principal::Account { id: person, role: Role::Member, session: Id::new(Uuid::now_v7()), device }, person }
    }

    /// A room of the first, which the others were let into.
    pub(crate) async fn room(&self, members: &[&Came]) -> Value {
        let input = json!({ "requestId": Uuid::now_v7(), "name": "Standup" });
        let made = self.post(members[0], "/api/v1/rooms", input).await.unwrap();
        let room = made["room"]["id"].clone();
        for member in &members[1..] {
            let input = json!({ "room": room, "requestId": Uuid::now_v7(), "account": member.person });
            self.post(members[0], "/api/v1/rooms/{room}/members", input).await.unwrap();
        }
        room
    }

    /// Ada, Ben, and a room of theirs.
    pub(crate) async fn two(&self) -> (Came, Came, Value) {
        let (ada, ben) = (self.account("ada").await, self.account("ben").await);
        let room = self.room(&[&ada, &ben]).await;
        (ada, ben, room)
    }

    /// All that the database holds, as text or bytes.
    pub(crate) async fn everything(&self) -> Vec<u8> {
        if self.database.kind() == EngineKind::Sqlite {
            let files = std::fs::read_dir(self.directory.path()).unwrap().map(|entry| entry.unwrap().path());
            let data = |path: &PathBuf| path.to_string_lossy().contains(".db");
            return files.filter(data).flat_map(|path| std::fs::read(path).unwrap()).collect();
        }
        let tables = self.texts("SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'").await;
        let mut all = String::new();
        for table in tables {
            let sql: &'static str = format!("SELECT CAST(t.* AS TEXT) FROM {table} t").leak();
            all.extend(self.texts(sql).await);
        }
        all.into_bytes()
    }

    pub(crate) async fn texts(&self, sql: &'static str) -> Vec<String> {
        let look = self
            .database
            .read::<Vec<String>, _>(move |mut tx| Box::pin(async move { tx.rows(sql, &[]).await?.iter().map(|row| row.get(0)).collect() }));
        look.await.unwrap()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let look = self.database.read(move |mut tx| Box::pin(async move { tx.row(sql, &[]).await?.unwrap().get(0) }));
        look.await.unwrap()
    }

    /// The audit events of an action, in their order.
    #[allow(dead_code, reason = "only the stories of talking need it")]
    pub(crate) async fn recorded(&self, action: &'static str) -> Vec<Value> {
        let sql = "SELECT body FROM events WHERE action = $1 ORDER BY place, id";
        let look = self.database.read::<Vec<Vec<u8>>, _>(move |mut tx| {
            Box::pin(async move { tx.rows(sql, &[&action]).await?.iter().map(|row| row.get(0)).collect() })
        });
        look.await.unwrap().iter().map(|body| serde_json::from_slice(body).unwrap()).collect()
    }

    async fn write(&self, sql: &'static str, args: Vec<Box<dyn Arg + Send>>) {
        let (told, done) = oneshot::channel();
        self.database.write(Box::new(Statement { sql, args, told })).await.unwrap();
        done.await.unwrap().unwrap();
    }
}

struct Statement {
    sql: &'static str,
    args: Vec<Box<dyn Arg + Send>>,
    told: oneshot::Sender<Result<(), Problem>>,
}

impl Unit for Statement {
    fn locks(&self) -> Vec<Uuid> {
        vec![]
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let args: Vec<&dyn Arg> = self.args.iter().map(|arg| &**arg as &dyn Arg).collect();
            tx.run(self.sql, &args).await.unwrap();
            Verdict::Keep
        })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        self.told.send(committed).unwrap();
    }
}

/// The name of the problem that it must be.
pub(crate) fn named<T>(result: Result<T, Problem>) -> &'static str {
    let Err(problem) = result else { panic!("it went well, and must not") };
    problem.name.unwrap_or_else(|| problem.kind.name())
}
