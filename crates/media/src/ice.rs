//! The ICE servers that clients are told: our own STUN, and what the operator names.

use std::{fmt, net::Ipv6Addr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Config;

/// All of them, in the order in which clients should know them. An engine of the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IceServers(pub Vec<IceServer>);

/// One entry of `RTCConfiguration.iceServers`, as `RTCPeerConnection` takes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IceServer {
    /// `stun:`, `turn:` and `turns:` URLs of one server.
    pub urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// What is wrong with the configured servers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IceError {
    #[error("media.{key}: `{url}` {why}")]
    Url { key: &'static str, url: String, why: &'static str },
    #[error("media.stun_announce: `{0}` is no `host` or `host:port` ({1})")]
    Announce(String, &'static str),
    #[error("media.turn_servers needs media.turn_username and media.turn_credential: a TURN server relays for known users only")]
    NoCredential,
    #[error("media.turn_username and media.turn_credential say nothing without media.turn_servers")]
    NoServer,
}

impl IceServers {
    /// What clients are told. `ours` is the host by which they reach this server, and the port of our STUN, while it is on.
    pub fn new(config: &Config, ours: Option<(&str, u16)>) -> Result<Self, IceError> {
        let mut all = Vec::new();
        check("stun_servers", &config.stun_servers, &["stun", "stuns"])?;
        check("turn_servers", &config.turn_servers, &["turn", "turns"])?;
        let announced = config.stun_announce.as_deref().map(announced).transpose()?;
        if !config.stun_servers.is_empty() {
            all.push(IceServer { urls: config.stun_servers.clone(), username: None, credential: None });
        } else if let Some((host, port)) = ours {
            let (host, port) = announced.map_or((bracketed(host), port), |(host, other)| (host.into(), other.unwrap_or(port)));
            all.push(IceServer { urls: vec![format!("stun:{host}:{port}")], username: None, credential: None });
        }
        let username = config.turn_username.clone().filter(|name| !name.is_empty());
        let credential = config.turn_credential.as_ref().map(|secret| secret.expose().to_owned()).filter(|secret| !secret.is_empty());
        match (config.turn_servers.is_empty(), &username, &credential) {
            (true, None, None) => {}
            (true, ..) => return Err(IceError::NoServer),
            (false, Some(_), Some(_)) => all.push(IceServer { urls: config.turn_servers.clone(), username, credential }),
            (false, ..) => return Err(IceError::NoCredential),
        }
        Ok(Self(all))
    }
}

/// A credential never prints.
impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credential = self.credential.as_ref().map(|_| "***");
        f.debug_struct("IceServer").field("urls", &self.urls).field("username", &self.username).field("credential", &credential).finish()
    }
}

fn check(key: &'static str, urls: &[String], schemes: &[&str]) -> Result<(), IceError> {
    urls.iter().try_for_each(|url| fit(url, schemes).map_err(|why| IceError::Url { key, url: url.clone(), why }))
}

/// RFC 7064, section 3.1, and RFC 7065, section 3.1: `scheme:host[:port]`, for TURN with `?transport=`.
fn fit(url: &str, schemes: &[&str]) -> Result<(), &'static str> {
    let (scheme, rest) = url.split_once(':').ok_or("is no URL: write it as `stun:host:port`, `turn:host:port`")?;
    let turn = schemes.contains(&"turn");
    if !schemes.contains(&scheme) {
        return Err(if turn { "does not begin with `turn:` or `turns:`" } else { "does not begin with `stun:` or `stuns:`" });
    }
    if rest.starts_with("//") {
        return Err("has `//`: such URLs are written without, as `stun:host:port`");
    }
    let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    match query {
        Some(_) if !turn => return Err("has a `?`: only a TURN server is told the transport"),
        None | Some("transport=udp" | "transport=tcp") => {}
        Some(_) => return Err("may end in `?transport=udp` or `?transport=tcp`, nothing else"),
    }
    authority(place).map(drop)
}

fn announced(text: &str) -> Result<(&str, Option<u16>), IceError> {
    authority(text).map_err(|why| IceError::Announce(text.into(), why))
}

fn authority(place: &str) -> Result<(&str, Option<u16>), &'static str> {
    if place.contains('@') {
        return Err("has a `@`: the user name and password have keys of their own");
    }
    let (host, port) = match place.strip_prefix('[') {
        Some(inner) => {
            let (address, after) = inner.split_once(']').ok_or("has a `[` without its `]`")?;
            address.parse::<Ipv6Addr>().map_err(|_| "has no IPv6 address in its brackets")?;
            let port = if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or("goes on after the `]`")?) };
            (&place[..address.len() + 2], port)
        }
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    if !host.starts_with('[') {
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if host.is_empty() {
            return Err("names no host");
        }
        if !host.chars().all(named) {
            return Err("has a host with characters that no host name has (an IPv6 address stands in brackets)");
        }
    }
    let port = match port {
        None => None,
        Some(port) => match port.parse() {
            Ok(0) | Err(_) => return Err("has a port that is not a number from 1 to 65535"),
            Ok(port) => Some(port),
        },
    };
    Ok((host, port))
}

/// An IPv6 address within a URL stands in brackets.
fn bracketed(host: &str) -> String {
    if host.parse::<Ipv6Addr>().is_ok() { format!("[{host}]") } else { host.into() }
}
