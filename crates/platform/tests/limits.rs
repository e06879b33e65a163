//! Who asks too often waits; who is patient does not; memory stays bounded.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use carillon_core::{Kind, Problem};
use carillon_platform::limits::{Config, Key, Limit, Limits, Rate};
use tokio::time::advance;
use uuid::Uuid;

fn rate(per_minute: u32, burst: u32) -> Rate {
    Rate { per_minute: NonZeroU32::new(per_minute).unwrap(), burst: NonZeroU32::new(burst).unwrap() }
}

#[tokio::test(start_paused = true)]
async fn a_burst_passes_then_one_waits() {
    let limits = Limits::new(&Config { sign_in_account: rate(5, 5), ..Config::default() });
    let (ada, grace) = (Key::text("ada"), Key::text("grace"));
    for _ in 0..5 {
        limits.check(Limit::SignInAccount, ada, 1).unwrap();
    }
    let wait = limits.check(Limit::SignInAccount, ada, 1).unwrap_err();
    assert_eq!(wait.0, Duration::from_secs(12));
    let problem = Problem::from(wait);
    assert_eq!((problem.kind, problem.retry_after), (Kind::Flooding, Some(12)));
    limits.check(Limit::SignInAccount, grace, 1).unwrap();
    limits.check(Limit::SignInAddress, ada, 1).unwrap();
    advance(wait.0).await;
    limits.check(Limit::SignInAccount, ada, 1).unwrap();
    limits.check(Limit::SignInAccount, ada, 1).unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_cost_above_the_burst_empties_the_bucket() {
    let limits = Limits::new(&Config { socket_events: rate(60, 10), ..Config::default() });
    let key = Key::id(Uuid::from_u128(1));
    limits.check(Limit::SocketEvents, key, 1000).unwrap();
    assert_eq!(limits.check(Limit::SocketEvents, key, 3).unwrap_err().0, Duration::from_secs(3));
    limits.check(Limit::SocketEvents, key, 0).unwrap();
}

#[test]
fn addresses_of_one_household_share_a_bucket() {
    let key = |text: &str| Key::address(text.parse::<IpAddr>().unwrap());
    assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::"));
    assert_ne!(key("2001:db8:1:2::"), key("2001:db8:1:3::"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
}

#[tokio::test(start_paused = true)]
async fn idle_askers_are_forgotten_and_a_flood_of_new_ones_shares_a_bucket() {
    let limits = Limits::new(&Config { http_address: rate(60, 2), max_keys: 100, ..Config::default() });
    let ask = |n: u128| limits.check(Limit::HttpAddress, Key::id(Uuid::from_u128(n)), 1);
    (0..100).for_each(|n| ask(n).unwrap());
    assert_eq!((100..200).filter(|n| ask(*n).is_ok()).count(), 2, "newcomers share one bucket");
    assert_eq!(limits.known(Limit::HttpAddress), 101);
    ask(0).expect("who is known keeps their own");
    advance(Duration::from_secs(10)).await;
    (200..250).for_each(|n| ask(n).unwrap());
    assert_eq!(limits.known(Limit::HttpAddress), 50, "the quiet ones are gone");
}

#[tokio::test(start_paused = true)]
async fn what_is_given_back_did_not_count() {
    let limits = Limits::new(&Config { sign_in_account: rate(5, 2), ..Config::default() });
    let here = Key::text_from("ada", Key::address("192.0.2.1".parse().unwrap()));
    for _ in 0..10 {
        limits.check(Limit::SignInAccount, here, 1).unwrap();
        limits.give_back(Limit::SignInAccount, here);
    }
    limits.check(Limit::SignInAccount, here, 1).unwrap();
    limits.check(Limit::SignInAccount, here, 1).unwrap();
    limits.check(Limit::SignInAccount, here, 1).unwrap_err();
    for _ in 0..10 {
        limits.give_back(Limit::SignInAccount, here); // never more than it holds
    }
    limits.check(Limit::SignInAccount, here, 1).unwrap();
    limits.check(Limit::SignInAccount, here, 1).unwrap();
    limits.check(Limit::SignInAccount, here, 1).unwrap_err();
    let there = Key::text_from("ada", Key::address("192.0.2.2".parse().unwrap()));
    limits.check(Limit::SignInAccount, there, 1).unwrap();
    assert_ne!(here, there);
}
