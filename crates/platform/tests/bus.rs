//! One story of hints, for every engine.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use bytes::Bytes;
use carillon_platform::bus::{Bus, BusError, Config, Subscription};

async fn local() -> Bus {
    Bus::open(&Config { waiting: 4, ..Config::default() }).await.unwrap()
}

async fn heard(subscription: &mut Subscription) -> String {
    let message = subscription.next().await.unwrap();
    format!("{} {}", message.subject, String::from_utf8_lossy(&message.payload))
}

#[tokio::test]
async fn who_listens_hears_what_they_listen_to() {
    let bus = local().await;
    let mut plain = bus.subscribe("room.1").await.unwrap();
    let mut star = bus.subscribe("room.*").await.unwrap();
    let mut all = bus.subscribe(">").await.unwrap();
    let mut below = bus.subscribe("room.*.call.>").await.unwrap();
    for subject in ["room.1", "room.2", "room.1.call", "room.1.call.2.end", "roomy.1"] {
        bus.publish(subject, Bytes::from_static(b"look")).unwrap();
        assert_eq!(heard(&mut all).await, format!("{subject} look"));
    }
    assert_eq!(heard(&mut plain).await, "room.1 look");
    assert_eq!((heard(&mut star).await, heard(&mut star).await), ("room.1 look".into(), "room.2 look".into()));
    assert_eq!(heard(&mut below).await, "room.1.call.2.end look");
    drop(bus);
    for mut listener in [plain, star, all, below] {
        assert!(listener.next().await.is_none(), "nothing else was heard");
    }
}

#[tokio::test]
async fn a_slow_listener_loses_hints_and_learns_how_many() {
    let bus = local().await;
    let mut slow = bus.subscribe("a").await.unwrap();
    let mut other = bus.subscribe("b").await.unwrap();
    for n in 0..7_u8 {
        bus.publish("a", Bytes::copy_from_slice(&[b'0' + n])).unwrap();
    }
    bus.publish("b", Bytes::new()).unwrap();
    assert_eq!((slow.lost(), slow.lost(), other.lost()), (3, 0, 0));
    assert_eq!(heard(&mut slow).await, "a 0");
    assert_eq!(heard(&mut other).await, "b ");
}

#[tokio::test]
async fn what_is_no_subject_is_refused() {
    let bus = local().await;
    for subject in ["", "a..b", ".a", "a b", "a.*", ">", "a.\n"] {
        assert!(matches!(bus.publish(subject, Bytes::new()), Err(BusError::Subject(_))), "{subject}");
    }
    assert!(bus.subscribe("a.>.b").await.is_err());
    assert!(matches!(bus.publish("a", vec![0; 1024 * 1024 + 1].into()), Err(BusError::TooLarge(_))));
    assert!(Bus::open(&Config { url: "nats://x".into(), ..Config::default() }).await.is_err());
}
