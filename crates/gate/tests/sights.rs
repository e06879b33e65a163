//! Views, passes and signals: what is seen, for how long, and what is on record of it.

mod house;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use carillon_core::{Action, DataClass, Id, Kind, PersonId, Principal, Problem};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::{Change, Cx, Delivery, Done, Hint, Opening, Signal, Signals, Topic, View};
use carillon_policy::EMBEDDED;
use house::{SeeThings, house, nobody, person, policy, thing, until, verb, with_policy};
use serde_json::{json, value::to_raw_value};
use uuid::Uuid;

on_both_engines![
    a_view_sees_what_was_committed_and_what_the_decision_asks_for,
    what_is_sensitive_is_shown_only_on_record,
    a_pass_falls_when_what_it_stands_on_does,
    a_pass_falls_with_its_session,
    a_pass_that_could_not_ask_asks_again,
    a_pass_stands_however_much_is_told,
    whoever_looks_at_too_much_at_once_is_told_so,
];

async fn a_view_sees_what_was_committed_and_what_the_decision_asks_for(ground: Ground) {
    let (_, theirs) = EMBEDDED.iter().find(|(name, _)| *name == "account.rego").expect("there are accounts");
    let masked = "{\"allow\": true, \"reasons\": [\"account\"], \"obligations\": [\"mask\"]}";
    let text = theirs.replace("lib.allow(\"account\")", masked);
    let house = with_policy(ground, policy("account.rego", &text)).await;
    house.act(1, thing(3)).await.expect("done");
    let (things, obligations) = house.gate.see(&person(1), SeeThings).await.expect("seen");
    assert_eq!((things, obligations), (vec![3], vec!["mask".to_owned()]));
    assert_eq!(house.gate.see(&nobody(), SeeThings).await.expect_err("nobody").kind, Kind::Unauthenticated);
    assert_eq!(house.recorded().await.iter().filter(|event| event["outcome"] == "done").count(), 1, "to look is no change");
}

/// The same, of things that nobody may see unrecorded.
#[derive(Clone)]
struct SeeSecrets;
impl View for SeeSecrets {
    const ACTION: Action = Action::AccountList;
    const CLASS: DataClass = DataClass::Sensitive;
    type On = ();
    type Sight = Vec<i64>;

    fn subject(&self) -> String {
        "things:all".into()
    }
    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Vec<i64>, Problem> {
        SeeThings.show((), cx).await.map(|(things, _)| things)
    }
}

async fn what_is_sensitive_is_shown_only_on_record(ground: Ground) {
    let house = house(ground).await;
    house.act(1, thing(3)).await.expect("done");
    assert_eq!(house.gate.see(&person(2), SeeSecrets).await.expect("seen"), [3]);
    let recorded = house.recorded().await;
    let seen: Vec<_> = recorded.iter().filter(|event| event["action"] == "account.list").collect();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["subject"], &seen[0]["outcome"], &seen[0]["reasons"]),
        (&json!("things:all"), &json!("done"), &json!(["account"]))
    );
    assert_eq!(seen[0]["actor"]["id"], json!(Uuid::from_u128(2)));
}

/// Follows the things as long as one is not muted.
#[derive(Clone, Default)]
struct Follow {
    trouble: Arc<AtomicBool>,
}
impl View for Follow {
    const ACTION: Action = Action::RoomFollow;
    type On = serde_json::Value;
    type Sight = Vec<i64>;

    async fn load(&self, cx: &mut Cx<'_>) -> Result<serde_json::Value, Problem> {
        if self.trouble.load(SeqCst) {
            return Err(Problem::again("a disk that hiccups"));
        }
        let row = cx.tx.row("SELECT muted FROM mutes WHERE person = $1", &[&cx.who.person()]).await?;
        Ok(if row.is_some() { json!({}) } else { json!({ "membership": { "role": "member" } }) })
    }
    async fn show(self, _: serde_json::Value, cx: &mut Cx<'_>) -> Result<Vec<i64>, Problem> {
        SeeThings.show((), cx).await.map(|(things, _)| things)
    }
}
impl Opening for Follow {
    fn stands_on(&self, who: &Principal) -> Vec<Topic> {
        who.person().map(Topic::Person).into_iter().collect()
    }
}

fn put_out(who: PersonId, really: bool) -> house::Do {
    verb(move |cx| {
        Box::pin(async move {
            if really {
                cx.tx.run("INSERT INTO mutes (person, muted) VALUES ($1, TRUE)", &[&who]).await?;
            }
            Ok(Done::changed(0, Change::of("person", who, json!({}))).hint(Topic::Person(who), 1))
        })
    })
}

async fn a_pass_falls_when_what_it_stands_on_does(ground: Ground) {
    let house = house(ground).await;
    let ben = person(2);
    let me = ben.person().expect("a person");
    let (mut pass, sight) = house.gate.pass(&ben, Follow::default()).await.expect("a member");
    assert_eq!(sight, [0; 0]);
    house.act(1, thing(1)).await.expect("done");
    assert_eq!(pass.check().await.expect("it stands"), None, "nothing that it stands on has moved");
    house.act(1, put_out(me, false)).await.expect("done");
    let seen = until(async || pass.check().await.expect("it stands")).await;
    assert_eq!(seen, [1], "asked again");
    assert_eq!(pass.check().await.expect("it stands"), None);
    house.act(1, put_out(me, true)).await.expect("done");
    let fell = until(async || pass.check().await.err()).await;
    assert_eq!(fell.kind, Kind::Missing, "who may not see it, for whom it is not there");
    assert_eq!(pass.check().await.expect_err("it does not rise again").kind, Kind::Missing);
    assert_eq!(house.gate.pass(&ben, Follow::default()).await.map(drop).expect_err("nor anew").kind, Kind::Missing);
}

async fn a_pass_falls_with_its_session(ground: Ground) {
    let house = house(ground).await;
    let ben = person(2);
    let (mut pass, _) = house.gate.pass(&ben, Follow::default()).await.expect("a member");
    let session = ben.session().expect("a session");
    let end = verb(move |_| {
        Box::pin(async move { Ok(Done::changed(0, Change::of("session", session, json!({}))).hint(Topic::Session(session), 1)) })
    });
    house.gate.act(&ben, end).await.expect("done");
    let fell = until(async || pass.check().await.err()).await;
    assert_eq!(fell.kind, Kind::Unauthenticated);
    assert_eq!(pass.check().await.expect_err("for good").kind, Kind::Unauthenticated);
}

async fn a_pass_that_could_not_ask_asks_again(ground: Ground) {
    let house = house(ground).await;
    let ben = person(2);
    let opening = Follow::default();
    let trouble = opening.trouble.clone();
    let (mut pass, _) = house.gate.pass(&ben, opening).await.expect("a member");
    trouble.store(true, SeqCst);
    house.act(1, put_out(ben.person().expect("a person"), true)).await.expect("done");
    assert_eq!(until(async || pass.check().await.err()).await.kind, Kind::Again);
    trouble.store(false, SeqCst);
    assert_eq!(pass.check().await.expect_err("put out by now").kind, Kind::Missing);
}

async fn a_pass_stands_however_much_is_told(ground: Ground) {
    let house = house(ground).await;
    let (ben, hub) = (person(2), house.gate.hub());
    let (mut pass, _) = house.gate.pass(&ben, Follow::default()).await.expect("a member");
    let room = |number| Topic::Room(Id::new(Uuid::from_u128(number)));
    let mut rooms: Vec<_> = (0..20_000).map(|number| hub.listen(room(number))).collect();
    for number in 0..40_000 {
        hub.tell(Hint { topic: room(number), head: 1 });
    }
    for heads in &mut rooms {
        heads.changed().await.expect("the hub is there");
    }
    assert_eq!(pass.check().await.expect("its session has not ended"), None);
}

/// Sees nothing before it is told to.
struct Stare(Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>);
impl View for Stare {
    const ACTION: Action = Action::AccountList;
    type On = ();
    type Sight = ();

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        let _ = self.0.lock().expect("one at a time").recv();
        Ok(())
    }
    async fn show(self, (): (), _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
}

async fn whoever_looks_at_too_much_at_once_is_told_so(ground: Ground) {
    let house = house(ground).await;
    let (go_on, goes_on) = std::sync::mpsc::sync_channel::<()>(0);
    let goes_on = Arc::new(std::sync::Mutex::new(goes_on));
    let (ada, ben) = (person(1), person(2));
    let mut looks: Vec<_> = (0..128).map(|_| Box::pin(house.gate.see(&ada, Stare(goes_on.clone())))).collect();
    for look in &mut looks {
        assert!(futures::poll!(look).is_pending());
    }
    let problem = house.gate.see(&ada, SeeThings).await.expect_err("one too many");
    assert_eq!((problem.kind, problem.retry_after), (Kind::Flooding, Some(1)));
    let mut bens = std::pin::pin!(house.gate.see(&ben, SeeThings));
    assert!(futures::poll!(&mut bens).is_pending(), "ben waits like everybody");
    drop(go_on);
    for look in looks {
        look.await.expect("seen");
    }
    bens.await.expect("seen");
    house.gate.see(&ada, SeeThings).await.expect("there is room again");
}

#[tokio::test]
async fn signals_are_bounded_and_find_who_is_there() {
    let signals = Signals::default();
    let topic = Topic::Device(PersonId::new(Uuid::from_u128(1)), Id::new(Uuid::from_u128(2)));
    let signal = Signal { event: "call:signal", payload: to_raw_value(&json!({ "offer": "…" })).expect("JSON").into() };
    assert_eq!(signals.send(topic, &signal, None), Delivery::Nobody);
    let (mut one, mut other) = (signals.mailbox(), signals.mailbox());
    for mailbox in [&one, &other] {
        signals.follow(mailbox.number(), topic);
    }
    assert_eq!(signals.send(topic, &signal, Some(one.number())), Delivery::Taken);
    assert_eq!(other.next().await.event, "call:signal");
    assert!(futures::poll!(std::pin::pin!(one.next())).is_pending(), "nobody hears themselves");
    // Nobody reads: what has no room is told to the sender, and nothing grows.
    let taken = (0..1000).filter(|_| signals.send(topic, &signal, None) == Delivery::Taken).count();
    assert_eq!(taken, 256);
    assert_eq!(signals.send(topic, &signal, None), Delivery::Full);
    other.next().await;
    assert_eq!(signals.send(topic, &signal, None), Delivery::Taken, "one has room again");
    signals.unfollow(other.number(), topic);
    drop(one);
    assert_eq!(signals.send(topic, &signal, None), Delivery::Nobody);
}
