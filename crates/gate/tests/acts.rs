//! Acts: their ends, their record, and what becomes of those that break the rules.

mod house;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering::SeqCst},
    mpsc::sync_channel,
};

use carillon_core::{Action, Kind, PersonId, Principal, Problem};
use carillon_db::{EngineKind, on_both_engines, testing::Ground};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use house::{NOW, change, house, person, put, thing, until, verb};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

on_both_engines![
    a_change_is_kept_and_recorded_once,
    what_was_done_before_is_neither_written_nor_recorded_again,
    a_failure_that_must_be_kept_is,
    nothing_is_kept_without_a_change,
    only_the_state_of_legs_is_kept_unrecorded,
    a_swallowed_error_keeps_nothing,
    a_verb_that_panics_or_dawdles_harms_only_itself,
    a_slow_prepare_makes_nobody_wait,
    hints_come_after_the_commit_only,
    an_act_once_queued_finishes_whoever_leaves,
    a_mute_and_a_post_come_one_after_the_other,
];

async fn a_change_is_kept_and_recorded_once(ground: Ground) {
    let house = house(ground).await;
    assert_eq!(house.act(1, thing(5)).await.expect("done"), 5);
    assert_eq!(house.things().await, [5]);
    let recorded = house.recorded().await;
    let (at, version) = (NOW, carillon_policy::Policy::load(carillon_policy::EMBEDDED).expect("it compiles").version().to_owned());
    let id = recorded[0]["id"].clone();
    let actor = json!({ "device": Uuid::from_u128(2001), "id": Uuid::from_u128(1), "kind": "account", "session": Uuid::from_u128(1001) });
    let expected = json!({ "action": "room.create", "actor": actor, "at": at, "id": id, "outcome": "done", "policy": version,
                           "reasons": ["account"], "subject": "thing:5", "v": 1, "what": { "id": 5 } });
    assert_eq!(recorded, [expected]);
}

async fn what_was_done_before_is_neither_written_nor_recorded_again(ground: Ground) {
    let house = house(ground).await;
    let answer = house.act(
        1,
        verb(|cx| {
            Box::pin(async move {
                put(cx, 1).await?; // and forgets to say so
                Ok(Done::repeated(1))
            })
        }),
    );
    assert_eq!(answer.await.expect("the earlier answer"), 1);
    assert_eq!(house.things().await, [0; 0]);
    assert!(house.recorded().await.is_empty());
}

async fn a_failure_that_must_be_kept_is(ground: Ground) {
    let house = house(ground).await;
    let answer = house.act(
        1,
        verb(|cx| {
            Box::pin(async move {
                put(cx, 1).await?;
                Ok(Done::failed(Problem::unauthenticated("the password is wrong"), change(1)))
            })
        }),
    );
    assert_eq!(answer.await.expect_err("it failed").kind, Kind::Unauthenticated);
    assert_eq!(house.things().await, [1]);
    let recorded = house.recorded().await;
    assert_eq!((recorded.len(), &recorded[0]["outcome"]), (1, &json!("failed")));
}

async fn nothing_is_kept_without_a_change(ground: Ground) {
    let house = house(ground).await;
    let answer = house.act(
        1,
        verb(|cx| {
            Box::pin(async move {
                put(cx, 1).await?;
                Err(Problem::conflict("not today").named("not-today"))
            })
        }),
    );
    assert_eq!(answer.await.expect_err("a refusal").name, Some("not-today"));
    assert_eq!(house.things().await, [0; 0]);
    assert!(house.recorded().await.is_empty());
}

async fn only_the_state_of_legs_is_kept_unrecorded(ground: Ground) {
    let house = house(ground).await;
    let answer = house.act(
        1,
        verb(|cx| {
            Box::pin(async move {
                put(cx, 1).await?;
                Ok(Done::kept(1))
            })
        }),
    );
    assert_eq!(answer.await.expect_err("rooms are recorded").kind, Kind::Broken);
    assert_eq!(house.things().await, [0; 0]);
}

async fn a_swallowed_error_keeps_nothing(ground: Ground) {
    let house = house(ground).await;
    house.act(1, thing(1)).await.expect("done");
    for last in [true, false] {
        let answer = house.act(
            1,
            verb(move |cx| {
                Box::pin(async move {
                    put(cx, 2).await?;
                    let _ = put(cx, 1).await; // there is one
                    if !last {
                        let _ = put(cx, 3).await;
                    }
                    Ok(Done::changed(2, change(2)))
                })
            }),
        );
        answer.await.expect_err("a statement failed");
    }
    assert_eq!(house.things().await, [1]);
    assert_eq!(house.recorded().await.len(), 1);
}

async fn a_verb_that_panics_or_dawdles_harms_only_itself(ground: Ground) {
    let house = house(ground).await;
    let who = person(1);
    let panics = verb(|cx| {
        Box::pin(async move {
            put(cx, 1).await?;
            panic!("a panic that the story expects")
        })
    });
    let dawdles = verb(|cx| {
        Box::pin(async move {
            put(cx, 2).await?;
            std::future::pending::<()>().await;
            Ok(Done::changed(2, change(2)))
        })
    });
    let (panic, wait, well) = tokio::join!(house.gate.act(&who, panics), house.gate.act(&who, dawdles), house.gate.act(&who, thing(3)));
    assert_eq!(panic.expect_err("it panicked").kind, Kind::Broken);
    assert_eq!(wait.expect_err("it waited").kind, Kind::Broken);
    well.expect("nobody else is harmed");
    house.gate.act(&who, thing(4)).await.expect("nor afterwards");
    assert_eq!(house.things().await, [3, 4]);
    assert_eq!(house.recorded().await.len(), 2);
}

/// Waits in `prepare` for a word.
struct Slow(Option<tokio::sync::oneshot::Receiver<i64>>, i64);

impl Verb for Slow {
    const ACTION: Action = Action::RoomCreate;
    type On = ();
    type Answer = i64;

    async fn prepare(&mut self, _: &carillon_gate::Prep<'_>) -> Result<(), Problem> {
        let word = self.0.take().expect("once");
        self.1 = word.await.map_err(Problem::broken)?;
        Ok(())
    }
    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<i64>, Problem> {
        put(cx, self.1).await?;
        Ok(Done::changed(self.1, change(self.1)))
    }
}

async fn a_slow_prepare_makes_nobody_wait(ground: Ground) {
    let house = house(ground).await;
    let (say, word) = tokio::sync::oneshot::channel();
    let who = person(1);
    let mut slow = std::pin::pin!(house.gate.act(&who, Slow(Some(word), 0)));
    assert!(futures::poll!(&mut slow).is_pending());
    house.gate.act(&who, thing(1)).await.expect("nobody waits");
    say.send(2).expect("it waits");
    assert_eq!(slow.await.expect("done"), 2);
}

async fn hints_come_after_the_commit_only(ground: Ground) {
    let house = house(ground).await;
    let mut heads = house.gate.hub().listen(Topic::Person(PersonId::new(Uuid::from_u128(77))));
    let undone = verb(|cx| {
        Box::pin(async move {
            put(cx, 1).await?;
            let _ = put(cx, 1).await;
            Ok(Done::changed(1, change(1)).hint(Topic::Person(PersonId::new(Uuid::from_u128(77))), 1))
        })
    });
    house.act(1, undone).await.expect_err("a statement failed");
    house.act(1, thing(2)).await.expect("done");
    heads.changed().await.expect("the hub is there");
    assert_eq!(*heads.borrow_and_update(), 2, "the act that was undone told nobody");
    assert_eq!(house.things().await, [2], "who hears it sees it");
}

async fn an_act_once_queued_finishes_whoever_leaves(ground: Ground) {
    let house = house(ground).await;
    let who = person(1);
    for id in 0..10 {
        let mut act = Box::pin(house.gate.act(&who, thing(id)));
        let _ = futures::poll!(&mut act);
    }
    until(async || (house.things().await.len() == 10).then_some(())).await;
    assert_eq!(house.recorded().await.len(), 10);
}

/// A person as they stand in a room.
#[derive(Serialize)]
struct Standing {
    membership: serde_json::Value,
}

async fn standing(cx: &mut Cx<'_>, of: PersonId) -> Result<Standing, Problem> {
    let row = cx.tx.row("SELECT muted FROM mutes WHERE person = $1", &[&of]).await?;
    let muted = row.map(|row| row.get::<bool>(0)).transpose()?.unwrap_or_default();
    Ok(Standing { membership: json!({ "role": "owner", "muted": muted }) })
}

const ROOM: Uuid = Uuid::from_u128(4711);

struct Post(i64);
impl Verb for Post {
    const ACTION: Action = Action::MessagePost;
    type On = Standing;
    type Answer = ();
    fn locks(&self) -> Vec<Uuid> {
        vec![ROOM]
    }
    async fn load(&self, cx: &mut Cx<'_>) -> Result<Standing, Problem> {
        let me = cx.who.person().expect("a person posts");
        standing(cx, me).await
    }
    async fn apply(&self, _: Standing, cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        put(cx, self.0).await?;
        Ok(Done::changed((), change(self.0)))
    }
}

/// Mutes `0`, and takes its time.
struct Mute(PersonId, Arc<AtomicBool>, Arc<Mutex<std::sync::mpsc::Receiver<()>>>);
impl Verb for Mute {
    const ACTION: Action = Action::RoomCreate;
    type On = ();
    type Answer = ();
    fn locks(&self) -> Vec<Uuid> {
        vec![Uuid::from_u128(1), ROOM]
    }
    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<()>, Problem> {
        cx.tx.rows("INSERT INTO mutes (person, muted) VALUES ($1, TRUE) RETURNING muted", &[&self.0]).await?;
        self.1.store(true, SeqCst);
        // On SQLite the writer waits here, on PostgreSQL one of the test's threads.
        let _ = self.2.lock().expect("one mutes").recv();
        Ok(Done::changed((), Change::of("person", self.0, json!({ "muted": true }))))
    }
}

async fn a_mute_and_a_post_come_one_after_the_other(ground: Ground) {
    let house = house(ground).await;
    let (ben, owner) = (person(2), person(1));
    let me = ben.person().expect("a person");
    house.gate.act(&ben, Post(1)).await.expect("not muted yet");
    let (go_on, goes_on) = sync_channel(1);
    let begun = Arc::new(AtomicBool::new(false));
    let mute = Mute(me, begun.clone(), Arc::new(Mutex::new(goes_on)));
    let muting = tokio::runtime::Handle::current().spawn({
        let (gate, owner) = (house.gate.clone(), owner.clone());
        async move { gate.act(&owner, mute).await }
    });
    until(async || begun.load(SeqCst).then_some(())).await;
    // The mute is written and not committed: without the lock, the post would be decided on what was before.
    let mut post = std::pin::pin!(house.gate.act(&ben, Post(2)));
    assert!(futures::poll!(&mut post).is_pending());
    if house.database.kind() == EngineKind::Postgres {
        let waits = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        until(async || (house.numbers(waits).await == [1]).then_some(())).await;
    }
    go_on.send(()).expect("it waits");
    muting.await.expect("no panic").expect("muted");
    let problem = post.await.expect_err("muted by now");
    assert_eq!(problem.kind, Kind::Refused);
    assert!(problem.detail.contains("muted"), "{problem}");
    assert_eq!(house.things().await, [1]);
}

#[tokio::test]
async fn who_is_nobody_is_asked_to_sign_in() {
    let house = house(Ground::sqlite()).await;
    let who = Principal::Anonymous { address: None };
    assert_eq!(house.gate.act(&who, thing(1)).await.expect_err("nobody").kind, Kind::Unauthenticated);
}
