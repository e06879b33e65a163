//! The private networks, and where in them this machine is.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket},
};

use ipnet::IpNet;

use crate::StartError;

/// Addresses that the Internet does not route (RFC 6890): many machines have the same, so nobody else certifies them.
pub(super) const PRIVATE: &[&str] = &[
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "::1/128",
    "2001:db8::/32",
    "fc00::/7",
    "fe80::/10",
];

/// Names that have a meaning in a local network only (RFC 6761, 6762, 8375).
pub(super) const NAMES: &[&str] = &["localhost", "local", "home.arpa", "internal", "lan"];

/// Addresses of this machine in private networks that a browser can be sent to.
///
/// By `if-addrs`: well kept, only libc below it, and the same on every system; /proc would be two formats of one system.
pub(super) fn vouched() -> Result<Vec<IpAddr>, StartError> {
    let interfaces = if_addrs::get_if_addrs().map_err(|why| StartError::Lan(format!("this machine does not tell its addresses: {why}")))?;
    let mut addresses: Vec<_> = interfaces.iter().map(if_addrs::Interface::ip).filter(|address| private(*address)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

/// Those of them that others can come to, when the server listens there.
pub(super) fn local(listening: IpAddr) -> Result<Vec<IpAddr>, StartError> {
    let reached = |address: &IpAddr| match listening {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.is_ipv4(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => true,
        one => *address == one,
    };
    Ok(vouched()?.into_iter().filter(|address| !address.is_loopback()).filter(reached).collect())
}

/// The address by which this machine goes out, rather than one of a bridge for containers.
pub(super) fn best(addresses: &[IpAddr]) -> Option<IpAddr> {
    // To connect a datagram socket only asks the routes: nothing is sent. The addresses are of documentation (RFC 5737, RFC 3849).
    let outward = |from: IpAddr, to: IpAddr| {
        let socket = UdpSocket::bind((from, 0)).ok()?;
        socket.connect((to, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    let v4 = outward(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(198, 51, 100, 1).into());
    let v6 = outward(Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into());
    let first = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    [v4, v6].into_iter().flatten().find(|address| addresses.contains(address)).or(first.copied())
}

/// What this machine is called in a local network.
pub(super) fn hosts() -> Vec<String> {
    let mut hosts = vec!["localhost".to_owned()];
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_lowercase();
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !name.is_empty();
    if let Some((first, zone)) = host.split_once('.') {
        if plain(first) && NAMES.contains(&zone) {
            hosts.push(host);
        }
    } else if plain(&host) && host != "localhost" {
        // By multicast DNS (RFC 6762); a bare name is nobody's.
        hosts.push(format!("{host}.local"));
    }
    hosts
}

fn private(address: IpAddr) -> bool {
    // An address of one link means nothing without the name of the link, which no URL carries.
    let one_link = matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local());
    !one_link && PRIVATE.iter().any(|network| network.parse::<IpNet>().expect("written above").contains(&address))
}
