//! A house of its own for each story: a database, a gate, and the table of entries; its clock stands still until it is moved.

use std::{cell::Cell, net::Ipv4Addr, num::NonZeroU32, sync::Arc, time::Duration};

use carillon_core::{DeviceId, PersonId, Principal, Problem, SessionId, Timestamp};
use carillon_db::{Database, Tx, Unit, Verdict, testing};
use carillon_gate::{Engines, Entries, Gate, Hub, Policy, Topic, Way};
use carillon_identity::{
    Authenticator, Passwords, Tokens,
    verbs::{AdminLinkMade, CreateAdminLink},
};
use carillon_platform::{
    jobs::{self, Handlers, Worker},
    limits::{Config as LimitsConfig, Limits, Rate},
    secrets::{self, Secrets},
    tasks::Tasks,
};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

/// Runs each story on both databases.
macro_rules! stories {
    ($($story:ident),* $(,)?) => { $(
        mod $story {
            #[tokio::test]
            async fn sqlite() {
                super::$story(crate::house::House::on("sqlite").await).await;
            }
            #[tokio::test]
            async fn postgres() {
                super::$story(crate::house::House::on("postgres").await).await;
            }
        }
    )* };
}
pub(crate) use stories;

pub(crate) const ISSUER: &str = "https://carillon.example";
pub(crate) const PASSWORD: &str = "a few good words";
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
    pub authenticator: Authenticator,
    pub secrets: Arc<Secrets>,
    entries: Entries,
    pub database: Database,
    tasks: Tasks,
    directory: tempfile::TempDir,
}

/// Somebody who is signed in.
pub(crate) struct Came {
    pub who: Principal,
    pub person: PersonId,
    pub session: SessionId,
    pub device: DeviceId,
    pub cookie: String,
    pub access: String,
    pub refresh: String,
}

impl House {
    pub(crate) async fn on(engine: &str) -> Self {
        NOW.set(START);
        let directory = tempfile::tempdir().unwrap();
        let config = if engine == "sqlite" { testing::sqlite(directory.path()) } else { testing::postgres().await };
        let steps = [carillon_audit::MIGRATIONS, jobs::MIGRATIONS, carillon_identity::MIGRATIONS].concat();
        let database = Database::open(&config, &steps, clock()).await.unwrap();
        let url = format!("keyring:{}", directory.path().join("keyring.json").display());
        let secrets = Arc::new(Secrets::open(&secrets::Config { url, root: None }).await.unwrap());
        let tasks = Tasks::new();
        let gate = gate(&database, &secrets, &tasks);
        let authenticator = Authenticator::new(gate.clone());
        let entries = carillon_identity::entries(Entries::default());
        Self { gate, authenticator, secrets, entries, database, tasks, directory }
    }

    /// The gate of another process on the same database.
    pub(crate) fn beside(&self) -> Gate {
        gate(&self.database, &self.secrets, &self.tasks)
    }

    /// Runs what is due.
    pub(crate) async fn run_jobs(&self, handlers: Handlers) {
        let worker = Worker::new(self.database.clone(), handlers, jobs::Config::default(), self.tasks.clone());
        worker.turn(self.gate.now()).await.unwrap();
        worker.idle().await;
    }

    pub(crate) fn pass(&self, time: Duration) {
        NOW.set(self.gate.now().plus(time).0);
    }

    /// Asks as the gateway does.
    pub(crate) async fn ask(&self, who: &Principal, way: Way, input: Value) -> Result<Value, Problem> {
        let entry = self.entries.iter().find(|entry| entry.way == way).unwrap_or_else(|| panic!("there is no {way:?}"));
        (entry.call)(self.gate.clone(), who.clone(), input).await
    }

    pub(crate) async fn admin_link(&self) -> AdminLinkMade {
        self.gate.act(&Principal::system("cli"), CreateAdminLink::default()).await.unwrap().unwrap()
    }

    pub(crate) async fn by_link(&self, token: &str) -> Result<Came, Problem> {
        let answer = self.ask(&nobody(), Way::Post("/api/v1/session/link"), json!({ "token": token })).await?;
        Ok(self.came(&answer).await)
    }

    /// The first account.
    pub(crate) async fn admin(&self) -> Came {
        let link = self.admin_link().await;
        self.by_link(&link.token).await.unwrap()
    }

    pub(crate) async fn invite(&self, admin: &Came) -> String {
        let input = json!({ "requestId": Uuid::now_v7(), "role": "member" });
        let invited = self.ask(&admin.who, Way::Post("/api/v1/invitations"), input).await.unwrap();
        text(&invited, "/token")
    }

    pub(crate) async fn accept(&self, token: &str, login: &str) -> Result<Came, Problem> {
        let input = json!({ "token": token, "login": login, "name": login, "password": PASSWORD });
        let answer = self.ask(&nobody(), Way::Post("/api/v1/invitations/accept"), input).await?;
        Ok(self.came(&answer).await)
    }

    /// A member with this login and [`PASSWORD`].
    pub(crate) async fn member(&self, login: &str) -> Came {
        let admin = self.admin().await;
        let token = self.invite(&admin).await;
        self.accept(&token, login).await.unwrap()
    }

    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Result<Came, Problem> {
        let input = json!({ "login": login, "password": password, "device": { "name": "a browser" } });
        let answer = self.ask(&nobody(), Way::Post("/api/v1/session"), input).await?;
        Ok(self.came(&answer).await)
    }

    /// From the last number of an address, on a device that the app has kept or not.
    pub(crate) async fn sign_in_from(&self, address: u8, login: &str, password: &str, device: Option<DeviceId>) -> Result<Came, Problem> {
        let who = Principal::Anonymous { address: Some(Ipv4Addr::new(198, 51, 100, address).into()) };
        let input = json!({ "login": login, "password": password, "device": { "id": device } });
        let answer = self.ask(&who, Way::Post("/api/v1/session"), input).await?;
        Ok(self.came(&answer).await)
    }

    /// The keys as they lie in their file.
    pub(crate) fn keyring(&self) -> Vec<u8> {
        std::fs::read(self.directory.path().join("keyring.json")).unwrap()
    }

    /// The next access and refresh tokens.
    pub(crate) async fn refresh(&self, refresh: &str) -> Result<(String, String), Problem> {
        let answer = self.ask(&nobody(), Way::Post("/api/v1/token"), json!({ "refreshToken": refresh })).await?;
        Ok((text(&answer, "/accessToken"), text(&answer, "/refreshToken")))
    }

    async fn came(&self, answer: &Value) -> Came {
        let cookie = text(answer, "/cookie");
        let who = self.authenticator.by_cookie(&cookie).await.unwrap();
        Came {
            person: who.person().unwrap(),
            session: who.session().unwrap(),
            device: who.device().unwrap(),
            who,
            cookie,
            access: text(answer, "/tokens/accessToken"),
            refresh: text(answer, "/tokens/refreshToken"),
        }
    }

    /// To be awaited for the word that a session has ended.
    pub(crate) fn end_of(&self, session: SessionId) -> watch::Receiver<i64> {
        self.gate.hub().listen(Topic::Session(session))
    }

    /// The audit events of an action, oldest first.
    pub(crate) async fn events(&self, action: &'static str) -> Vec<Value> {
        let sql = "SELECT body FROM events WHERE action = $1 ORDER BY place, id";
        let look = self.database.read::<Vec<Vec<u8>>, _>(move |mut tx| {
            Box::pin(async move { tx.rows(sql, &[&action]).await?.iter().map(|row| row.get(0)).collect() })
        });
        let bodies = look.await.unwrap();
        bodies.iter().map(|body| serde_json::from_slice(body).unwrap()).collect()
    }

    /// What an operator's tool would write: no verb does.
    pub(crate) async fn write(&self, sql: &'static str, args: &[&str]) {
        let (told, done) = oneshot::channel();
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        self.database.write(Box::new(Statement { sql, args, told })).await.unwrap();
        done.await.unwrap().unwrap();
    }

    /// Looks again until there is something to see.
    #[allow(clippy::unused_self, reason = "like all that a story asks of its house")]
    pub(crate) async fn until<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(seen) = look().await {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), looking).await.unwrap()
    }

    /// Adds a block to the chain that says what is not so.
    pub(crate) async fn tamper(&self) {
        let sql = "INSERT INTO events_chain (block, events, place, id, at, hash) SELECT block + 1, events, place, id, at, hash \
                   FROM events_chain ORDER BY block DESC LIMIT CAST(CAST($1 AS TEXT) AS INTEGER)";
        self.write(sql, &["1"]).await;
    }

    pub(crate) async fn column(&self, sql: &'static str, arg: &str) -> String {
        let arg = arg.to_owned();
        let look = self.database.read(move |mut tx| Box::pin(async move { tx.row(sql, &[&arg]).await?.unwrap().get(0) }));
        look.await.unwrap()
    }
}

/// One process, as its verbs find it.
fn gate(database: &Database, secrets: &Arc<Secrets>, tasks: &Tasks) -> Gate {
    let tokens = Tokens::new(secrets.clone(), ISSUER).unwrap();
    let sign_in_account = Rate { per_minute: NonZeroU32::MIN, burst: NonZeroU32::new(5).unwrap() }; // slow machines hash slowly
    let sign_in_anywhere = Rate { per_minute: NonZeroU32::MIN, burst: NonZeroU32::new(8).unwrap() };
    let limits = LimitsConfig { sign_in_account, sign_in_anywhere, ..LimitsConfig::default() };
    let passwords = Passwords::new(Arc::new(Limits::new(&limits)));
    let (hub, work) = Hub::new();
    tasks.spawn("hub", work);
    let engines = Engines::default()
        .with(tokens)
        .with(passwords)
        .with(carillon_identity::Config::default())
        .with(carillon_audit::Recount::new(database.clone()));
    Gate::new(database.clone(), Policy::load(carillon_policy::EMBEDDED).unwrap(), engines, hub, clock)
}

struct Statement {
    sql: &'static str,
    args: Vec<String>,
    told: oneshot::Sender<Result<(), Problem>>,
}

impl Unit for Statement {
    fn locks(&self) -> Vec<Uuid> {
        vec![]
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let args: Vec<&dyn carillon_gate::Arg> = self.args.iter().map(|arg| arg as &dyn carillon_gate::Arg).collect();
            tx.run(self.sql, &args).await.unwrap();
            Verdict::Keep
        })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        self.told.send(committed).unwrap();
    }
}

pub(crate) fn nobody() -> Principal {
    Principal::Anonymous { address: Some(Ipv4Addr::new(192, 0, 2, 7).into()) }
}

pub(crate) fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{value} has no {pointer}")).to_owned()
}

/// The name of the problem that it must be.
pub(crate) fn named<T>(result: Result<T, Problem>) -> &'static str {
    let Err(problem) = result else { panic!("it went well, and must not") };
    problem.name.unwrap_or_else(|| problem.kind.name())
}
