//! The record is read by who, what, about what, how it ended and when, page by page; and recounted by one at a time.
#![allow(clippy::disallowed_methods, reason = "a test may start tasks: they end with its runtime")]

use carillon_audit::{Actor, Asked, Event, MIGRATIONS, Outcome, Recorded, Recount, Sequencer, list, record};
use carillon_core::{Action, Id, Kind, Principal, Role, Timestamp};
use carillon_db::{Database, on_both_engines, testing::Ground};
use serde_json::json;
use uuid::Uuid;

on_both_engines![
    each_question_is_answered_and_the_newest_comes_first,
    pages_follow_each_other_also_when_the_clock_went_back,
    what_looks_like_an_outcome_is_none,
    one_recounts_at_a_time,
];

const NOW: i64 = 1_700_000_000_000;

async fn open(ground: &Ground) -> Database {
    Database::open(&ground.config, MIGRATIONS, Timestamp(NOW)).await.expect("it opens")
}

/// Who, what, to what, how it ended, and how long after the beginning.
type Line = (u128, Action, &'static str, Outcome, i64);

async fn recorded(database: &Database, lines: &'static [Line]) {
    for (number, line) in lines.iter().enumerate() {
        let write = database.run(Vec::new(), move |tx| {
            Box::pin(async move {
                let (who, action, subject, outcome, at) = *line;
                let principal = Principal::Account {
                    id: Id::new(Uuid::from_u128(who)),
                    role: Role::Member,
                    session: Id::new(Uuid::from_u128(2)),
                    device: Id::new(Uuid::from_u128(3)),
                };
                let actor = if who == 0 { Actor::from(&Principal::system("jobs")) } else { Actor::from(&principal) };
                let (id, reasons) = (Uuid::from_u128(100 + number as u128), ["member".to_owned()]);
                let what = json!({ "number": number, "said": "\"outcome\":\"refused\",\"policy\":" });
                let (at, policy) = (Timestamp(NOW + at), "0123456789ab");
                record(tx, &Event { action, actor, at, id, outcome, policy, reasons: &reasons, subject, v: 1, what: &what }).await
            })
        });
        write.await.expect("it is recorded");
    }
}

async fn asked(database: &Database, asked: Asked, limit: i64) -> Vec<Recorded> {
    let look = database.read(move |mut tx| Box::pin(async move { list(&mut tx, &asked, limit).await }));
    look.await.expect("readers read")
}

fn numbers(events: &[Recorded]) -> Vec<i64> {
    events.iter().map(|event| event.what["number"].as_i64().expect("a number")).collect()
}

const ROOM: &str = "room:1";
const LINES: &[Line] = &[
    (1, Action::RoomCreate, ROOM, Outcome::Done, 0),
    (1, Action::RoomLink, ROOM, Outcome::Done, 10),
    (2, Action::RoomLink, ROOM, Outcome::Refused, 20),
    (2, Action::SessionSignIn, "", Outcome::Failed, 20),
    (0, Action::GuestLapse, "room:2", Outcome::Done, 30),
    (1, Action::RoomLink, "room:2", Outcome::Done, 40),
    (1, Action::MessagePost, ROOM, Outcome::Done, 45),
    (1, Action::MessagePost, "room:2", Outcome::Done, 45),
];

async fn each_question_is_answered_and_the_newest_comes_first(ground: Ground) {
    let database = open(&ground).await;
    recorded(&database, LINES).await;
    let all = asked(&database, Asked::default(), 50).await;
    assert_eq!(numbers(&all), [7, 6, 5, 4, 3, 2, 1, 0]);
    let first = &all[7];
    assert_eq!((first.action.as_str(), first.subject.as_str(), first.at), ("room.create", ROOM, Timestamp(NOW)));
    assert_eq!((first.id, first.actor.id, first.actor.kind.as_str()), (Uuid::from_u128(100), Some(Uuid::from_u128(1)), "account"));
    assert_eq!((all[3].actor.id, all[3].actor.source.as_deref()), (None, Some("jobs")));
    assert_eq!(asked(&database, Asked::default(), 2).await.len(), 2);

    let room = || Some(ROOM.to_owned());
    let (one, two) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
    let (link, post) = (|| Some("room.link".to_owned()), || Some("message.post".to_owned()));
    let at = |at: i64| Some(Timestamp(NOW + at));
    let none = Asked::default;
    for (question, numbered) in [
        (Asked { actor: one, ..none() }, vec![5, 1, 0]), // messages apart
        (Asked { actor: one, action: post(), ..none() }, vec![7, 6]),
        (Asked { subject: room(), action: post(), ..none() }, vec![6]),
        (Asked { action: link(), ..none() }, vec![5, 2, 1]),
        (Asked { subject: room(), ..none() }, vec![2, 1, 0]),
        (Asked { outcome: Some(Outcome::Refused), ..none() }, vec![2]),
        (Asked { outcome: Some(Outcome::Failed), ..none() }, vec![3]),
        (Asked { outcome: Some(Outcome::Done), ..none() }, vec![7, 6, 5, 4, 1, 0]),
        (Asked { from: at(20), ..none() }, vec![7, 6, 5, 4, 3, 2]),
        (Asked { until: at(20), ..none() }, vec![3, 2, 1, 0]),
        (Asked { from: at(10), until: at(20), ..none() }, vec![3, 2, 1]),
        (Asked { until: at(-1), ..none() }, vec![]),
        (Asked { actor: one, subject: room(), ..none() }, vec![1, 0]),
        (Asked { actor: one, action: link(), from: at(11), ..none() }, vec![5]),
        (Asked { actor: two, outcome: Some(Outcome::Refused), action: link(), ..none() }, vec![2]),
        (Asked { subject: room(), outcome: Some(Outcome::Done), ..none() }, vec![1, 0]),
        (Asked { action: Some("room.create' OR TRUE --".into()), ..none() }, vec![]),
    ] {
        let what = format!("{question:?}");
        assert_eq!(numbers(&asked(&database, question, 50).await), numbered, "{what}");
    }
}

async fn pages_follow_each_other_also_when_the_clock_went_back(ground: Ground) {
    const BACK: &[Line] = &[
        (1, Action::RoomCreate, "", Outcome::Done, 50),
        (1, Action::RoomCreate, "", Outcome::Done, 50),
        (1, Action::RoomCreate, "", Outcome::Done, 20),
        (1, Action::RoomCreate, "", Outcome::Done, 50),
        (1, Action::RoomCreate, "", Outcome::Done, 30),
    ];
    let database = open(&ground).await;
    recorded(&database, BACK).await;
    for actor in [None, Some(Uuid::from_u128(1))] {
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let page = asked(&database, Asked { before, actor, until: Some(Timestamp(NOW + 50)), ..Asked::default() }, 2).await;
            let Some(last) = page.last() else { break };
            before = Some(last.place);
            seen.extend(numbers(&page));
        }
        assert_eq!(seen, [3, 1, 0, 4, 2]);
    }
    let nowhere = Asked { before: Some(i64::MAX), ..Asked::default() };
    let look = database.read(move |mut tx| Box::pin(async move { list(&mut tx, &nowhere, 2).await }));
    assert_eq!(look.await.expect_err("no such place").kind, Kind::Missing);
}

/// What an act says of itself is not how it ended.
async fn what_looks_like_an_outcome_is_none(ground: Ground) {
    let database = open(&ground).await;
    recorded(&database, &[(1, Action::RoomCreate, "", Outcome::Done, 0)]).await;
    assert_eq!(asked(&database, Asked { outcome: Some(Outcome::Refused), ..Asked::default() }, 50).await.len(), 0);
}

async fn one_recounts_at_a_time(ground: Ground) {
    let database = open(&ground).await;
    recorded(&database, LINES).await;
    Sequencer::new(database.clone()).catch_up(Timestamp(NOW)).await.expect("it grows");
    let recount = Recount::new(database);
    let (one, two) = futures::join!(recount.run(), recount.run());
    let report = one.expect("recounted");
    assert_eq!((report.events + report.tail, report.faults.len()), (LINES.len() as u64, 0));
    let late = two.expect_err("another one is at it");
    assert_eq!((late.kind, late.retry_after), (Kind::Flooding, Some(5)));
    recount.run().await.expect("and now it is free");
}
