//! Whoever has an account comes in by a room's link as a member, and stays who they are.

mod house;

use carillon_core::Kind;
use carillon_db::{on_both_engines, testing::Ground};
use carillon_gate::{Topic, Way};
use carillon_rooms::{
    EventKind, RoomRole,
    verbs::{RemoveMember, RotateLink},
    views::{ListRooms, SeeRoom},
};
use futures::future::join_all;
use house::{House, house, id, nobody, person, request};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_engines![
    an_account_enters_by_the_link_as_a_member,
    whoever_is_in_already_stays_as_they_are,
    to_enter_many_times_at_once_is_to_enter_once,
    a_request_of_before_brings_nobody_back,
    a_dead_link_opens_nothing,
    guests_and_nobody_do_not_enter_as_members,
];

const ENTER: Way = Way::Post("/api/v1/links/{link}/members");

fn by(link: &str, request: Uuid) -> Value {
    json!({ "link": link, "requestId": request })
}

impl House {
    async fn enter(&self, who: u128, link: &str) -> Result<Value, carillon_core::Problem> {
        self.ask(&person(who), ENTER, by(link, Uuid::now_v7())).await
    }
}

async fn an_account_enters_by_the_link_as_a_member(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(1).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let topics = [Topic::Room(room), Topic::Person(id(2)), Topic::Member(room, id(2))];
    let heads = topics.map(|topic| house.gate.hub().listen(topic));
    assert_eq!(house.see(2, SeeRoom { room }).await.map(drop).expect_err("not yet").kind, Kind::Missing);
    let entered = house.enter(2, &link).await.expect("let in");
    assert_eq!((&entered["room"]["id"], &entered["room"]["name"]), (&json!(room), &json!("standup")));
    assert_eq!(entered["room"]["link"], json!(link), "members see it");
    let seen = house.see(2, SeeRoom { room }).await.expect("a member");
    let ben = seen.members.iter().find(|member| member.id == id(2)).expect("listed");
    assert_eq!((ben.name.as_str(), ben.kind.as_str(), ben.role), ("ben", "account", RoomRole::Member));
    let joined = house.log(room).await.pop().expect("told");
    assert_eq!((joined.kind, joined.sender), (EventKind::MemberJoined, Some(id(2))));
    assert_eq!(joined.body, json!({ "member": id(2), "name": "ben", "kind": "account" }));
    for mut head in heads {
        head.wait_for(|head| *head > 0).await.expect("the hub is there");
    }
    house.say(2, room, "hello").await.expect("said");
    assert_eq!(house.see(2, ListRooms { after: None, limit: None }).await.expect("seen").rooms.len(), 1);
    assert_eq!(house.recorded("member.enter").await, 1);
}

async fn whoever_is_in_already_stays_as_they_are(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(2).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let head = house.log(room).await.len();
    for who in [1, 2] {
        let entered = house.enter(who, &link).await.expect("is in");
        assert_eq!(entered["room"]["id"], json!(room));
    }
    let roles: Vec<RoomRole> = house.see(1, SeeRoom { room }).await.expect("seen").members.iter().map(|member| member.role).collect();
    assert_eq!(roles, [RoomRole::Owner, RoomRole::Member]);
    assert_eq!((house.log(room).await.len(), house.recorded("member.enter").await), (head, 0));
}

async fn to_enter_many_times_at_once_is_to_enter_once(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(1).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let same = Uuid::now_v7();
    let requests = (0..8).map(|number| if number % 2 == 0 { same } else { Uuid::now_v7() });
    let ben = person(2);
    let answers = join_all(requests.map(|request| house.ask(&ben, ENTER, by(&link, request)))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let joined = house.log(room).await.into_iter().filter(|event| event.kind == EventKind::MemberJoined).count();
    assert_eq!((joined, house.recorded("member.enter").await), (1, 1));
    assert_eq!(house.database.counters().rerun.load(std::sync::atomic::Ordering::Relaxed), 0, "they waited for each other");
}

async fn a_request_of_before_brings_nobody_back(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(1).await;
    let (link, room) = (view.link.expect("owners see it"), view.summary.id);
    let before = Uuid::now_v7();
    house.ask(&person(2), ENTER, by(&link, before)).await.expect("let in");
    house.act(2, RemoveMember { room, member: id(2) }).await.expect("he leaves");
    assert_eq!(house.ask(&person(2), ENTER, by(&link, before)).await.expect_err("has left").kind, Kind::Conflict);
    assert_eq!(house.see(2, SeeRoom { room }).await.map(drop).expect_err("outside").kind, Kind::Missing);
    house.enter(2, &link).await.expect("a new request");
    house.see(2, SeeRoom { room }).await.expect("a member");
}

async fn a_dead_link_opens_nothing(ground: Ground) {
    let house = house(ground).await;
    let view = house.room(1).await;
    let (old, room) = (view.link.expect("owners see it"), view.summary.id);
    let new = house.act(1, RotateLink { room, request_id: request() }).await.expect("made").link;
    for dead in [old.as_str(), "nonsense", ""] {
        assert_eq!(house.enter(2, dead).await.expect_err("dead").kind, Kind::Missing, "{dead}");
    }
    // The link is replaced while somebody enters: it is one or the other.
    let (entered, rotated) = tokio::join!(house.enter(2, &new), house.act(1, RotateLink { room, request_id: request() }));
    rotated.expect("made");
    let inside = house.see(2, SeeRoom { room }).await.is_ok();
    assert_eq!(entered.map(drop).map_err(|problem| problem.kind), if inside { Ok(()) } else { Err(Kind::Missing) });
}

async fn guests_and_nobody_do_not_enter_as_members(ground: Ground) {
    let house = house(ground).await;
    let (mine, other) = (house.room(1).await.link.expect("owners see it"), house.room(1).await.link.expect("owners see it"));
    let guest = house.guest(&mine, "Grace").await.expect("let in");
    for (who, link, kind) in [(&guest, &other, Kind::Refused), (&guest, &mine, Kind::Refused), (&nobody(), &mine, Kind::Unauthenticated)] {
        assert_eq!(house.ask(who, ENTER, by(link, Uuid::now_v7())).await.expect_err("no account").kind, kind);
    }
    assert_eq!(house.recorded("member.enter").await, 0);
}
