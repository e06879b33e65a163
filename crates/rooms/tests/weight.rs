//! Long messages: an answer is bounded by bytes, too, and nothing is lost by it.

mod house;

use carillon_db::{on_both_engines, testing::Ground};
use carillon_rooms::views::{FollowRoom, ListLog};
use house::{house, page, seqs};

on_both_engines![long_messages_make_short_pages, whoever_catches_up_with_long_messages_is_told_that_there_are_more];

const MOST: usize = 256 * 1024;

async fn long_messages_make_short_pages(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await.summary.id;
    for _ in 0..40 {
        house.say(1, room, &"é".repeat(8 * 1024)).await.expect("said");
    }
    for _ in 0..4 {
        house.say(1, room, &"\u{1}".repeat(16 * 1024)).await.expect("said");
    }
    // Forwards, and backwards, without a hole.
    let (mut there, mut pages) = (Vec::new(), Vec::new());
    while there.last() != Some(&45) {
        let seen = house.see(1, page(room, Some(there.last().copied().unwrap_or(0)), None)).await.expect("seen");
        pages.push(serde_json::to_string(&seen).expect("JSON").len());
        there.extend(seqs(&seen.events));
    }
    assert_eq!(there, (1..=45).collect::<Vec<_>>());
    let (mut back, mut before) = (Vec::new(), None);
    while before != Some(1) {
        let seen = house.see(1, ListLog { before, ..page(room, None, None) }).await.expect("seen");
        pages.push(serde_json::to_string(&seen).expect("JSON").len());
        before = seen.events.first().map(|event| event.seq);
        back.splice(0..0, seqs(&seen.events));
    }
    assert_eq!(back, there);
    assert!(pages.iter().all(|bytes| *bytes < MOST + 1024), "{pages:?}");
}

async fn whoever_catches_up_with_long_messages_is_told_that_there_are_more(ground: Ground) {
    let house = house(ground).await;
    let room = house.room(1).await.summary.id;
    for _ in 0..40 {
        house.say(1, room, &"x".repeat(16 * 1024)).await.expect("said");
    }
    let (mut after, mut limited) = (0, Vec::new());
    while after < 41 {
        let caught = house.see(1, FollowRoom { room, epoch: None, after: Some(after) }).await.expect("seen");
        assert!(caught.bytes() <= MOST, "{}", caught.bytes());
        assert_eq!(caught.events[0].seq, after + 1);
        after = caught.events.last().expect("some").seq;
        limited.push(caught.limited);
    }
    assert_eq!(limited, [true, true, false]);
    let fresh = house.see(1, FollowRoom { room, epoch: None, after: None }).await.expect("seen");
    assert_eq!((fresh.events.last().map(|event| event.seq), fresh.limited), (Some(41), false), "the last ones");
}
