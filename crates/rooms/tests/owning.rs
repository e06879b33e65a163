//! Who owns a room, and who does when they go.

mod house;

use std::time::Duration;

use carillon_core::{Kind, PersonId, RoomId};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::{Topic, Way};
use carillon_rooms::{
    EventKind, GivenRole, RoomRole,
    verbs::{AddMember, ChangeMember, RemoveMember, RotateLink},
    views::{FollowRoom, SeeRoom},
};
use futures::future::join_all;
use house::{House, house, id, person, request};
use serde_json::json;
use uuid::Uuid;

on_both_engines![
    an_owner_makes_others_owners,
    a_room_has_one_owner_at_least,
    guests_strangers_and_members_change_nobody,
    when_the_last_owner_leaves_the_eldest_account_owns,
    where_only_guests_are_left_the_next_account_owns,
    a_room_of_closed_accounts_is_handed_over,
];

fn make(room: RoomId, member: PersonId, role: GivenRole) -> ChangeMember {
    ChangeMember { room, member, role }
}

impl House {
    async fn owners(&self, who: u128, room: RoomId) -> Vec<PersonId> {
        let members = self.see(who, SeeRoom { room }).await.expect("a member").members;
        members.iter().filter(|member| member.role == RoomRole::Owner).map(|member| member.id).collect()
    }
    async fn rotates(&self, who: u128, room: RoomId) -> bool {
        self.act(who, RotateLink { room, request_id: request() }).await.is_ok()
    }
}

async fn an_owner_makes_others_owners(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(3).await.summary.id;
    let heads = [Topic::Room(room), Topic::Member(room, id(2))].map(|topic| house.gate.hub().listen(topic));
    for _ in 0..2 {
        house.act(1, make(room, id(2), GivenRole::Owner)).await.expect("made an owner");
    }
    for mut head in heads {
        head.wait_for(|head| *head > 0).await.expect("the hub is there");
    }
    let changed = house.log(room).await.pop().expect("told");
    assert_eq!((changed.kind, changed.sender), (EventKind::MemberChanged, Some(id(1))));
    assert_eq!(changed.body, json!({ "member": id(2), "role": "owner" }));
    assert_eq!((house.owners(1, room).await, house.recorded("member.role").await), (vec![id(1), id(2)], 1));
    assert!(house.rotates(2, room).await);
    house.act(2, make(room, id(1), GivenRole::Member)).await.expect("made a member");
    assert_eq!((house.rotates(1, room).await, house.owners(1, room).await), (false, vec![id(2)]));
}

async fn a_room_has_one_owner_at_least(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(2).await.summary.id;
    let last = house.act(1, make(room, id(1), GivenRole::Member)).await.expect_err("the last");
    assert_eq!((last.kind, last.name), (Kind::Conflict, Some("last-owner")));
    house.act(1, make(room, id(2), GivenRole::Owner)).await.expect("made an owner");
    // Both make each other members at the same time: one is too late.
    let both = join_all([house.act(1, make(room, id(2), GivenRole::Member)), house.act(2, make(room, id(1), GivenRole::Member))]).await;
    assert_eq!(both.iter().filter(|done| done.is_ok()).count(), 1, "{both:?}");
    assert_eq!(house.owners(1, room).await.len(), 1);
}

async fn guests_strangers_and_members_change_nobody(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(2).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let guest = house.guest(&link, "Grace").await.expect("let in");
    let grace = guest.person().expect("a person");
    assert_eq!(house.act(1, make(room, grace, GivenRole::Owner)).await.expect_err("a guest").kind, Kind::Conflict);
    assert_eq!(house.act(1, make(room, id(3), GivenRole::Owner)).await.expect_err("no member").kind, Kind::Missing);
    assert_eq!(house.act(2, make(room, id(2), GivenRole::Owner)).await.expect_err("no owner").kind, Kind::Refused);
    assert_eq!(house.gate.act(&guest, make(room, grace, GivenRole::Owner)).await.expect_err("a guest").kind, Kind::Refused);
    assert_eq!(house.act(3, make(room, id(3), GivenRole::Owner)).await.expect_err("a stranger").kind, Kind::Missing);
    let input = json!({ "room": room, "member": grace, "role": "guest" });
    let way = Way::Post("/api/v1/rooms/{room}/members/{member}");
    assert_eq!(house.ask(&person(1), way, input).await.expect_err("nobody is made a guest").kind, Kind::Invalid);
    let direct = json!({ "requestId": Uuid::now_v7(), "account": id(2) });
    let direct = house.ask(&person(1), Way::Post("/api/v1/direct"), direct).await.expect("opened");
    let direct = RoomId::new(direct["room"]["id"].as_str().expect("an id").parse().expect("a UUID"));
    assert_eq!(house.act(1, make(direct, id(2), GivenRole::Owner)).await.expect_err("nobody owns it").kind, Kind::Refused);
}

async fn when_the_last_owner_leaves_the_eldest_account_owns(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(1).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    house.pass(Duration::from_secs(1));
    house.guest(&link, "Grace").await.expect("let in");
    for account in [3, 2] {
        house.pass(Duration::from_secs(1));
        house.act(1, AddMember { room, request_id: request(), account: id(account) }).await.expect("let in");
    }
    let (mut pass, _) = house.gate.pass(&person(2), FollowRoom { room, epoch: None, after: None }).await.expect("a member");
    house.act(1, RemoveMember { room, member: id(1) }).await.expect("she leaves");
    assert_eq!(house.owners(2, room).await, [id(3)], "whoever has been in it for the longest, and has an account");
    let log = house.see(2, house::page(room, None, None)).await.expect("seen").events;
    let [.., left, changed] = &log[..] else { panic!("{log:?}") };
    assert_eq!((left.kind, left.sender), (EventKind::MemberLeft, Some(id(1))));
    assert_eq!(
        (changed.kind, changed.sender, &changed.body),
        (EventKind::MemberChanged, None, &json!({ "member": id(3), "role": "owner" }))
    );
    assert!(house.rotates(3, room).await);
    assert!(pass.check().await.is_ok());
    // One of two owners leaves, and nothing else changes.
    house.act(3, make(room, id(2), GivenRole::Owner)).await.expect("made an owner");
    house.act(3, RemoveMember { room, member: id(3) }).await.expect("he leaves");
    let log = house.see(2, house::page(room, None, None)).await.expect("seen").events;
    assert_eq!((log.last().expect("an event").kind, house.owners(2, room).await), (EventKind::MemberLeft, vec![id(2)]));
}

async fn where_only_guests_are_left_the_next_account_owns(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(1).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let guest = house.guest(&link, "Grace").await.expect("let in");
    house.act(1, RemoveMember { room, member: id(1) }).await.expect("she leaves");
    let roles: Vec<RoomRole> =
        house.gate.see(&guest, SeeRoom { room }).await.expect("a member").members.iter().map(|member| member.role).collect();
    assert_eq!(roles, [RoomRole::Guest]);
    let enter = Way::Post("/api/v1/links/{link}/members");
    let entered = house.ask(&person(2), enter, json!({ "link": link, "requestId": Uuid::now_v7() })).await.expect("let in");
    assert_eq!(entered["room"]["members"][0]["role"], "owner");
    assert!(house.rotates(2, room).await);
    let log = house.see(2, house::page(room, None, None)).await.expect("seen").events;
    assert_eq!(log.last().expect("an event").kind, EventKind::MemberChanged);
}

async fn a_room_of_closed_accounts_is_handed_over(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(3).await.summary.id;
    let alone = house.room(1).await.summary.id;
    let admin = carillon_core::Principal::Account {
        id: id(99),
        role: carillon_core::Role::Admin,
        session: carillon_core::Id::new(Uuid::from_u128(1099)),
        device: carillon_core::Id::new(Uuid::from_u128(2099)),
    };
    carillon_rooms::keep(&house.gate).await.expect("kept");
    assert_eq!(house.owners(2, room).await, [id(1)], "as long as her account is open");
    house.gate.act(&admin, carillon_identity::verbs::CloseAccount { account: id(1) }).await.expect("closed");
    for _ in 0..2 {
        assert!(!carillon_rooms::keep(&house.gate).await.expect("kept"));
    }
    assert!(house.rotates(2, room).await);
    assert_eq!((house.owners(2, room).await, house.recorded("member.handOver").await), (vec![id(1), id(2)], 1));
    let changed = house.see(2, house::page(room, None, None)).await.expect("seen").events.pop().expect("an event");
    assert_eq!((changed.kind, changed.sender), (EventKind::MemberChanged, None));
    assert_eq!(house.owners(1, alone).await, [id(1)], "where nobody else is, nothing is to be done");
}
