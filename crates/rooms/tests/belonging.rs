//! Who belongs to a room: members, the two of a direct room, guests by link; and who no longer does.

mod house;

use std::{collections::BTreeSet, time::Duration};

use carillon_core::{Id, Kind, PersonId, RoomId};
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::Way;
use carillon_rooms::{
    EventKind, GivenRole, RoomKind, RoomRole,
    verbs::{AddMember, ChangeMember, PostMessage, RemoveMember, RotateLink},
    views::{FollowRoom, ListRooms, SeeLink, SeeRoom, Typing},
};
use futures::future::join_all;
use house::{House, house, id, nobody, page, person, request, text, until};
use serde_json::json;
use tokio_postgres::NoTls;
use uuid::Uuid;

on_both_engines![
    two_who_open_it_at_once_have_one_direct_room,
    a_direct_room_is_for_these_two,
    a_guest_comes_by_the_link,
    a_new_link_kills_the_old_one,
    whoever_is_put_out_hears_nothing_more,
    to_let_in_twice_is_to_let_in_once,
    a_foreign_room_is_as_one_that_is_not_there,
    the_members_are_owners_then_accounts_then_guests,
];

async fn open_direct(house: &House, who: u128, with: u128, request: Uuid) -> Result<RoomId, carillon_core::Problem> {
    let input = json!({ "requestId": request, "account": id(with) });
    let opened = house.ask(&person(who), Way::Post("/api/v1/direct"), input).await?;
    Ok(Id::new(opened["room"]["id"].as_str().expect("an id").parse().expect("a UUID")))
}

async fn two_who_open_it_at_once_have_one_direct_room(ground: Ground) {
    let house = house(ground).await;
    let opened = join_all((0..8).map(|number| open_direct(&house, 1 + number % 2, 2 - number % 2, Uuid::now_v7()))).await;
    let rooms: BTreeSet<RoomId> = opened.into_iter().map(|room| room.expect("opened")).collect();
    assert_eq!((rooms.len(), house.recorded("direct.open").await), (1, 1));
    assert_eq!(house.database.counters().rerun.load(std::sync::atomic::Ordering::Relaxed), 0, "they waited for each other");
    let room = *rooms.first().expect("a room");
    for (who, name) in [(1, "ben"), (2, "ada")] {
        let seen = house.see(who, SeeRoom { room }).await.expect("a member");
        assert_eq!((seen.summary.name.as_str(), seen.summary.kind, seen.link), (name, RoomKind::Direct, None));
        assert_eq!(seen.members.iter().map(|member| member.id).collect::<BTreeSet<_>>(), BTreeSet::from([id(1), id(2)]));
        let listed = house.see(who, ListRooms { after: None, limit: None }).await.expect("seen").rooms;
        assert_eq!((listed.len(), listed[0].name.as_str()), (1, name));
    }
}

async fn a_direct_room_is_for_these_two(ground: Ground) {
    let house = house(ground).await;
    assert_eq!(open_direct(&house, 1, 1, Uuid::now_v7()).await.expect_err("oneself").kind, Kind::Refused);
    assert_eq!(open_direct(&house, 1, 404, Uuid::now_v7()).await.expect_err("nobody").kind, Kind::Missing);
    let request_id = Uuid::now_v7();
    let room = open_direct(&house, 1, 2, request_id).await.expect("opened");
    assert_eq!(open_direct(&house, 1, 3, request_id).await.expect_err("another's request").kind, Kind::Conflict);
    let add = AddMember { room, request_id: request(), account: id(3) };
    assert_eq!(house.act(1, add).await.expect_err("for ever these two").kind, Kind::Refused);
    for (who, member) in [(1, 1), (1, 2)] {
        assert_eq!(house.act(who, RemoveMember { room, member: id(member) }).await.expect_err("for ever").kind, Kind::Refused);
    }
    assert_eq!(house.act(1, RotateLink { room, request_id: request() }).await.map(drop).expect_err("no link").kind, Kind::Refused);
}

async fn a_guest_comes_by_the_link(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(2).await;
    let (link, room) = (room.link.expect("owners see it"), room.summary.id);
    let seen = house.gate.see(&nobody(), SeeLink { link: link.clone() }).await.expect("the link is the right");
    assert_eq!((seen.room, seen.room_name.as_str(), seen.host_name.as_deref()), (room, "standup", Some("ada")));
    let guest = house.guest(&link, "Grace").await.expect("let in");
    let me = guest.person().expect("a person");
    let seen = house.gate.see(&guest, SeeRoom { room }).await.expect("a member");
    assert_eq!(seen.link, None, "guests do not hand it on");
    let grace = seen.members.iter().find(|member| member.id == me).expect("listed");
    assert_eq!((grace.name.as_str(), grace.kind.as_str(), grace.role), ("Grace", "guest", RoomRole::Guest));
    house.gate.act(&guest, PostMessage { room, request_id: request(), text: text("hello") }).await.expect("said");
    let joined = house.log(room).await.into_iter().find(|event| event.sender == Some(me)).expect("told");
    assert_eq!((joined.kind, joined.body), (EventKind::MemberJoined, json!({ "member": me, "name": "Grace", "kind": "guest" })));
    // What a guest may not: others' affairs, and the link.
    let add = AddMember { room, request_id: request(), account: id(3) };
    assert_eq!(house.gate.act(&guest, add).await.map(drop).expect_err("a guest").kind, Kind::Refused);
    assert_eq!(
        house.gate.act(&guest, RotateLink { room, request_id: request() }).await.map(drop).expect_err("a guest").kind,
        Kind::Refused
    );
    assert_eq!(house.gate.act(&guest, RemoveMember { room, member: id(2) }).await.map(drop).expect_err("a guest").kind, Kind::Refused);
    let other = house.room(1).await.summary.id;
    assert_eq!(house.gate.see(&guest, page(other, None, None)).await.map(drop).expect_err("another room").kind, Kind::Missing);
    assert_eq!(house.guest("nonsense", "Grace").await.expect_err("no link").kind, Kind::Missing);
}

async fn a_new_link_kills_the_old_one(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(2).await;
    let (old, room) = (room.link.expect("owners see it"), room.summary.id);
    let guest = house.guest(&old, "Grace").await.expect("let in");
    assert_eq!(house.act(2, RotateLink { room, request_id: request() }).await.map(drop).expect_err("no owner").kind, Kind::Refused);
    let new = house.act(1, RotateLink { room, request_id: request() }).await.expect("made").link;
    assert_ne!(new, old);
    assert_eq!(house.guest(&old, "Heidi").await.expect_err("the old one").kind, Kind::Missing);
    house.guest(&new, "Heidi").await.expect("the new one");
    house.gate.see(&guest, SeeRoom { room }).await.expect("who is in stays in");
}

async fn a_foreign_room_is_as_one_that_is_not_there(ground: Ground) {
    let house = house(ground).await;
    let foreign = house.room(2).await.summary.id;
    let direct = open_direct(&house, 1, 2, Uuid::now_v7()).await.expect("opened");
    for room in [foreign, direct, Id::new(Uuid::now_v7())] {
        let typing = Typing { room };
        let follow = FollowRoom { room, epoch: None, after: None };
        let (member, account) = (id(1), id(3));
        for told in [
            house.see(3, SeeRoom { room }).await.map(drop),
            house.see(3, page(room, None, None)).await.map(drop),
            house.see(3, typing).await.map(drop),
            house.gate.pass(&person(3), follow).await.map(drop),
            house.say(3, room, "hello?").await.map(drop),
            house.act(3, AddMember { room, request_id: request(), account }).await.map(drop),
            house.act(3, RemoveMember { room, member }).await.map(drop),
            house.act(3, ChangeMember { room, member: id(3), role: GivenRole::Owner }).await.map(drop),
            house.act(3, RotateLink { room, request_id: request() }).await.map(drop),
        ] {
            let problem = told.expect_err("a stranger");
            assert_eq!(
                (problem.kind, problem.name, problem.detail.as_ref()),
                (Kind::Missing, None, "there is no such room, or you may not see it")
            );
        }
    }
    // It is on record all the same.
    house.gate.flush_refusals().await;
    assert!(house.recorded_as("refused", "room.see").await >= 1);
}

async fn the_members_are_owners_then_accounts_then_guests(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await;
    let (link, room) = (room.link.expect("owners see it"), room.summary.id);
    for name in ["Grace", "Heidi"] {
        house.pass(Duration::from_secs(1));
        house.guest(&link, name).await.expect("let in");
    }
    for account in [2, 3] {
        house.pass(Duration::from_secs(1));
        house.act(1, AddMember { room, request_id: request(), account: id(account) }).await.expect("let in");
    }
    house.act(1, ChangeMember { room, member: id(3), role: GivenRole::Owner }).await.expect("made an owner");
    let seen = house.see(1, SeeRoom { room }).await.expect("seen");
    let names: Vec<&str> = seen.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["ada", "cleo", "ben", "Grace", "Heidi"], "however many guests there are, they hide nobody");
}

/// The link is replaced between the look at it and the change: on SQLite nobody comes in between.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_by_a_link_that_is_being_replaced() {
    let house = house(Ground::postgres().await).await;
    let room = house.room(1).await;
    let (link, room) = (room.link.expect("owners see it"), room.summary.id);
    let (beside, connection) = tokio_postgres::connect(&house.ground.config.url, NoTls).await.expect("PostgreSQL answers");
    tokio::runtime::Handle::current().spawn(connection);
    beside.batch_execute(&format!("BEGIN; UPDATE rooms SET link = 'another' WHERE id = '{room}'")).await.expect("done");
    let mut entering = Box::pin(house.guest(&link, "Grace"));
    let waits = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    until(async || {
        let _ = futures::poll!(&mut entering);
        let waiting: i64 = beside.query_one(waits, &[]).await.expect("a count").get(0);
        (waiting == 1).then_some(())
    })
    .await;
    beside.batch_execute("COMMIT").await.expect("replaced");
    assert_eq!(entering.await.expect_err("too late").kind, Kind::Missing);
    assert_eq!(house.see(1, SeeRoom { room }).await.expect("a member").members.len(), 1);
}

async fn whoever_is_put_out_hears_nothing_more(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(3).await.summary.id;
    let follow = FollowRoom { room, epoch: None, after: None };
    let (mut bens, _) = house.gate.pass(&person(2), follow.clone()).await.expect("a member");
    let (mut cleos, _) = house.gate.pass(&person(3), follow.clone()).await.expect("a member");
    assert_eq!(house.act(3, RemoveMember { room, member: id(2) }).await.map(drop).expect_err("no owner").kind, Kind::Refused);
    for _ in 0..2 {
        house.act(1, RemoveMember { room, member: id(2) }).await.expect("put out, once");
    }
    assert_eq!(until(async || bens.check().await.err()).await.kind, Kind::Missing);
    cleos.check().await.expect("she stays");
    assert_eq!(house.say(2, room, "hello?").await.expect_err("put out").kind, Kind::Missing);
    house.act(3, RemoveMember { room, member: id(3) }).await.expect("she leaves");
    let left: Vec<_> =
        house.log(room).await.into_iter().filter(|event| event.kind == EventKind::MemberLeft).map(|event| event.body).collect();
    assert_eq!(left, [json!({ "member": id(2), "removedBy": id(1) }), json!({ "member": id(3) })]);
    assert_eq!(house.recorded("member.remove").await, 2);
    house.act(1, AddMember { room, request_id: request(), account: id(2) }).await.expect("let in again");
    house.say(2, room, "hello again").await.expect("said");
    assert!(bens.check().await.expect("it stands again").is_some());
}

async fn to_let_in_twice_is_to_let_in_once(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await.summary.id;
    let add = AddMember { room, request_id: request(), account: id(2) };
    let answers = join_all((0..8).map(|_| house.act(1, add.clone()))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    house.act(1, AddMember { request_id: request(), ..add.clone() }).await.expect("who is in stays");
    assert_eq!(house.recorded("member.add").await, 1);
    house.act(2, RemoveMember { room, member: id(2) }).await.expect("he leaves");
    house.act(1, add).await.expect("an answer that comes late");
    let members: Vec<PersonId> = house.see(1, SeeRoom { room }).await.expect("seen").members.iter().map(|member| member.id).collect();
    assert_eq!(members, [id(1)], "who has left is not brought back by a request of before");
    let nobody = AddMember { room, request_id: request(), account: id(404) };
    assert_eq!(house.act(1, nobody).await.map(drop).expect_err("no such account").kind, Kind::Missing);
}
