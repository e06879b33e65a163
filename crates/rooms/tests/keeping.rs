//! What does not grow for ever, and what is known after a restore.

mod house;

use std::time::Duration;

use carillon_core::{Kind, RoomId};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::Engines;
use carillon_rooms::{
    Config, EventKind, RoomName, keep, renew_epochs,
    verbs::{CreateRoom, RemoveMember},
    views::{FollowRoom, SeeRoom},
};
use house::{House, house, house_with, id, page, person, request};
use serde_json::json;

on_both_engines![
    a_guest_who_cannot_come_back_is_no_longer_listed,
    an_account_opens_so_many_rooms,
    a_room_takes_so_many_guests,
    after_a_restore_every_cursor_is_of_another_epoch,
];

const DAY: Duration = Duration::from_hours(24);

impl House {
    async fn names(&self, room: RoomId) -> Vec<String> {
        self.see(1, SeeRoom { room }).await.expect("seen").members.into_iter().map(|member| member.name).collect()
    }
    async fn opens(&self, name: &str) -> Result<RoomId, carillon_core::Problem> {
        let name = RoomName::try_from(name.to_owned()).expect("it fits");
        self.act(1, CreateRoom { request_id: request(), name }).await.map(|created| created.room.summary.id)
    }
}

async fn a_guest_who_cannot_come_back_is_no_longer_listed(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(2).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let grace = house.guest(&link, "Grace").await.expect("let in");
    let post = carillon_rooms::verbs::PostMessage { room, request_id: request(), text: house::text("hello") };
    house.gate.act(&grace, post).await.expect("said");
    house.pass(6 * DAY);
    house.guest(&link, "Heidi").await.expect("let in");
    assert!(!keep(&house.gate).await.expect("kept"));
    assert_eq!(house.names(room).await, ["ada", "ben", "Grace", "Heidi"], "she may still come back");
    house.pass(DAY + Duration::from_millis(1));
    for _ in 0..2 {
        assert!(!keep(&house.gate).await.expect("kept"));
    }
    assert_eq!(house.names(room).await, ["ada", "ben", "Heidi"]);
    assert_eq!(house.recorded("guest.lapse").await, 1);
    let log = house.log(room).await;
    let left = log.last().expect("told");
    let me = grace.person().expect("a person");
    assert_eq!((left.kind, left.sender, &left.body), (EventKind::MemberLeft, None, &json!({ "member": me })));
    assert!(log.iter().any(|event| event.kind == EventKind::MessagePosted && event.sender == Some(me)), "what she said stays");
    assert!(log.iter().any(|event| event.kind == EventKind::MemberJoined && event.body["name"] == "Grace"), "and so does her name");
}

async fn an_account_opens_so_many_rooms(ground: Ground) {
    let house = house_with(ground, Engines::default().with(Config { rooms_per_account: 2, ..Config::default() })).await;
    let first = house.opens("one").await.expect("opened");
    house.opens("two").await.expect("opened");
    let full = house.opens("three").await.expect_err("too many");
    assert_eq!((full.kind, full.name), (Kind::Conflict, Some("too-many-rooms")));
    house.act(1, RemoveMember { room: first, member: id(1) }).await.expect("she leaves");
    house.opens("three").await.expect("there is room again");
}

async fn a_room_takes_so_many_guests(ground: Ground) {
    let house = house_with(ground, Engines::default().with(Config { guests_per_room: 2, ..Config::default() })).await;
    let view = house.room(2).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let came = futures::future::join_all(["Grace", "Heidi", "Ivan", "Judy"].map(|name| house.guest(&link, name))).await;
    let full: Vec<_> = came.iter().filter_map(|came| came.as_ref().err()).map(|full| (full.kind, full.name)).collect();
    assert_eq!(full, [(Kind::Conflict, Some("room-full")); 2]);
    assert_eq!(house.names(room).await.len(), 4);
    let inside = came.into_iter().find_map(Result::ok).and_then(|guest| guest.person()).expect("a guest");
    house.act(1, RemoveMember { room, member: inside }).await.expect("put out");
    house.guest(&link, "Ivan").await.expect("there is room again");
}

async fn after_a_restore_every_cursor_is_of_another_epoch(ground: Ground) {
    let house = house(ground).await;
    let rooms = [house.room(2).await.summary.id, house.room(1).await.summary.id];
    let before = house.see(1, page(rooms[0], None, None)).await.expect("seen");
    assert_eq!(renew_epochs(&house.gate).await.expect("renewed"), 2);
    for room in rooms {
        let follow = FollowRoom { room, epoch: Some(before.epoch), after: Some(1) };
        let (_, caught) = house.gate.pass(&person(1), follow).await.expect("a member");
        assert!(caught.reset && caught.epoch != before.epoch);
        assert_eq!(caught.events.first().expect("from the beginning").seq, 1);
    }
    let said = house.say(1, rooms[0], "again").await.expect("said");
    assert_eq!((said.seq, said.epoch != before.epoch), (before.head + 1, true));
    assert_eq!(house.recorded("room.renew").await, 1);
}
