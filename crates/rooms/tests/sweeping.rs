//! Each second the process asks where the rooms stand that somebody follows: once, however many they are.

mod house;

use carillon_core::{Id, Principal};
use carillon_db::testing::{self, Ground};
use carillon_rooms::views::SweepHeads;
use house::house;
use uuid::Uuid;

/// Alone in its process: it counts the statements of all.
#[tokio::test(flavor = "multi_thread")]
async fn where_many_rooms_stand_is_asked_once() {
    for ground in [Ground::sqlite(), Ground::postgres().await] {
        let house = house(ground).await;
        let mut rooms = Vec::new();
        for number in 1..=30 {
            let room = house.room(1).await.summary.id;
            if number % 3 == 0 {
                house.say(1, room, "hello").await.expect("said");
            }
            rooms.push(room);
        }
        rooms.push(Id::new(Uuid::from_u128(404)));
        let system = Principal::system("sweep");
        let before = testing::hits();
        let mut heads = house.gate.see(&system, SweepHeads { rooms: rooms.clone() }).await.expect("seen");
        assert_eq!(testing::hits() - before, 1, "one statement");
        heads.sort_unstable();
        let mut expected: Vec<_> = rooms[..30].iter().zip(1..).map(|(room, number)| (*room, 1 + i64::from(number % 3 == 0))).collect();
        expected.sort_unstable();
        assert_eq!(heads, expected);
        assert!(house.gate.see(&system, SweepHeads { rooms: Vec::new() }).await.expect("seen").is_empty());
    }
}
