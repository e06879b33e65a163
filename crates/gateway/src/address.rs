//! Where a request comes from, when proxies stand between.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};
use ipnet::IpNet;

use crate::StartError;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks whose word about others is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads networks such as `10.0.0.0/8`, and single addresses.
    pub fn parse(texts: &[String]) -> Result<Self, StartError> {
        let network = |text: &String| {
            let one = text.trim();
            let single = || one.parse::<IpAddr>().map(IpNet::from).ok();
            one.parse().ok().or_else(single).ok_or_else(|| StartError::Proxy(text.clone()))
        };
        texts.iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn hold(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The nearest address on the way here that is no trusted proxy.
    ///
    /// What stands left of it was written by whoever it is. `X-Forwarded-For` and `Forwarded` (RFC 7239) are both read: a proxy keeps one
    /// of them and passes the other on as it came, so when they disagree somebody made one up, and neither is believed.
    pub fn origin(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        let connected = connected.to_canonical();
        if !self.hold(connected) {
            return connected;
        }
        let walk = |hops: Vec<Option<IpAddr>>| {
            let mut nearest = connected;
            for hop in hops.into_iter().rev() {
                let Some(hop) = hop else { break };
                nearest = hop;
                if !self.hold(hop) {
                    break;
                }
            }
            nearest
        };
        match (x_forwarded_for(headers).map(walk), forwarded(headers).map(walk)) {
            (Some(one), Some(other)) if one != other => connected,
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) => connected,
        }
    }
}

/// Each hop, the farthest first; `None` where it is not an address.
fn x_forwarded_for(headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
    let hops: Vec<_> = elements(headers, &X_FORWARDED_FOR).into_iter().map(|text| text.as_deref().and_then(address)).collect();
    (!hops.is_empty()).then_some(hops)
}

fn forwarded(headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
    let node = |element: Option<String>| {
        let element = element?;
        let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
        let (_, node) = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
        address(node.trim().trim_matches('"'))
    };
    let hops: Vec<_> = elements(headers, &FORWARDED).into_iter().map(node).collect();
    (!hops.is_empty()).then_some(hops)
}

/// What the commas part, over all lines of the header. No address holds a comma, also not in quotes.
fn elements(headers: &HeaderMap, name: &HeaderName) -> Vec<Option<String>> {
    let lines = headers.get_all(name).into_iter().map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.map_or_else(|| vec![None], |line| line.split(',').map(|text| Some(text.trim().to_owned())).collect()))
        .collect()
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text).parse().ok();
    text.parse::<SocketAddr>().map(|socket| socket.ip()).ok().or_else(bare).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origin(connected: &str, lines: &[(&'static str, &str)]) -> String {
        let trusted = TrustedProxies::parse(&["10.0.0.0/8".into(), "2001:db8:5::/48".into(), "192.0.2.7".into()]).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        trusted.origin(connected.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_stranger_cannot_name_an_address() {
        assert_eq!(origin("203.0.113.9", &[("x-forwarded-for", "198.51.100.1")]), "203.0.113.9");
        assert_eq!(origin("203.0.113.9", &[("forwarded", "for=198.51.100.1")]), "203.0.113.9");
    }

    #[test]
    fn the_nearest_untrusted_address_counts() {
        for (line, origin_) in [
            ("198.51.100.1", "198.51.100.1"),
            ("6.6.6.6, 198.51.100.1", "198.51.100.1"),
            ("6.6.6.6, 198.51.100.1, 10.2.0.1, 192.0.2.7", "198.51.100.1"),
            ("198.51.100.1:4711", "198.51.100.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711, 2001:db8:5::2", "2001:db8::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("10.0.0.9, 10.0.0.8", "10.0.0.9"),
            ("198.51.100.1, unknown, 10.0.0.8", "10.0.0.8"),
            ("unknown", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(origin("10.0.0.1", &[("x-forwarded-for", line)]), origin_, "{line}");
            assert_eq!(origin("::ffff:10.0.0.1", &[("x-forwarded-for", line)]), origin_, "{line}");
        }
        assert_eq!(origin("10.0.0.1", &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.1, 10.0.0.8")]), "198.51.100.1");
        assert_eq!(origin("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn rfc_7239_is_understood() {
        for (line, origin_) in [
            ("for=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=6.6.6.6, for=198.51.100.1, proto=http;for=10.0.0.8", "198.51.100.1"),
            ("for=198.51.100.1, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(origin("10.0.0.1", &[("forwarded", line)]), origin_, "{line}");
        }
    }

    #[test]
    fn of_two_stories_neither_is_believed() {
        let both = |one, other| origin("10.0.0.1", &[("x-forwarded-for", one), ("forwarded", other)]);
        assert_eq!(both("198.51.100.1", "for=6.6.6.6"), "10.0.0.1");
        assert_eq!(both("7.7.7.7, 198.51.100.1", "for=198.51.100.1"), "198.51.100.1");
    }

    #[test]
    fn a_network_that_is_none_is_named() {
        let why = TrustedProxies::parse(&["10.0.0.0/8".into(), "proxy.local".into()]).unwrap_err().to_string();
        assert!(why.contains("proxy.local") && why.contains("gateway.trusted_proxies"), "{why}");
    }

    proptest! {
        #[test]
        fn whatever_is_sent_the_nearest_hop_cannot_be_forged(line in "[ -~]{0,60}") {
            let forged = format!("{line}, 198.51.100.1");
            prop_assert_eq!(origin("10.0.0.1", &[("x-forwarded-for", &forged)]), "198.51.100.1");
        }
    }
}
