//! The doors: whether their ports are free or our own server's, and what their certificate says.

use std::{
    io,
    net::{SocketAddr, TcpListener, UdpSocket},
};

use carillon_gateway::{CertificateFacts, Certificates, StartError};
use carillon_platform::clock;

use super::{
    Subject,
    finding::{Check, Finding},
    process,
};
use crate::{
    data::Holder,
    house::place,
    ports::{OpenTo, Port, Protocol},
    roles::Role,
};

pub(super) const PORTS: Check = Check { name: "ports", why: "a server whose port is taken does not start" };
pub(super) const CERTIFICATE: Check =
    Check { name: "certificate", why: "browsers turn away from one that is over or of another name, and give no camera without HTTPS" };

/// So many days before its end it should have been renewed.
const SOON: i64 = 14;
const DAY: i64 = 86_400_000;

pub(super) fn ports(subject: &Subject) -> Vec<Finding> {
    let mut findings: Vec<_> = subject.ports.iter().filter_map(|port| Some(judge(&subject.holder, port, port.ours?))).collect();
    let gateway = &subject.config.gateway;
    if gateway.certificate_file.is_none() && !gateway.lan && gateway.trusted_proxies.is_empty() {
        let bare = subject.ports.iter().filter(|port| port.protocol == Protocol::Tcp && port.open_to != OpenTo::Nobody);
        let plain = bare.filter_map(|port| Some(StartError::Plain { address: port.ours?, key: port.setting }));
        findings.extend(plain.map(|why| {
            PORTS.error(
                why.to_string(),
                "carillon serve --lan; or set gateway.certificate_file and gateway.key_file, or gateway.trusted_proxies",
            )
        }));
    }
    findings
}

fn judge(holder: &Holder, port: &Port, address: SocketAddr) -> Finding {
    let (what, setting) = (port.what, port.setting);
    if address.port() == 0 {
        return PORTS.well(format!("{what}: a free port is taken at each start"));
    }
    let (word, flag) = match port.protocol {
        Protocol::Tcp => ("TCP", "-lntp"),
        Protocol::Udp => ("UDP", "-lnup"),
    };
    let named = format!("{what}, {word} {address}");
    let who = format!("ss {flag} 'sport = :{}'", address.port());
    let (process, runs) = match holder {
        Holder::Server(process) => (*process, true),
        _ => (None, false),
    };
    let ours = process.and_then(|process| process::listens(process, port.protocol, address.port()));
    if ours == Some(true) {
        return PORTS.well(format!("{named}: our own server's"));
    }
    match bind(port.protocol, address) {
        Ok(()) if runs => PORTS.warning(
            format!("{named} is free, though the server runs: it was started with another {setting}"),
            "systemctl restart carillon, or give this command the settings that the server has",
        ),
        Ok(()) => PORTS.well(format!("{named}: free")),
        Err(why) if why.kind() == io::ErrorKind::AddrInUse && runs && ours.is_none() => {
            PORTS.well(format!("{named}: taken, most likely by our own server (this user cannot see by whom)"))
        }
        Err(why) if why.kind() == io::ErrorKind::AddrInUse => {
            PORTS.error(format!("{named} is taken by another program"), format!("{who}; stop that one, or choose another {setting}"))
        }
        Err(why) if why.kind() == io::ErrorKind::PermissionDenied => PORTS.error(
            format!("{named}: this user may not listen there"),
            "AmbientCapabilities=CAP_NET_BIND_SERVICE by systemctl edit carillon, or a port from 1024 on",
        ),
        Err(why) => PORTS.error(format!("{named}: {why}"), format!("ip address; choose another {setting}")),
    }
}

fn bind(protocol: Protocol, address: SocketAddr) -> io::Result<()> {
    match protocol {
        Protocol::Tcp => TcpListener::bind(address).map(drop),
        Protocol::Udp => UdpSocket::bind(address).map(drop),
    }
}

pub(super) fn certificate(subject: &Subject) -> Vec<Finding> {
    let gateway = &subject.config.gateway;
    if !subject.config.roles.contains(&Role::Gateway) {
        return Vec::new();
    }
    if gateway.lan && gateway.certificate_file.is_none() {
        return vec![CERTIFICATE.well("by this house's own authority, made anew in its time")];
    }
    let now = clock::now();
    let file = gateway.certificate_file.as_deref().unwrap_or("FILE");
    match Certificates::facts(gateway, now) {
        Err(why) => vec![CERTIFICATE.error(why.to_string(), format!("openssl x509 -in {file} -noout -subject -dates"))],
        Ok(None) => vec![CERTIFICATE.well(match gateway.trusted_proxies.as_slice() {
            [] => "none: plain HTTP, for this machine only".into(),
            proxies => format!("none: HTTPS is spoken by the proxies {}", proxies.join(", ")),
        })],
        Ok(Some(facts)) => vec![dates(&facts, now.0, file), names(&facts, gateway.public_url.as_deref())],
    }
}

fn dates(facts: &CertificateFacts, now: i64, file: &str) -> Finding {
    let left = (facts.until.0 - now).div_euclid(DAY);
    let cure = format!("certbot renew, or however {file} is made; the server reads it again by itself");
    match left {
        _ if now < facts.from.0 => CERTIFICATE.error("it is not good yet: does the clock stand right?", "timedatectl status"),
        ..0 => CERTIFICATE.error("it is over", cure),
        0..SOON => CERTIFICATE.warning(format!("it is good for {left} more days"), cure),
        _ => CERTIFICATE.well(format!("{file} and its key fit; good for {left} more days")),
    }
}

fn names(facts: &CertificateFacts, url: Option<&str>) -> Finding {
    let all = facts.names.join(", ");
    match url.and_then(place) {
        None => CERTIFICATE.well(format!("it is for {all}; gateway.public_url is not set to compare")),
        Some((host, _)) if facts.covers(host) => CERTIFICATE.well(format!("it is for {host}")),
        Some((host, _)) => CERTIFICATE
            .error(format!("it is for {all}, and people type {host}"), format!("a certificate for {host}: certbot certonly -d {host}")),
    }
}
