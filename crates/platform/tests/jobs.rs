//! Work that must happen, on each database: at its time, once at a time, also after a kill.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use carillon_core::{Problem, Timestamp};
use carillon_db::{Database, Tx, Unit, Verdict, testing};
use carillon_platform::{
    clock,
    jobs::{Config, Handlers, Job, MIGRATIONS, Outcome, Turn, Worker, cancel, schedule},
    tasks::Tasks,
    telemetry::{encode, registry},
};
use futures::{FutureExt, future::BoxFuture};
use tokio::sync::{Notify, mpsc, oneshot};
use uuid::Uuid;

const KEY: Uuid = Uuid::from_u128(7);

/// What a verb does, here without a gate.
enum Act {
    Schedule(Uuid, i64, &'static str),
    Cancel,
    ScheduleAndFail,
}

struct Acting(Act, oneshot::Sender<Result<(), Problem>>);

impl Unit for Acting {
    fn locks(&self) -> Vec<Uuid> {
        vec![]
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        async move {
            match &self.0 {
                Act::Schedule(key, at, payload) => schedule(&mut tx, "ring", *key, Timestamp(*at), payload).await.unwrap(),
                Act::Cancel => cancel(&mut tx, "ring", KEY).await.unwrap(),
                Act::ScheduleAndFail => {
                    schedule(&mut tx, "ring", KEY, Timestamp(0), "").await.unwrap();
                    return Verdict::Undo;
                }
            }
            Verdict::Keep
        }
        .boxed()
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        self.1.send(committed).unwrap();
    }
}

struct House {
    config: carillon_db::Config,
    db: Database,
    tasks: Tasks,
    _directory: tempfile::TempDir,
}

impl House {
    async fn on(engine: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = if engine == "sqlite" { testing::sqlite(directory.path()) } else { testing::postgres().await };
        let db = Database::open(&config, MIGRATIONS, Timestamp(0)).await.unwrap();
        Self { config, db, tasks: Tasks::new(), _directory: directory }
    }
    async fn act(&self, act: Act) {
        let (told, done) = oneshot::channel();
        self.db.write(Box::new(Acting(act, told))).await.unwrap();
        done.await.unwrap().unwrap();
    }
    async fn ring_at(&self, at: i64, payload: &'static str) {
        self.act(Act::Schedule(KEY, at, payload)).await;
    }
    fn worker(&self, handlers: Handlers) -> Worker {
        Worker::new(self.db.clone(), handlers, Config { attempts: 3, ..Config::default() }, self.tasks.clone())
    }
    /// A worker that writes down what it runs, and ends it as told.
    fn writing(&self, end: impl Fn(&Job) -> Result<Outcome, Problem> + Send + Sync + 'static) -> (Worker, Arc<Mutex<Vec<Job>>>) {
        let (run, end) = (Arc::new(Mutex::new(vec![])), Arc::new(end));
        let wrote = run.clone();
        let handler = move |job: Job| {
            let ended = end(&job);
            wrote.lock().unwrap().push(job);
            async { ended }
        };
        (self.worker(Handlers::new().on("ring", handler)), run)
    }
}

async fn turn(worker: &Worker, at: i64) -> Turn {
    let turn = worker.turn(Timestamp(at)).await.unwrap();
    worker.idle().await;
    turn
}

/// Each story on each engine.
macro_rules! stories {
    ($($story:ident)*) => {
        mod on_sqlite { $(#[tokio::test] async fn $story() { super::$story(super::House::on("sqlite").await).await; })* }
        mod on_postgres { $(#[tokio::test] async fn $story() { super::$story(super::House::on("postgres").await).await; })* }
    };
}

stories! {
    a_job_runs_once_and_not_before_its_time
    a_job_is_there_only_if_its_transaction_is
    while_one_runs_it_no_other_does
    two_workers_share_the_work_and_double_nothing
    a_job_moved_while_it_runs_runs_again
    what_fails_is_tried_again_then_parked_in_sight
    what_hangs_is_cut_off_and_what_kills_is_parked
    what_takes_long_keeps_its_lease_and_is_run_by_one
    a_kind_that_nobody_knows_is_left_to_others
    a_job_survives_a_killed_server
    a_started_worker_is_woken_and_stops
}

async fn a_job_runs_once_and_not_before_its_time(house: House) {
    let (worker, run) = house.writing(|_| Ok(Outcome::Done));
    house.ring_at(2000, "early").await;
    house.ring_at(1000, r#"{"n":1}"#).await;
    assert_eq!(turn(&worker, 999).await, Turn { taken: 0, next: Some(Timestamp(1000)) });
    assert_eq!(turn(&worker, 1000).await.taken, 1);
    assert_eq!(turn(&worker, 9_999_999).await, Turn { taken: 0, next: None });
    let job = Job { kind: "ring", key: KEY, run_at: Timestamp(1000), payload: r#"{"n":1}"#.into(), attempt: 1 };
    assert_eq!(*run.lock().unwrap(), [job]);

    let (worker, run) = house.writing(|job| Ok(if job.run_at.0 < 3 { Outcome::Again(Timestamp(job.run_at.0 + 1)) } else { Outcome::Done }));
    house.ring_at(1, "tick").await;
    for at in 1..6 {
        turn(&worker, at).await;
    }
    assert_eq!(run.lock().unwrap().iter().map(|job| job.run_at.0).collect::<Vec<_>>(), [1, 2, 3]);
}

async fn a_job_is_there_only_if_its_transaction_is(house: House) {
    let (worker, run) = house.writing(|_| Ok(Outcome::Done));
    house.act(Act::ScheduleAndFail).await;
    assert_eq!(turn(&worker, 1).await, Turn { taken: 0, next: None });
    house.ring_at(0, "").await;
    house.act(Act::Cancel).await;
    assert_eq!(turn(&worker, 1).await, Turn { taken: 0, next: None });
    assert!(run.lock().unwrap().is_empty());
}

async fn while_one_runs_it_no_other_does(house: House) {
    let (began, mut runs) = mpsc::channel(9);
    let hangs = house.worker(Handlers::new().on("ring", move |_| {
        let began = began.clone();
        async move {
            began.send(()).await.unwrap();
            std::future::pending().await
        }
    }));
    let (other, run) = house.writing(|_| Ok(Outcome::Done));
    house.ring_at(1000, "").await;
    assert_eq!(hangs.turn(Timestamp(1000)).await.unwrap().taken, 1);
    runs.recv().await.unwrap();
    assert_eq!(turn(&other, 1001).await, Turn { taken: 0, next: Some(Timestamp(31_000)) }, "the lease lasts 30 s");
    assert_eq!(turn(&other, 30_999).await.taken, 0);
    assert_eq!(turn(&other, 31_000).await.taken, 1);
    assert_eq!(run.lock().unwrap()[0].attempt, 2);
}

async fn two_workers_share_the_work_and_double_nothing(house: House) {
    for n in 0..200 {
        house.act(Act::Schedule(Uuid::from_u128(n), 0, "")).await;
    }
    let ((one, run_one), (two, run_two)) = (house.writing(|_| Ok(Outcome::Done)), house.writing(|_| Ok(Outcome::Done)));
    let work = async |worker: &Worker| while turn(worker, 1).await.next.is_some() {};
    tokio::join!(work(&one), work(&two));
    let mut keys: Vec<_> = [run_one, run_two].iter().flat_map(|run| run.lock().unwrap().clone()).map(|job| job.key).collect();
    keys.sort();
    assert_eq!(keys, (0..200).map(Uuid::from_u128).collect::<Vec<_>>());
}

async fn a_job_moved_while_it_runs_runs_again(house: House) {
    let (began, mut runs) = mpsc::channel(9);
    let go_on = Arc::new(Notify::new());
    let wait = go_on.clone();
    let worker = house.worker(Handlers::new().on("ring", move |job| {
        let (began, wait) = (began.clone(), wait.clone());
        async move {
            began.send(job.payload).await.unwrap();
            wait.notified().await;
            Ok(Outcome::Done)
        }
    }));
    house.ring_at(1000, "first").await;
    worker.turn(Timestamp(1000)).await.unwrap();
    assert_eq!(runs.recv().await.unwrap(), "first");
    house.ring_at(1500, "second").await;
    assert_eq!(worker.turn(Timestamp(1500)).await.unwrap().taken, 0, "it is still running");
    go_on.notify_one();
    worker.idle().await;
    assert_eq!(worker.turn(Timestamp(1499)).await.unwrap().next, Some(Timestamp(1500)));
    worker.turn(Timestamp(1500)).await.unwrap();
    assert_eq!(runs.recv().await.unwrap(), "second");
    go_on.notify_one();
    worker.idle().await;
    assert_eq!(turn(&worker, 9000).await, Turn { taken: 0, next: None });
}

async fn what_fails_is_tried_again_then_parked_in_sight(house: House) {
    let (worker, run) = house.writing(|job| match job.attempt {
        2 => panic!("clumsy"),
        _ if job.payload == "mended" => Ok(Outcome::Done),
        _ => Err(Problem::broken("no line")),
    });
    let mut registry = registry();
    worker.register(&mut registry);
    house.ring_at(0, "broken").await;
    let mut now = 0;
    for pause in [1000, 2000] {
        turn(&worker, now).await;
        let next = turn(&worker, now).await.next.unwrap().0;
        assert!((now + pause..now + pause + 20_000).contains(&next), "{next}");
        now = next;
    }
    turn(&worker, now).await;
    assert_eq!(turn(&worker, i64::MAX / 2).await, Turn { taken: 0, next: None });
    assert_eq!(run.lock().unwrap().len(), 2, "and one panicked before it could be written down");
    let page = encode(&registry);
    assert!(page.contains("carillon_jobs_parked 1\n"), "{page}");
    assert!(page.contains(r#"jobs_ended_total{kind="ring",outcome="failed"} 2"#), "{page}");
    house.ring_at(now, "mended").await;
    turn(&worker, now).await;
    turn(&worker, now).await;
    assert!(encode(&registry).contains("carillon_jobs_parked 0\n"));
}

async fn what_hangs_is_cut_off_and_what_kills_is_parked(house: House) {
    let handlers = Handlers::new().on("ring", |_| std::future::pending());
    let config = Config { lease_seconds: 1, attempts: 3, ..Config::default() };
    let worker = Worker::new(house.db.clone(), handlers, config, house.tasks.clone());
    house.ring_at(0, "").await;
    turn(&worker, 0).await;
    let next = turn(&worker, 0).await.next.unwrap().0;
    assert!((1750..20_000).contains(&next), "cut off after 750 ms, then a pause of 1 s: {next}");

    // Each server that takes it dies of it.
    let (other, run) = house.writing(|_| Ok(Outcome::Done));
    house.ring_at(0, "deadly").await;
    for at in [0, 30_000, 60_000] {
        let dies = Tasks::new();
        let worker = Worker::new(house.db.clone(), Handlers::new().on("ring", |_| std::future::pending()), Config::default(), dies.clone());
        assert_eq!(worker.turn(Timestamp(at)).await.unwrap().taken, 1);
        assert_eq!(dies.stop(Duration::ZERO).await, ["job"]);
    }
    turn(&other, 90_000).await;
    assert_eq!(turn(&other, i64::MAX / 2).await, Turn { taken: 0, next: None });
    assert!(run.lock().unwrap().is_empty());
}

async fn what_takes_long_keeps_its_lease_and_is_run_by_one(house: House) {
    let (told, asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (told.clone(), asked.clone());
    let handlers = Handlers::new().on_long("ring", Duration::from_hours(1), move |_| {
        let (tell, wait) = (tell.clone(), wait.clone());
        async move {
            tell.notify_one();
            wait.notified().await;
            Ok(Outcome::Done)
        }
    });
    let config = Config { lease_seconds: 1, ..Config::default() };
    let worker = Worker::new(house.db.clone(), handlers, config, house.tasks.clone());
    house.ring_at(0, "").await;
    assert_eq!(worker.turn(clock::now()).await.unwrap().taken, 1);
    told.notified().await;
    let (other, run) = house.writing(|_| Ok(Outcome::Done));
    // Longer than it was given at first.
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 6 {
        let turn = other.turn(clock::now()).await.unwrap();
        assert_eq!(turn.taken, 0);
        seen.insert(turn.next.unwrap());
    }
    asked.notify_one();
    worker.idle().await;
    assert_eq!(other.turn(clock::now()).await.unwrap(), Turn { taken: 0, next: None });
    assert!(run.lock().unwrap().is_empty());
}

async fn a_kind_that_nobody_knows_is_left_to_others(house: House) {
    let older = house.worker(Handlers::new());
    house.ring_at(0, "").await;
    turn(&older, 0).await;
    assert_eq!(turn(&older, 0).await.next, Some(Timestamp(60_000)));
    let (newer, run) = house.writing(|_| Ok(Outcome::Done));
    turn(&newer, 60_000).await;
    assert_eq!(run.lock().unwrap()[0].attempt, 1);
}

async fn a_job_survives_a_killed_server(house: House) {
    house.ring_at(1000, "still").await;
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_server_that_hangs_in_a_job", "--ignored", "--nocapture"])
        .env("STORY_DATABASE", &house.config.url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().contains("it runs")));
    server.kill().unwrap();
    server.wait().unwrap();
    let (worker, run) = house.writing(|_| Ok(Outcome::Done));
    assert_eq!(turn(&worker, 30_999).await, Turn { taken: 0, next: Some(Timestamp(31_000)) });
    assert_eq!(turn(&worker, 31_000).await.taken, 1);
    assert_eq!(run.lock().unwrap()[0].payload, "still");
}

/// Part of the story above: the process that is killed.
#[tokio::test]
#[ignore = "started by another story"]
#[allow(clippy::disallowed_methods, reason = "the parent tells where its database is")]
async fn a_server_that_hangs_in_a_job() {
    let config = carillon_db::Config { url: std::env::var("STORY_DATABASE").unwrap(), authority_file: None };
    let db = Database::open(&config, MIGRATIONS, Timestamp(0)).await.unwrap();
    let handlers = Handlers::new().on("ring", |_| async {
        println!("it runs");
        std::future::pending().await
    });
    Worker::new(db, handlers, Config::default(), Tasks::new()).turn(Timestamp(1000)).await.unwrap();
    std::future::pending::<()>().await;
}

async fn a_started_worker_is_woken_and_stops(house: House) {
    let (ran, mut run) = mpsc::channel(9);
    let worker = house.worker(Handlers::new().on("ring", move |job| {
        let ran = ran.clone();
        async move {
            ran.send(job.payload).await.unwrap();
            Ok(Outcome::Done)
        }
    }));
    worker.start();
    house.ring_at(0, "at once").await;
    worker.waker().wake();
    assert_eq!(run.recv().await.unwrap(), "at once");
    house.ring_at(clock::now().0 + 50, "soon, and nobody wakes").await;
    assert_eq!(run.recv().await.unwrap(), "soon, and nobody wakes");
    assert!(house.tasks.stop(Duration::from_secs(9)).await.is_empty());
    house.ring_at(0, "too late").await;
    worker.waker().wake();
    assert!(run.try_recv().is_err());
}
