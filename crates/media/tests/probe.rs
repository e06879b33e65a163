//! Asking as a browser would, on loopback.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use carillon_media::{Config, Stun, probe};
use carillon_platform::tasks::Tasks;
use tokio::{net::UdpSocket, time::timeout};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn our_own_stun_tells_the_address_that_it_sees() {
    for at in [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()] {
        let tasks = Tasks::new();
        let config = Config { stun_listen: (at, 0).into(), ..Config::default() };
        let stun = Stun::bind(&config).await.unwrap().unwrap();
        let address = stun.address();
        stun.serve(&tasks);
        let seen = timeout(PATIENCE, probe::binding(address)).await.unwrap().unwrap();
        assert_eq!(seen.ip(), at);
        tasks.stop(PATIENCE).await;
    }
}

#[tokio::test]
async fn a_port_without_stun_is_told_apart_from_one_that_is_silent() {
    let taken = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let silent: SocketAddr = taken.local_addr().unwrap();
    assert!(timeout(Duration::from_millis(700), probe::binding(silent)).await.is_err(), "nobody answers there");
    drop(taken);
    let refused = timeout(PATIENCE, probe::binding(silent)).await.unwrap().unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn two_agents_find_each_other() {
    let found = timeout(PATIENCE, probe::ice_loop(Ipv4Addr::LOCALHOST.into())).await.unwrap().unwrap();
    assert!(found.pair.iter().all(|address| address.ip().is_loopback()) && found.pair[0] != found.pair[1], "{found:?}");
}
