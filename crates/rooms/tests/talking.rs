//! What is said in a room: once, in order, without a hole, and found again.

mod house;

use std::{collections::BTreeSet, num::NonZeroU32, sync::Arc};

use carillon_core::{Id, Kind, RoomId};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::{Engines, Topic, Way};
use carillon_platform::limits::{self, Limits, Rate};
use carillon_rooms::{
    EventKind, RoomName,
    verbs::{AddMember, CreateRoom, PostMessage, RemoveMember},
    views::{FollowRoom, ListLog},
};
use futures::future::join_all;
use house::{House, house, house_with, id, page, person, request, seqs, text};
use serde_json::json;
use uuid::Uuid;

on_both_engines![
    sixty_four_who_speak_at_once_leave_no_hole,
    the_same_request_by_eight_at_once_says_it_once,
    a_request_id_stands_for_one_thing,
    whoever_left_a_room_is_not_shown_it_for_having_opened_it,
    nobody_says_more_than_they_may_in_a_minute,
    the_same_room_opened_by_eight_at_once_is_one,
    the_log_is_read_by_pages,
    who_is_not_in_the_room_neither_speaks_nor_reads,
    who_follows_catches_up_from_their_cursor,
    what_was_said_is_not_on_record,
];

async fn sixty_four_who_speak_at_once_leave_no_hole(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(8).await.summary.id;
    let before = house.log(room).await.len() as i64;
    let mut heads = house.gate.hub().listen(Topic::Room(room));
    let posted = join_all((0..64).map(|number| {
        let house = &house;
        async move {
            let post = PostMessage { room, request_id: request(), text: text(&format!("number {number}")) };
            (post.request_id, house.act(1 + number % 8, post).await.expect("said"))
        }
    }))
    .await;
    let log = house.log(room).await;
    assert_eq!(seqs(&log), (1..=before + 64).collect::<Vec<_>>(), "dense, in order");
    for (request, posted) in &posted {
        let event = &log[posted.seq as usize - 1];
        assert_eq!((event.request_id, event.id, event.at, event.epoch), (Some(*request), posted.id, posted.at, posted.epoch));
    }
    assert_eq!(posted.iter().map(|(_, posted)| posted.id).collect::<BTreeSet<_>>().len(), 64);
    assert_eq!(house.recorded("message.post").await, 64);
    while *heads.borrow_and_update() < before + 64 {
        heads.changed().await.expect("the hub is there");
    }
}

async fn the_same_request_by_eight_at_once_says_it_once(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(2).await.summary.id;
    for who in [1, 2] {
        let post = PostMessage { room, request_id: Id::new(Uuid::from_u128(5)), text: text("hello") };
        let answers = join_all((0..8).map(|_| house.act(who, post.clone()))).await;
        let mut answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("said")).collect();
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
        for answer in &mut answers {
            answer.repeated = false;
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    let said = house.log(room).await.into_iter().filter(|event| event.kind == EventKind::MessagePosted).count();
    assert_eq!((said, house.recorded("message.post").await), (2, 2), "a request is its sender's own");
}

async fn a_request_id_stands_for_one_thing(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await.summary.id;
    let post = PostMessage { room, request_id: request(), text: text("hello") };
    let add = AddMember { room, request_id: request(), account: id(2) };
    let first = house.act(1, post.clone()).await.expect("said");
    house.act(1, add.clone()).await.expect("let in");
    let again = house.act(1, post.clone()).await.expect("the same");
    assert_eq!((again.seq, again.repeated), (first.seq, true));
    house.act(1, add.clone()).await.expect("the same");
    let head = house.log(room).await.len();
    // Nothing that did not happen looks as if it had.
    let other = PostMessage { text: text("something else"), ..post.clone() };
    assert_eq!(house.act(1, other).await.expect_err("another text").kind, Kind::Conflict);
    let other = PostMessage { request_id: add.request_id, ..post.clone() };
    assert_eq!(house.act(1, other).await.expect_err("that let Ben in").kind, Kind::Conflict);
    for (request_id, account) in [(post.request_id, id(3)), (add.request_id, id(3))] {
        let other = AddMember { room, request_id, account };
        assert_eq!(house.act(1, other).await.expect_err("something else").kind, Kind::Conflict);
    }
    assert_eq!(house.log(room).await.len(), head);
    let name = |name: &str| RoomName::try_from(name.to_owned()).expect("it fits");
    let create = CreateRoom { request_id: request(), name: name("one") };
    house.act(1, create.clone()).await.expect("opened");
    let other = CreateRoom { name: name("another"), ..create.clone() };
    assert_eq!(house.act(1, other).await.map(drop).expect_err("another room").kind, Kind::Conflict);
}

async fn whoever_left_a_room_is_not_shown_it_for_having_opened_it(ground: Ground) {
    let house = house(ground).await;
    let create = CreateRoom { request_id: request(), name: RoomName::try_from("standup".to_owned()).expect("it fits") };
    let room = house.act(1, create.clone()).await.expect("opened").room.summary.id;
    house.act(1, AddMember { room, request_id: request(), account: id(2) }).await.expect("let in");
    house.act(1, RemoveMember { room, member: id(1) }).await.expect("she leaves");
    assert_eq!(house.act(1, create).await.map(drop).expect_err("outside").kind, Kind::Conflict);
}

async fn nobody_says_more_than_they_may_in_a_minute(ground: Ground) {
    let rate = Rate { per_minute: NonZeroU32::MIN, burst: NonZeroU32::new(3).expect("three") };
    let limits = Arc::new(Limits::new(&limits::Config { messages: rate, ..limits::Config::default() }));
    let house = house_with(ground, Engines::default().with(limits)).await;
    let room = house.room(2).await.summary.id;
    for words in ["one", "two", "three"] {
        house.say(1, room, words).await.expect("said");
    }
    let flooding = house.say(1, room, "four").await.expect_err("too much");
    assert_eq!((flooding.kind, flooding.retry_after.is_some()), (Kind::Flooding, true));
    house.say(2, room, "hello").await.expect("others speak as before");
}

async fn the_same_room_opened_by_eight_at_once_is_one(ground: Ground) {
    let house = house(ground).await;
    let create = CreateRoom { request_id: request(), name: RoomName::try_from("standup".to_owned()).expect("it fits") };
    let answers = join_all((0..8).map(|_| house.act(1, create.clone()))).await;
    let rooms: BTreeSet<RoomId> = answers.into_iter().map(|answer| answer.expect("opened").room.summary.id).collect();
    assert_eq!((rooms.len(), house.recorded("room.create").await), (1, 1));
}

async fn the_log_is_read_by_pages(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await.summary.id;
    for number in 2..=120 {
        assert_eq!(house.say(1, room, &format!("{number}")).await.expect("said").seq, number);
    }
    let read = |after: Option<i64>, until: Option<i64>, before: Option<i64>, limit: Option<i64>| {
        let view = ListLog { room, after, until, before, limit };
        async { house.see(1, view).await.map(|page| (seqs(&page.events), page.head)) }
    };
    let range = |from: i64, to: i64| (from..=to).collect::<Vec<_>>();
    assert_eq!(read(None, None, None, None).await.expect("seen"), (range(71, 120), 120), "the last fifty");
    assert_eq!(read(None, None, Some(71), Some(50)).await.expect("seen").0, range(21, 70), "those before");
    assert_eq!(read(Some(0), None, None, Some(3)).await.expect("seen").0, [1, 2, 3]);
    assert_eq!(read(Some(40), Some(45), None, None).await.expect("seen").0, range(41, 45), "a gap");
    assert_eq!(read(Some(120), None, None, None).await.expect("seen").0, [0; 0]);
    assert_eq!(read(Some(i64::MAX), None, None, None).await.expect("seen").0, [0; 0]);
    assert_eq!(read(None, Some(i64::MAX), Some(i64::MAX), Some(1)).await.expect("seen").0, [120]);
    for (after, limit) in [(None, Some(0)), (None, Some(201)), (None, Some(-1)), (Some(-1), None)] {
        assert_eq!(read(after, None, None, limit).await.expect_err("out of bounds").kind, Kind::Invalid, "{after:?} {limit:?}");
    }
}

async fn who_is_not_in_the_room_neither_speaks_nor_reads(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(2).await.summary.id;
    assert_eq!(house.say(3, room, "let me in").await.expect_err("a stranger").kind, Kind::Missing);
    assert_eq!(house.see(3, page(room, None, None)).await.expect_err("a stranger").kind, Kind::Missing);
    assert_eq!(house.gate.see(&house::nobody(), page(room, None, None)).await.expect_err("nobody").kind, Kind::Unauthenticated);
    let nowhere = Id::new(Uuid::from_u128(404));
    assert_eq!(house.say(1, nowhere, "anybody?").await.expect_err("no room").kind, Kind::Missing);
    assert_eq!(house.see(1, page(nowhere, None, None)).await.expect_err("no room").kind, Kind::Missing);
    for (input, why) in [
        (json!({ "room": room, "requestId": Uuid::from_u128(1), "text": "a\0b" }), "U+0000"),
        (json!({ "room": room, "requestId": Uuid::from_u128(1), "text": "x".repeat(16 * 1024 + 1) }), "too long"),
        (json!({ "room": room, "requestId": Uuid::from_u128(1), "text": " " }), "blank"),
        (json!({ "room": room, "requestId": "7", "text": "x" }), "no UUID"),
        (json!({ "room": room, "text": "x" }), "no request id"),
        (json!({ "room": room, "requestId": Uuid::from_u128(1), "text": "x", "seq": 5 }), "unknown field"),
    ] {
        let said = house.ask(&person(1), Way::Event("room:send"), input).await;
        assert_eq!(said.expect_err(why).kind, Kind::Invalid, "{why}");
    }
    let longest = json!({ "room": room, "requestId": Uuid::from_u128(1), "text": "é".repeat(8 * 1024) });
    house.ask(&person(1), Way::Event("room:send"), longest).await.expect("16 KiB fit");
}

async fn who_follows_catches_up_from_their_cursor(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await.summary.id;
    for number in 2..=450 {
        house.say(1, room, &format!("{number}")).await.expect("said");
    }
    let epoch = house.log(room).await[0].epoch;
    let follow = |house: &House, epoch: Option<Uuid>, after: Option<i64>| {
        let (gate, opening) = (house.gate.clone(), FollowRoom { room, epoch, after });
        async move {
            let (_, caught) = gate.pass(&person(1), opening).await.expect("a member");
            let seqs = seqs(&caught.events);
            (seqs.first().copied(), seqs.last().copied(), caught.limited, caught.reset)
        }
    };
    assert_eq!(follow(&house, None, None).await, (Some(251), Some(450), false, false), "the last events");
    assert_eq!(follow(&house, Some(epoch), Some(440)).await, (Some(441), Some(450), false, false));
    assert_eq!(follow(&house, Some(epoch), Some(450)).await, (None, None, false, false), "nothing is new");
    assert_eq!(follow(&house, Some(epoch), Some(250)).await, (Some(251), Some(450), false, false));
    assert_eq!(follow(&house, Some(epoch), Some(249)).await, (Some(250), Some(449), true, false), "more than a page");
    assert_eq!(follow(&house, Some(epoch), Some(0)).await, (Some(1), Some(200), true, false));
    assert_eq!(follow(&house, Some(epoch), Some(451)).await, (Some(251), Some(450), false, true), "beyond the head");
    assert_eq!(follow(&house, Some(Uuid::from_u128(1)), Some(440)).await, (Some(251), Some(450), false, true), "another epoch");
    let before_the_first = FollowRoom { room, epoch: None, after: Some(-1) };
    assert_eq!(house.gate.pass(&person(1), before_the_first).await.map(drop).expect_err("no place").kind, Kind::Invalid);
}

async fn what_was_said_is_not_on_record(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(2).await.summary.id;
    house.say(1, room, "a secret between us").await.expect("said");
    let look = house.database.read(|mut tx| {
        Box::pin(async move {
            let rows = tx.rows("SELECT body FROM events", &[]).await?;
            rows.iter().map(|row| row.get::<Vec<u8>>(0)).collect::<Result<Vec<_>, _>>()
        })
    });
    for body in look.await.expect("readers read") {
        let body = String::from_utf8(body).expect("a text");
        assert!(!body.contains("secret") && !body.contains("standup") && !body.contains("ben"), "{body}");
    }
    let chained = carillon_audit::verify(&house.database).await.expect("it can be read");
    assert_eq!((chained.tail, chained.faults.len()), (3, 0), "one event for each change");
}
