//! What was started, for whoever started it.

use std::{fmt::Write, net::SocketAddr};

use carillon_gate::EngineKind;
use carillon_gateway::{AUTHORITY_PATH, StartError, qr};
use serde::Serialize;

use crate::{admin::FirstLink, house::House};

/// Where everything is. As JSON it is one line, with these names.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Announcement {
    url: String,
    /// Where the public door listens, whatever people type.
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// Signs in the first administrator, once; absent when there are accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_link_file: Option<String>,
    operator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stun: Option<SocketAddr>,
    roles: Vec<String>,
    data: String,
    database: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lan: Option<LocalNetwork>,
    process: u32,
    version: &'static str,
}

/// What the devices of a local network are shown.
#[derive(Debug, Serialize)]
pub(crate) struct LocalNetwork {
    authority: String,
    name: String,
    fingerprint: String,
    #[serde(skip)]
    qr: String,
}

impl LocalNetwork {
    pub(crate) fn new(url: &str, name: String, fingerprint: String) -> Result<Self, StartError> {
        Ok(Self { authority: format!("{url}{AUTHORITY_PATH}"), name, fingerprint, qr: qr(url)? })
    }
}

impl Announcement {
    pub(crate) fn new(
        house: &House,
        listen: Option<SocketAddr>,
        operator: String,
        stun: Option<SocketAddr>,
        first: Option<FirstLink>,
        lan: Option<LocalNetwork>,
    ) -> Self {
        let (admin_link, file) = first.map(|FirstLink { url, file }| (url, file.display().to_string())).unzip();
        Self {
            url: house.url.clone(),
            listen,
            admin_link,
            admin_link_file: file,
            operator,
            stun,
            roles: house.config.roles.iter().map(ToString::to_string).collect(),
            data: house.config.data.clone(),
            database: match house.database.kind() {
                EngineKind::Sqlite => "SQLite",
                EngineKind::Postgres => "PostgreSQL",
            },
            lan,
            process: std::process::id(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    pub(crate) fn print(&self, json: bool) {
        if json {
            println!("{}", serde_json::to_string(self).expect("texts and numbers are JSON"));
        } else {
            print!("{}", self.page());
        }
    }

    fn page(&self) -> String {
        let mut page = format!("\n  Carillon {}\n\n", self.version);
        let mut say = |name: &str, text: &str| {
            let _ = writeln!(page, "  {name:<10} {text}");
        };
        if self.listen.is_some() {
            say("open", &self.url);
        }
        match (&self.admin_link, &self.admin_link_file) {
            (Some(link), Some(file)) => {
                say("sign in", link);
                say("", &format!("as administrator, once, within 15 minutes; also in {file}"));
            }
            _ if self.listen.is_none() => {}
            _ => say("sign in", "as usual; `carillon admin link` makes an administrator's link"),
        }
        if let Some(lan) = &self.lan {
            say("authority", &lan.authority);
            say("", &format!("{}, SHA-256 {}", lan.name, lan.fingerprint));
        }
        say("operator", &format!("{} (/healthz, /readyz, /metrics)", self.operator));
        if let Some(stun) = self.stun {
            say("stun", &format!("udp {stun}"));
        }
        say("roles", &self.roles.join(", "));
        say("data", &format!("{} ({})", self.data, self.database));
        if let Some(lan) = &self.lan {
            let _ = writeln!(page, "\n{}", lan.qr);
        }
        page.push_str("\n  Ctrl-C stops it.\n\n");
        page
    }
}
