//! The STUN responder, by the RFC's own messages, by noise, and by coturn's client.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::Command,
    time::Duration,
};

use carillon_media::{
    Config, Stun,
    stun::{Pace, ROOM, respond},
};
use carillon_platform::{tasks::Tasks, telemetry};
use proptest::prelude::*;
use tokio::net::UdpSocket;

const HOME: &str = "192.0.2.1:32853";

/// RFC 5769, section 2.1: a check between two ICE agents, with a fingerprint that holds.
const SAMPLE_REQUEST: &str = "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151\
                              263b36000600096576746a3a683676592020200008001 49aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";
/// The transaction of sections 2.2 and 2.3, whose mapped addresses are known.
const TRANSACTION: &str = "b7e7a701bc34d686fa87dfae";

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn ask(datagram: &[u8], from: &str) -> Option<Vec<u8>> {
    respond(datagram, from.parse().unwrap(), &mut [0; ROOM]).map(<[u8]>::to_vec)
}

/// RFC 8489, section 14.7, bit by bit.
fn fingerprint(message: &[u8]) -> [u8; 4] {
    let bits = message.iter().flat_map(|byte| (0..8).map(move |bit| u32::from(byte >> bit & 1)));
    let crc = bits.fold(u32::MAX, |crc, bit| if (crc ^ bit) & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 });
    (crc ^ u32::MAX ^ 0x5354_554e).to_be_bytes()
}

fn request(length: usize, attributes: &str) -> Vec<u8> {
    hex(&format!("0001{length:04x}2112a442{TRANSACTION}{attributes}"))
}

#[test]
fn whoever_asks_hears_their_address_as_in_rfc_5769() {
    let answer = ask(&request(0, ""), HOME).unwrap();
    assert_eq!(answer, hex(&format!("0101000c2112a442{TRANSACTION} 002000080001a147e112a643")));
    let answer = ask(&request(0, ""), "[::ffff:192.0.2.1]:32853").unwrap();
    assert_eq!(answer[20..], hex("002000080001a147e112a643"), "IPv4 by a socket of IPv6 is IPv4");
    let answer = ask(&request(0, ""), "[2001:db8:1234:5678:11:2233:4455:6677]:32853").unwrap();
    assert_eq!(answer, hex(&format!("010100182112a442{TRANSACTION} 002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9")));
}

#[test]
fn a_fingerprint_is_answered_by_one_and_must_hold() {
    // The request holds PRIORITY, which is for an ICE agent: it is told so (420), with a fingerprint.
    let sample = hex(SAMPLE_REQUEST);
    let answer = ask(&sample, HOME).unwrap();
    assert_eq!(answer[..2], hex("0111"));
    assert_eq!(answer[20..36], hex("0009000400000414 000a000200240000"));
    assert_eq!(answer[36..40], hex("80280004"));
    assert_eq!(usize::from(answer[3]) + 20, answer.len());
    assert_eq!(answer[40..], fingerprint(&answer[..36]));
    let mut broken = sample.clone();
    *broken.last_mut().unwrap() ^= 1;
    assert_eq!(ask(&broken, HOME), None);
    let mut after = sample;
    after.extend(hex("80220000"));
    after[3] += 4;
    assert_eq!(ask(&after, HOME), None, "nothing stands behind a fingerprint");
}

#[test]
fn what_is_not_understood_is_named() {
    // CHANGE-REQUEST of RFC 5780, then something known, then something optional.
    let answer = ask(&request(20, "0003000400000006 0006000161000000 c0010000"), HOME).unwrap();
    assert_eq!(answer[..2], hex("0111"));
    assert_eq!(answer[20..], hex("0009000400000414 000a000200030000"));
    // After the message's integrity nothing counts.
    let integrity = format!("00080014{} 00030000", "00".repeat(20));
    assert_eq!(ask(&request(28, &integrity), HOME).unwrap()[..2], hex("0101"));
}

#[test]
fn everything_else_gets_no_answer() {
    let good = request(0, "");
    let with = |at: usize, byte: u8| {
        let mut other = good.clone();
        other[at] = byte;
        other
    };
    assert!(ask(&good, HOME).is_some());
    for (what, datagram) in [
        ("nothing", vec![]),
        ("half a header", good[..19].to_vec()),
        ("an indication", with(1, 0x11)),
        ("an answer", [&[1, 1], &good[2..]].concat()),
        ("Allocate of TURN", with(1, 3)),
        ("RTP", with(0, 0x80)),
        ("no cookie: RFC 3489", with(4, 0)),
        ("a length beyond the end", with(3, 4)),
        ("more than its length", [&good[..], &[0; 4]].concat()),
        ("a length that is no multiple of 4", [&with(3, 2)[..], &[0; 2]].concat()),
        ("an attribute beyond the end", request(4, "80220001")),
        ("too long", request(600, &format!("80220254{}", "00".repeat(596)))),
    ] {
        assert_eq!(ask(&datagram, HOME), None, "{what}");
    }
}

proptest! {
    #[test]
    fn noise_never_panics(datagram in proptest::collection::vec(any::<u8>(), 0..700)) {
        let _ = ask(&datagram, HOME);
    }

    /// With the headers of IP and UDP: 28 bytes, or 48.
    #[test]
    fn no_answer_is_half_again_as_long_as_its_request(kinds in proptest::collection::vec((any::<u16>(), 0_usize..24), 0..140), sealed in any::<bool>()) {
        let attribute = |(kind, length): &(u16, usize)| format!("{kind:04x}{length:04x}{}", "00".repeat(length.next_multiple_of(4)));
        let mut body = kinds.iter().map(attribute).collect::<Vec<_>>().concat();
        if sealed {
            body.insert_str(0, &format!("00080014{}", "00".repeat(20)));
        }
        let datagram = request(body.len() / 2, &body);
        for (from, headers) in [(HOME, 28), ("[2001:db8::1]:9", 48)] {
            if let Some(answer) = ask(&datagram, from) {
                prop_assert!(2 * (answer.len() + headers) <= 3 * (datagram.len() + headers), "{} for {}", answer.len(), datagram.len());
                prop_assert_eq!(usize::from(u16::from_be_bytes([answer[2], answer[3]])) + 20, answer.len());
            }
        }
    }
}

#[test]
fn a_flood_from_one_address_is_answered_at_the_pace_and_nobody_else_waits() {
    let mut pace = Pace::new(50);
    let (flood, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([198, 51, 100, 7]));
    let at = Duration::from_millis;
    assert_eq!((0..10_000).filter(|_| pace.allows(flood, at(0))).count(), 100);
    assert!(pace.allows(other, at(0)));
    assert_eq!((0..10_000).filter(|_| pace.allows(flood, at(1000))).count(), 50);
    let household = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
    assert_eq!((0..10_000).filter(|n| pace.allows(household(*n), at(0))).count(), 100, "a household has many addresses");
}

fn loopback() -> Config {
    Config { stun_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..Config::default() }
}

#[tokio::test]
async fn coturns_client_learns_its_address() {
    let tasks = Tasks::new();
    let stun = Stun::bind(&loopback()).await.unwrap().unwrap();
    let port = stun.address().port().to_string();
    let mut registry = telemetry::registry();
    stun.register(&mut registry);
    stun.serve(&tasks);
    let asked = tokio::task::spawn_blocking(move || Command::new("turnutils_stunclient").args(["-p", &port, "127.0.0.1"]).output());
    let asked = asked.await.unwrap().expect("coturn is installed: `cargo xtask test` does it");
    let said = String::from_utf8_lossy(&asked.stdout);
    assert!(said.contains("UDP reflexive addr: 127.0.0.1:"), "{said}{}", String::from_utf8_lossy(&asked.stderr));
    assert!(telemetry::encode(&registry).contains("carillon_stun_answered_total 1"));
    assert!(tasks.stop(Duration::from_secs(5)).await.is_empty());
}

#[tokio::test]
async fn noise_is_counted_and_the_next_one_is_answered() {
    let tasks = Tasks::new();
    let stun = Stun::bind(&Config { stun_listen: "[::]:0".parse().unwrap(), ..Config::default() }).await.unwrap().unwrap();
    let port = stun.address().port();
    let mut registry = telemetry::registry();
    stun.register(&mut registry);
    stun.serve(&tasks);
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    client.connect(("127.0.0.1", port)).await.unwrap();
    client.send(&[0xff; 1400]).await.unwrap();
    client.send(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    client.send(&request(0, "")).await.unwrap();
    let mut room = [0; 100];
    let length = client.recv(&mut room).await.unwrap();
    assert_eq!(room[..length], ask(&request(0, ""), &client.local_addr().unwrap().to_string()).unwrap());
    assert!(telemetry::encode(&registry).contains(r#"carillon_stun_dropped_total{reason="malformed"} 2"#));
}

#[tokio::test]
async fn a_taken_port_says_what_to_do_and_off_is_off() {
    let first = Stun::bind(&loopback()).await.unwrap().unwrap();
    let second = Stun::bind(&Config { stun_listen: first.address(), ..Config::default() }).await;
    assert!(second.err().unwrap().to_string().contains("media.stun_listen"));
    assert!(Stun::bind(&Config { stun: false, ..Config::default() }).await.unwrap().is_none());
}
