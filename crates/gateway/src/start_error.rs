//! Why a door does not open: each says what to do about it.

use std::{io, net::SocketAddr, path::PathBuf};

use crate::listen::Named;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{key}: `{text}` is no address with a port, such as 127.0.0.1:8080 or [::1]:8080")]
    Address { key: &'static str, text: String },
    #[error("port {} of {} is taken by another program: stop that one, or choose another port with {flag} ({key})", .address.port(), .address.ip())]
    Taken { address: SocketAddr, key: &'static str, flag: &'static str },
    #[error("{key}: cannot listen on {address}: {source}{hint}")]
    Bind { address: SocketAddr, key: &'static str, hint: &'static str, source: io::Error },
    #[error(
        "{key}: {address} can be reached from elsewhere, and plain HTTP would show everything on the way. Give it a certificate \
         (gateway.certificate_file and gateway.key_file), start with --lan for one of this house's own, or name the proxies in front that \
         speak HTTPS (gateway.trusted_proxies)"
    )]
    Plain { address: SocketAddr, key: &'static str },
    #[error("gateway.trusted_proxies: `{0}` is no network such as 10.0.0.0/8, and no address")]
    Proxy(String),
    #[error("gateway.certificate_file and gateway.key_file belong together: only {0} is set")]
    Half(&'static str),
    #[error("{key} {path}: {why}")]
    File { key: &'static str, path: PathBuf, why: String },
    #[error(
        "--lan and gateway.certificate_file exclude each other: a certificate that is known elsewhere needs no authority of this house"
    )]
    Both,
    #[error("--lan: {0}")]
    Lan(String),
}

impl StartError {
    pub(crate) fn bind(address: SocketAddr, named: &Named, source: io::Error) -> Self {
        let Named { key, flag } = *named;
        let hint = match source.kind() {
            io::ErrorKind::AddrInUse => return Self::Taken { address, key, flag },
            io::ErrorKind::PermissionDenied => "; ports below 1024 need the capability CAP_NET_BIND_SERVICE",
            io::ErrorKind::AddrNotAvailable => "; this machine has no such address",
            _ => "",
        };
        Self::Bind { address, key, hint, source }
    }
}
