//! Which servers clients are told, and what an operator hears who names them wrongly.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use carillon_media::{Config, IceServers};
use carillon_platform::config::Secret;
use serde_json::json;

fn told(config: &Config, ours: Option<(&str, u16)>) -> serde_json::Value {
    serde_json::to_value(IceServers::new(config, ours).unwrap().0).unwrap()
}

fn wrong(config: &Config) -> String {
    IceServers::new(config, None).unwrap_err().to_string()
}

#[test]
fn without_a_word_only_our_own_server_is_asked() {
    let config = Config::default();
    assert_eq!(told(&config, Some(("carillon.example", 3478))), json!([{ "urls": ["stun:carillon.example:3478"] }]));
    assert_eq!(told(&config, Some(("2001:db8::1", 3478))), json!([{ "urls": ["stun:[2001:db8::1]:3478"] }]));
    assert_eq!(told(&config, None), json!([]));
    let elsewhere = Config { stun_announce: Some("stun.example".into()), ..Config::default() };
    assert_eq!(told(&elsewhere, Some(("carillon.example", 1))), json!([{ "urls": ["stun:stun.example:1"] }]));
    let behind = Config { stun_announce: Some("[2001:db8::1]:34".into()), ..Config::default() };
    assert_eq!(told(&behind, Some(("carillon.example", 1))), json!([{ "urls": ["stun:[2001:db8::1]:34"] }]));
}

#[test]
fn what_the_operator_names_replaces_ours_and_adds_a_relay() {
    let config = Config {
        stun_servers: vec!["stun:192.0.2.1:3478".into(), "stun:stun.example".into()],
        turn_servers: vec!["turn:turn.example:3478?transport=udp".into(), "turns:[2001:db8::2]:5349".into()],
        turn_username: Some("carillon".into()),
        turn_credential: Some(Secret::new("a long secret")),
        ..Config::default()
    };
    assert_eq!(
        told(&config, Some(("carillon.example", 3478))),
        json!([
            { "urls": ["stun:192.0.2.1:3478", "stun:stun.example"] },
            { "urls": ["turn:turn.example:3478?transport=udp", "turns:[2001:db8::2]:5349"], "username": "carillon", "credential": "a long secret" },
        ])
    );
    assert!(!format!("{:?}", IceServers::new(&config, None)).contains("a long secret"));
}

#[test]
fn a_wrong_server_is_named_with_what_is_wrong() {
    let stun = |url: &str| wrong(&Config { stun_servers: vec![url.into()], ..Config::default() });
    let turn = |url: &str| wrong(&Config { turn_servers: vec![url.into()], ..Config::default() });
    for (said, why) in [
        (stun("stun.example"), "is no URL"),
        (stun("turn:turn.example"), "does not begin with `stun:`"),
        (stun("stun://stun.example"), "written without"),
        (stun("stun:"), "names no host"),
        (stun("stun:stun.example:0"), "1 to 65535"),
        (stun("stun:stun.example:70000"), "1 to 65535"),
        (stun("stun:2001:db8::1"), "1 to 65535"),
        (stun("stun:[2001:db8::1"), "without its `]`"),
        (stun("stun:[stun.example]"), "no IPv6 address"),
        (stun("stun:stun example"), "no host name"),
        (stun("stun:stun.example?transport=udp"), "only a TURN server"),
        (turn("turn:turn.example?transport=sctp"), "nothing else"),
        (turn("turn:ada:secret@turn.example"), "keys of their own"),
        (turn("stun:stun.example"), "does not begin with `turn:`"),
        (turn("turn:turn.example"), "needs media.turn_username"),
        (wrong(&Config { turn_username: Some("ada".into()), ..Config::default() }), "without media.turn_servers"),
        (wrong(&Config { stun_announce: Some("https://stun.example".into()), ..Config::default() }), "stun_announce"),
    ] {
        assert!(said.contains(why), "{said}");
    }
}
