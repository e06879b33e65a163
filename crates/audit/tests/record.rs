//! The record: it only grows, its chain holds whatever order the commits come in, and whoever tampers with it is found out.
#![allow(clippy::disallowed_methods, reason = "a test may start tasks: they end with its runtime")]

use std::{sync::Arc, time::Duration};

use carillon_audit::{Actor, Event, MIGRATIONS, Outcome, Report, Sequencer, lay_base, record, verify};
use carillon_core::{Action, Id, Kind, Principal, Problem, Role, Timestamp};
use carillon_db::{Config, Database, EngineKind, Tx, Unit, Verdict, on_both_engines, testing::Ground};
use futures::future::BoxFuture;
use serde_json::json;
use tokio::sync::{Notify, oneshot};
use tokio_postgres::NoTls;
use uuid::Uuid;

on_both_engines![
    the_record_only_grows,
    concurrent_writers_are_chained_in_the_order_of_their_commits,
    several_sequencers_chain_each_event_once,
    a_transaction_may_be_longer_than_a_block,
    whoever_tampers_is_found_out,
    what_is_written_is_canonical,
];

const NOW: Timestamp = Timestamp(1_700_000_000_000);

async fn open(ground: &Ground) -> Database {
    Database::open(&ground.config, MIGRATIONS, NOW).await.expect("it opens")
}

/// Records `events` in one transaction; waits in it, if told to.
struct Records {
    first: u128,
    events: u128,
    wait: Option<(Arc<Notify>, Arc<Notify>)>,
    told: oneshot::Sender<Result<(), Problem>>,
}

fn ada() -> Principal {
    let id = Id::new(Uuid::from_u128(1));
    Principal::Account { id, role: Role::Member, session: Id::new(Uuid::from_u128(2)), device: Id::new(Uuid::from_u128(3)) }
}

async fn write_down(tx: &mut Tx<'_>, number: u128) -> Result<(), Problem> {
    let event = Event {
        action: Action::MessagePost,
        actor: Actor::from(&ada()),
        at: NOW,
        id: Uuid::from_u128(number),
        outcome: Outcome::Done,
        policy: "0123456789ab",
        reasons: &["member".to_owned()],
        subject: &format!("room:{number}"),
        v: 1,
        what: &json!({ "seq": number as i64, "a": { "z": 1, "b": 2 } }),
    };
    record(tx, &event).await
}

impl Unit for Records {
    fn locks(&self) -> Vec<Uuid> {
        Vec::new()
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            for number in self.first..self.first + self.events {
                write_down(&mut tx, number).await.expect("it is recorded");
            }
            if let Some((written, go_on)) = self.wait.take() {
                tx.rows("SELECT 1", &[]).await.expect("it is written"); // not only on its way
                written.notify_one();
                go_on.notified().await;
            }
            Verdict::Keep
        })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let _ = self.told.send(committed);
    }
}

async fn recorded(database: &Database, first: u128, events: u128) {
    let (told, ended) = oneshot::channel();
    database.write(Box::new(Records { first, events, wait: None, told })).await.expect("taken");
    ended.await.expect("settled").expect("kept");
}

/// Chains until `events` more are. On PostgreSQL a transaction of another test on the same server may hold it up.
async fn chained(database: &Database, events: usize) {
    let chaining = async {
        let (sequencer, mut all) = (Sequencer::new(database.clone()), 0);
        while all < events {
            all += sequencer.advance(NOW).await.expect("it grows");
            tokio::task::yield_now().await;
        }
        assert_eq!(all, events);
    };
    tokio::time::timeout(Duration::from_secs(20), chaining).await.expect("soon");
}

async fn whole(database: &Database) -> Report {
    let report = verify(database).await.expect("it can be read");
    assert_eq!(report.faults, [""; 0]);
    report
}

/// One statement of somebody who does not go through `record`.
struct Statement(&'static str, oneshot::Sender<Result<(), Problem>>);
impl Unit for Statement {
    fn locks(&self) -> Vec<Uuid> {
        Vec::new()
    }
    fn run<'t>(&'t mut self, mut tx: Tx<'t>) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let _ = tx.run(self.0, &[]).await; // what failed is told in `settle`
            Verdict::Keep
        })
    }
    fn settle(self: Box<Self>, committed: Result<(), Problem>) {
        let _ = self.1.send(committed);
    }
}

async fn the_record_only_grows(ground: Ground) {
    let database = open(&ground).await;
    recorded(&database, 1, 5).await;
    chained(&database, 5).await;
    let mut ways = vec![
        "UPDATE events SET subject = 'another'",
        "DELETE FROM events",
        "DELETE FROM events WHERE place = 1",
        "UPDATE events_chain SET events = 4",
        "DELETE FROM events_chain",
    ];
    if database.kind() == EngineKind::Sqlite {
        ways.push("INSERT INTO events SELECT * FROM events WHERE TRUE ON CONFLICT (place) DO UPDATE SET subject = 'another'");
    }
    for way in ways {
        let (told, ended) = oneshot::channel();
        database.write(Box::new(Statement(way, told))).await.expect("taken");
        assert_eq!(ended.await.expect("settled").expect_err(way).kind, Kind::Broken, "{way}");
    }
    if database.kind() == EngineKind::Postgres {
        let beside = beside(&ground.config).await;
        for way in ["TRUNCATE events", "TRUNCATE events_chain", "SET session_replication_role = replica; DELETE FROM events"] {
            let why = beside.batch_execute(way).await.expect_err(way);
            assert!(why.as_db_error().is_some_and(|told| told.message().contains("never changed or deleted")), "{why:?}");
        }
    }
    assert_eq!(whole(&database).await.events, 5);
}

async fn concurrent_writers_are_chained_in_the_order_of_their_commits(ground: Ground) {
    let database = open(&ground).await;
    let chaining = {
        let database = database.clone();
        tokio::spawn(async move { chained(&database, 200).await })
    };
    let writers: Vec<_> = (0..20)
        .map(|writer| {
            let database = database.clone();
            tokio::spawn(async move {
                for event in 0..10 {
                    recorded(&database, 1 + writer * 10 + event, 1).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    chaining.await.expect("no panic");
    let report = whole(&database).await;
    assert_eq!((report.events, report.tail), (200, 0));
    recorded(&database, 1000, 3).await;
    assert_eq!(whole(&database).await.tail, 3, "what is not chained yet is named");
}

/// What began earlier and is committed later has the lower number: it must not be left behind.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_final_is_not_chained() {
    let ground = Ground::postgres().await;
    let database = open(&ground).await;
    let (written, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, slow) = oneshot::channel();
    let unit = Records { first: 1, events: 1, wait: Some((written.clone(), go_on.clone())), told };
    database.write(Box::new(unit)).await.expect("taken");
    written.notified().await;
    recorded(&database, 2, 1).await;
    assert_eq!(Sequencer::new(database.clone()).advance(NOW).await.expect("it looks"), 0, "the slow one comes first");
    go_on.notify_one();
    slow.await.expect("settled").expect("kept");
    chained(&database, 2).await;
    assert_eq!(whole(&database).await.events, 2);
}

/// As `pg_restore` leaves it in a cluster that is younger: no transaction there has reached the numbers of the record.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_restored_into_another_cluster_goes_on_where_it_ended() {
    let ground = Ground::postgres().await;
    let database = open(&ground).await;
    lay_base(&database).await.expect("it can be looked at");
    recorded(&database, 1, 10).await;
    chained(&database, 10).await;
    recorded(&database, 20, 3).await;
    let older = "UPDATE events SET place = place + 1000000000; UPDATE events_chain SET place = place + 1000000000;";
    superuser(&ground, "", older).await;
    // Whoever opens it: several may.
    for _ in 0..2 {
        lay_base(&database).await.expect("it is moved");
        recorded(&database, 30 + u128::from(whole(&database).await.tail), 2).await;
    }
    chained(&database, 7).await;
    let report = whole(&database).await;
    assert_eq!((report.events, report.tail), (17, 0));
    // And once more, into one that is younger still.
    let ahead = "UPDATE events_base SET base = base - 500000000";
    beside(&ground.config).await.batch_execute(ahead).await.expect("done");
    lay_base(&database).await.expect("it is moved again");
    recorded(&database, 60, 1).await;
    chained(&database, 1).await;
    assert_eq!(whole(&database).await.events, 18);
}

async fn several_sequencers_chain_each_event_once(ground: Ground) {
    let database = open(&ground).await;
    for round in 0..5 {
        recorded(&database, 1 + round * 1000, 300).await;
        let sequencers: Vec<_> = (0..4)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move { Sequencer::new(database).catch_up(NOW).await.expect("it grows") })
            })
            .collect();
        let mut all = 0;
        for sequencer in sequencers {
            all += sequencer.await.expect("no panic");
        }
        assert!(all <= 300, "{all} of 300 were chained");
        chained(&database, 300 - all).await;
    }
    let report = whole(&database).await;
    assert_eq!((report.events, report.tail), (1500, 0));
}

async fn a_transaction_may_be_longer_than_a_block(ground: Ground) {
    let database = open(&ground).await;
    assert_eq!(whole(&database).await.hash, "0".repeat(64));
    // On SQLite such a one would make all others wait.
    let pieces = if database.kind() == EngineKind::Postgres { 1 } else { 45 };
    for piece in 0..pieces {
        recorded(&database, 1 + piece * 100, 4500 / pieces).await;
    }
    chained(&database, 4500).await;
    let report = whole(&database).await;
    assert_eq!((report.blocks, report.events, report.tail), (2, 4500, 0));
}

async fn what_is_written_is_canonical(ground: Ground) {
    let database = open(&ground).await;
    recorded(&database, 7, 1).await;
    let look =
        database.read(|mut tx| Box::pin(async move { tx.row("SELECT body FROM events", &[]).await?.expect("an event").get::<Vec<u8>>(0) }));
    let body = String::from_utf8(look.await.expect("readers read")).expect("a text");
    let id = |number: u128| Uuid::from_u128(number);
    let expected = format!(
        "{{\"action\":\"message.post\",\"actor\":{{\"device\":\"{}\",\"id\":\"{}\",\"kind\":\"account\",\"session\":\"{}\"}},\
         \"at\":1700000000000,\"id\":\"{}\",\"outcome\":\"done\",\"policy\":\"0123456789ab\",\"reasons\":[\"member\"],\
         \"subject\":\"room:7\",\"v\":1,\"what\":{{\"a\":{{\"b\":2,\"z\":1}},\"seq\":7}}}}",
        id(3),
        id(1),
        id(2),
        id(7)
    );
    assert_eq!(body, expected, "RFC 8785: keys in their order, no blanks");
}

async fn beside(config: &Config) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&config.url, NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}

/// Whoever owns the database can take the triggers away.
async fn superuser(ground: &Ground, sqlite: &str, postgres: &str) {
    if let Some(path) = ground.config.url.strip_prefix("sqlite:") {
        let db = rusqlite::Connection::open(path).expect("the file");
        let triggers =
            ["events_stay", "events_remain", "chain_stays", "chain_remains"].map(|name| format!("DROP TRIGGER IF EXISTS {name};"));
        db.execute_batch(&(triggers.concat() + sqlite)).expect("done");
    } else {
        let off = "ALTER TABLE events DISABLE TRIGGER ALL; ALTER TABLE events_chain DISABLE TRIGGER ALL;";
        beside(&ground.config).await.batch_execute(&format!("{off}{postgres}")).await.expect("done");
    }
}

async fn whoever_tampers_is_found_out(ground: Ground) {
    const COPY: &str = "CREATE TABLE events_copy AS SELECT * FROM events; CREATE TABLE chain_copy AS SELECT * FROM events_chain;";
    const BACK: &str = "DELETE FROM events; INSERT INTO events SELECT * FROM events_copy; \
                        DELETE FROM events_chain; INSERT INTO events_chain SELECT * FROM chain_copy;";
    const FIVE: &str = "(SELECT id FROM events ORDER BY place, id LIMIT 1 OFFSET 4)";
    const SIX: &str = "(SELECT id FROM events ORDER BY place, id LIMIT 1 OFFSET 5)";
    let database = open(&ground).await;
    for block in 0..3 {
        for event in 0..10 {
            recorded(&database, 1 + block * 10 + event, 1).await;
        }
        chained(&database, 10).await;
    }
    let kept = whole(&database).await;
    superuser(&ground, COPY, COPY).await;
    let both = |sql: String| (sql.clone(), sql);
    let body = |of: &str| format!("(SELECT body FROM events_copy WHERE id = {of})");
    let ways = [
        (
            "a body is edited",
            (
                format!("UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'member', 'friend') AS BLOB) WHERE id = {FIVE}"),
                format!(
                    "UPDATE events SET body = convert_to(replace(convert_from(body, 'UTF8'), 'member', 'friend'), 'UTF8') WHERE id = {FIVE}"
                ),
            ),
        ),
        ("the subject beside a body is edited", both(format!("UPDATE events SET subject = 'room:8' WHERE id = {FIVE}"))),
        ("the time beside a body is edited", both(format!("UPDATE events SET at = at + 1 WHERE id = {FIVE}"))),
        ("the actor beside a body is edited", both(format!("UPDATE events SET actor = NULL WHERE id = {FIVE}"))),
        ("the action beside a body is edited", both(format!("UPDATE events SET action = 'log.list' WHERE id = {FIVE}"))),
        ("an event is deleted", both(format!("DELETE FROM events WHERE id = {FIVE}"))),
        ("the last chained event is deleted", both("DELETE FROM events WHERE place = (SELECT MAX(place) FROM events)".into())),
        ("the first event is deleted", both("DELETE FROM events WHERE place = (SELECT MIN(place) FROM events)".into())),
        (
            "two events change places",
            both(format!(
                "UPDATE events SET place = -1 WHERE id = {FIVE}; \
                 UPDATE events SET place = (SELECT place FROM events_copy WHERE id = events.id) - 1 \
                 WHERE id = (SELECT id FROM events_copy ORDER BY place, id LIMIT 1 OFFSET 5); \
                 UPDATE events SET place = (SELECT MIN(place) FROM events_copy) + 5 WHERE place = -1;"
            )),
        ),
        (
            "two events trade bodies",
            both(format!(
                "CREATE TABLE pair AS SELECT {FIVE} AS a, {SIX} AS b; \
                 UPDATE events SET body = {} WHERE id = (SELECT a FROM pair); UPDATE events SET body = {} WHERE id = (SELECT b FROM pair); \
                 DROP TABLE pair;",
                body("(SELECT b FROM pair)"),
                body("(SELECT a FROM pair)")
            )),
        ),
        (
            "an event is slipped in",
            (
                "UPDATE events SET place = place + 1000 WHERE place > 5; \
                 INSERT INTO events (place, id, at, actor, action, subject, body) \
                 SELECT 6, x'00000000000000000000000000000999', at, actor, action, subject, body FROM events WHERE place = 5; \
                 UPDATE events_chain SET place = place + 1000;"
                    .into(),
                format!(
                    "INSERT INTO events (place, id, at, actor, action, subject, body) \
                     SELECT place, '00000000-0000-0000-0000-000000000999', at, actor, action, subject, body FROM events WHERE id = {FIVE}"
                ),
            ),
        ),
        ("a block is taken out", both("DELETE FROM events_chain WHERE block = 2".into())),
        ("the first block is taken out", both("DELETE FROM events_chain WHERE block = 1".into())),
        ("a block's count is edited", both("UPDATE events_chain SET events = 9 WHERE block = 2".into())),
        (
            "a block's hash is edited",
            (
                "UPDATE events_chain SET hash = zeroblob(32) WHERE block = 3".into(),
                "UPDATE events_chain SET hash = decode(repeat('00', 32), 'hex') WHERE block = 3".into(),
            ),
        ),
        ("all events are deleted", both("DELETE FROM events".into())),
    ];
    for (what, (sqlite, postgres)) in ways {
        superuser(&ground, &sqlite, &postgres).await;
        let report = verify(&database).await.expect("it can be read");
        assert!(!report.faults.is_empty(), "{what}: {report:?}");
        superuser(&ground, BACK, BACK).await;
        assert_eq!(whole(&database).await.hash, kept.hash, "{what}: and back");
    }
    // Whoever cuts off the end leaves a record that holds: what was kept elsewhere tells, and so does an old tail.
    let cut = "DELETE FROM events_chain WHERE block = 3;";
    let cut_both = format!("{cut} DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY place DESC, id DESC LIMIT 10)");
    for (cut, tail) in [(cut, 10), (&cut_both, 0)] {
        superuser(&ground, cut, cut).await;
        let report = whole(&database).await;
        assert_eq!((report.events, report.tail), (20, tail), "{cut}");
        assert_ne!(report.hash, kept.hash);
        superuser(&ground, BACK, BACK).await;
    }
}
