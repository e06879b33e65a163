//! `carillon ports`: what listens where, by which setting, and whom a firewall must let through to it.

use std::{fmt::Write, net::SocketAddr, process::ExitCode};

use anyhow::Result;
use carillon_gateway::StartError;
use carillon_platform::config::Loaded;
use serde::Serialize;

use crate::{config::Config, house::place, roles::Role};

/// One port that somebody comes to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Port {
    pub what: &'static str,
    pub address: String,
    pub protocol: Protocol,
    /// The key of the configuration that says where it is.
    pub setting: &'static str,
    /// Who set that key.
    pub set_by: String,
    /// Whom a firewall must let through.
    pub open_to: OpenTo,
    pub why: &'static str,
    /// Where this server itself listens.
    #[serde(skip)]
    pub ours: Option<SocketAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    Tcp,
    Udp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OpenTo {
    /// Everybody who uses this server.
    People,
    /// The proxies in front of it.
    Proxies,
    /// Whoever runs it, and Prometheus.
    Operators,
    /// Only this machine reaches it: a firewall has nothing to do with it.
    Nobody,
}

impl OpenTo {
    fn words(self) -> &'static str {
        match self {
            Self::People => "open to people",
            Self::Proxies => "open to the proxies only",
            Self::Operators => "open to operators only",
            Self::Nobody => "nothing to do: this machine only",
        }
    }
}

/// Those of the parts that this process would run.
pub(crate) fn ports(loaded: &Loaded<Config>) -> Result<Vec<Port>, StartError> {
    let Config { gateway, media, roles, .. } = &loaded.config;
    let set_by = |key: &str| loaded.origins.get(key).map_or_else(|| "the defaults".to_owned(), ToString::to_string);
    let local = |address: SocketAddr| address.ip().to_canonical().is_loopback();
    let mut ports = Vec::new();
    if roles.contains(&Role::Gateway) {
        let listen = read("gateway.listen", &gateway.listen)?;
        let moved = gateway.lan && !loaded.origins.contains_key("gateway.listen");
        let https = gateway.lan || gateway.certificate_file.is_some();
        if let Some((host, port)) = gateway.public_url.as_deref().and_then(place).filter(|(_, port)| *port != listen.port() && !https) {
            ports.push(Port {
                what: "proxy in front",
                address: format!("{host}:{port}"),
                protocol: Protocol::Tcp,
                setting: "gateway.public_url",
                set_by: set_by("gateway.public_url"),
                open_to: OpenTo::People,
                why: "speaks HTTPS with people, and passes on what they ask",
                ours: None,
            });
        }
        ports.push(Port {
            what: "public door",
            address: listen.to_string(),
            protocol: Protocol::Tcp,
            setting: "gateway.listen",
            set_by: if moved { set_by("gateway.lan") } else { set_by("gateway.listen") },
            open_to: match (local(listen), https) {
                (true, _) => OpenTo::Nobody,
                (false, true) => OpenTo::People,
                (false, false) => OpenTo::Proxies,
            },
            why: "web app, API, sockets",
            ours: Some(listen),
        });
    }
    let operator = read("gateway.operator", &gateway.operator)?;
    ports.push(Port {
        what: "operator's door",
        address: operator.to_string(),
        protocol: Protocol::Tcp,
        setting: "gateway.operator",
        set_by: set_by("gateway.operator"),
        open_to: if local(operator) { OpenTo::Nobody } else { OpenTo::Operators },
        why: "health and metrics",
        ours: Some(operator),
    });
    if media.stun && roles.contains(&Role::Media) {
        ports.push(Port {
            what: "STUN",
            address: media.stun_listen.to_string(),
            protocol: Protocol::Udp,
            setting: "media.stun_listen",
            set_by: set_by("media.stun_listen"),
            open_to: if local(media.stun_listen) { OpenTo::Nobody } else { OpenTo::People },
            why: "by which browsers learn their public address",
            ours: Some(media.stun_listen),
        });
    }
    Ok(ports)
}

fn read(key: &'static str, text: &str) -> Result<SocketAddr, StartError> {
    text.trim().parse().map_err(|_| StartError::Address { key, text: text.into() })
}

pub(crate) fn print(loaded: &Loaded<Config>, json: bool) -> Result<ExitCode> {
    let ports = ports(loaded)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "ports": ports }))?);
    } else {
        print!("{}", page(&ports));
    }
    Ok(ExitCode::SUCCESS)
}

fn page(ports: &[Port]) -> String {
    let head = ["what", "address", "protocol", "firewall", "setting"].map(str::to_owned);
    let rows: Vec<[String; 5]> = ports.iter().map(Port::row).collect();
    let width = |column: usize| rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut page = String::new();
    for row in [&head].into_iter().chain(&rows) {
        for (text, width) in row.iter().zip(widths) {
            let _ = write!(page, "{text:<width$}  ");
        }
        let _ = writeln!(page, "{}", row[4]);
    }
    let open: Vec<_> = ports.iter().filter(|port| port.open_to == OpenTo::People).filter_map(Port::rule).collect();
    if !open.is_empty() {
        let _ = writeln!(page, "\nWith ufw, for instance: {}", open.join("; "));
    }
    page.push_str("\nSound and picture go from browser to browser: the server needs no port for them.\n");
    page
}

impl Port {
    fn row(&self) -> [String; 5] {
        let any = self.ours.is_some_and(|address| address.port() == 0);
        let address = if any { format!("{} (a free port)", self.address) } else { self.address.clone() };
        let protocol = match self.protocol {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
        };
        [self.what.into(), address, protocol.into(), self.open_to.words().into(), format!("{}, by {}", self.setting, self.set_by)]
    }

    fn rule(&self) -> Option<String> {
        let (_, port) = self.address.rsplit_once(':').filter(|(_, port)| *port != "0")?;
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        };
        Some(format!("ufw allow {port}/{protocol}"))
    }
}
