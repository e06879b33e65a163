//! One story of what may be forgotten, for every engine; and what memory does when it is full.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::time::Duration;

use bytes::Bytes;
use carillon_platform::cache::{Cache, CacheError, Config};
use tokio::time::advance;

const MINUTE: Duration = Duration::from_mins(1);

fn text(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

#[tokio::test(start_paused = true)]
async fn what_is_put_is_there_until_its_time() {
    let cache = Cache::open(&Config::default()).await.unwrap();
    cache.put("a", text("1"), MINUTE).await.unwrap();
    cache.put("b", text("2"), 2 * MINUTE).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap(), Some(text("1")));
    cache.put("a", text("3"), MINUTE).await.unwrap();
    assert_eq!(cache.get("a").await.unwrap(), Some(text("3")));
    advance(MINUTE).await;
    assert_eq!((cache.get("a").await.unwrap(), cache.get("b").await.unwrap()), (None, Some(text("2"))));
    cache.delete("b").await.unwrap();
    assert_eq!(cache.get("b").await.unwrap(), None);

    assert!(!cache.swap("c", Some(b"x"), text("1"), MINUTE).await.unwrap());
    assert!(cache.swap("c", None, text("1"), MINUTE).await.unwrap());
    assert!(!cache.swap("c", None, text("2"), MINUTE).await.unwrap());
    assert!(cache.swap("c", Some(b"1"), text("2"), MINUTE).await.unwrap());
    assert_eq!(cache.get("c").await.unwrap(), Some(text("2")));

    assert_eq!(cache.increment("n", 2, MINUTE).await.unwrap(), 2);
    advance(MINUTE / 2).await;
    assert_eq!(cache.increment("n", 3, MINUTE).await.unwrap(), 5);
    advance(MINUTE / 2).await;
    assert_eq!(cache.increment("n", 1, MINUTE).await.unwrap(), 1, "the time counts from the first");
    cache.put("word", text("word"), MINUTE).await.unwrap();
    assert!(matches!(cache.increment("word", 1, MINUTE).await, Err(CacheError::NoCounter(_))));
}

#[tokio::test(start_paused = true)]
async fn when_there_is_no_room_what_would_expire_first_goes() {
    let few = Cache::open(&Config { max_entries: 2, ..Config::default() }).await.unwrap();
    few.put("short", text("1"), MINUTE).await.unwrap();
    few.put("long", text("2"), 3 * MINUTE).await.unwrap();
    few.put("new", text("3"), 2 * MINUTE).await.unwrap();
    assert_eq!(few.get("short").await.unwrap(), None);
    assert!(few.get("long").await.unwrap().is_some() && few.get("new").await.unwrap().is_some());

    let small = Cache::open(&Config { max_mebibytes: 1, ..Config::default() }).await.unwrap();
    let large = Bytes::from(vec![0; 600 * 1024]);
    small.put("a", large.clone(), MINUTE).await.unwrap();
    small.put("b", large.clone(), MINUTE).await.unwrap();
    assert_eq!((small.get("a").await.unwrap(), small.get("b").await.unwrap()), (None, Some(large)));
    assert!(matches!(small.put("c", vec![0; 2 * 1024 * 1024].into(), MINUTE).await, Err(CacheError::TooLarge(_))));
}
