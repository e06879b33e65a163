//! What an operator may set: the configuration of every part, and where this server keeps its own files.

use std::path::Path;

use carillon_gate::DatabaseConfig;
use carillon_platform::{
    bus, cache,
    config::{ConfigError, Loaded, Secret, Sources, load},
    jobs, limits, secrets, telemetry,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{backup, roles::Role};

/// Names that WebRTC servers are known by elsewhere.
pub(crate) const ALIASES: &[(&str, &str)] = &[
    ("WEBRTC_STUN_SERVERS", "media.stun_servers"),
    ("WEBRTC_TURN_SERVERS", "media.turn_servers"),
    ("WEBRTC_TURN_USERNAME", "media.turn_username"),
    ("WEBRTC_TURN_PASSWORD", "media.turn_credential"),
];
/// Where `--lan` listens unless told otherwise: phones come from elsewhere.
const LAN: &str = "0.0.0.0:8443";

/// The whole of Carillon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Directory of this server's own files: database, keys, the authority of `gateway.lan`. It is made at the first start, for its
    /// owner's eyes only, and one process at a time holds it.
    pub data: String,
    /// The parts that this process runs; `carillon roles` lists them.
    #[schema(inline)]
    pub roles: Vec<Role>,
    /// Where everything is kept.
    #[schema(inline)]
    pub database: Database,
    #[schema(inline)]
    pub gateway: carillon_gateway::Config,
    #[schema(inline)]
    pub media: carillon_media::Config,
    #[schema(inline)]
    pub identity: carillon_identity::Config,
    #[schema(inline)]
    pub rooms: carillon_rooms::Config,
    #[schema(inline)]
    pub webrtc: carillon_calls::webrtc::Config,
    #[schema(inline)]
    pub backup: backup::Config,
    #[schema(inline)]
    pub jobs: jobs::Config,
    #[schema(inline)]
    pub limits: limits::Config,
    #[schema(inline)]
    pub secrets: secrets::Config,
    #[schema(inline)]
    pub telemetry: telemetry::Config,
    #[schema(inline)]
    pub bus: bus::Config,
    #[schema(inline)]
    pub cache: cache::Config,
}

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite:PATH`, or `postgres://user@host/name?sslmode=require` for PostgreSQL 15 or later. Unless set, it lies in `data`.
    pub url: String,
    /// The password of PostgreSQL's user, unless it stands in the URL.
    pub password: Option<Secret>,
    /// PEM file of the authority that signed PostgreSQL's certificate; the system's authorities otherwise.
    pub authority_file: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "carillon-data".into(),
            roles: Role::ALL.into(),
            database: Database::default(),
            gateway: carillon_gateway::Config::default(),
            media: carillon_media::Config::default(),
            identity: carillon_identity::Config::default(),
            rooms: carillon_rooms::Config::default(),
            webrtc: carillon_calls::webrtc::Config::default(),
            backup: backup::Config::default(),
            jobs: jobs::Config::default(),
            limits: limits::Config::default(),
            secrets: secrets::Config::default(),
            telemetry: telemetry::Config::default(),
            bus: bus::Config::default(),
            cache: cache::Config::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite:carillon-data/carillon.db".into(), password: None, authority_file: None }
    }
}

/// Keys that are fine alone and not together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("database.url is neither `sqlite:PATH` nor `postgres://user@host/name`")]
    Engine,
    #[error("the password of PostgreSQL's user stands in database.url and in database.password: keep one of them")]
    Twice,
    #[error("roles is empty: this process would do nothing")]
    Idle,
    #[error("backup.at is no time of day: write it as HH:MM, UTC")]
    BackupTime,
    #[error(
        "a backup is sealed with a passphrase: name its file by --passphrase-file, or by backup.passphrase_file. To make one: \
         (umask 077; openssl rand -base64 24 > passphrase); keep a copy of it elsewhere"
    )]
    NoPassphrase,
    #[error("the passphrase of the backups is shorter than 16 characters")]
    ShortPassphrase,
    /// Not of the configuration, but as little to be done about.
    #[error("{0}: {1}")]
    Typed(&'static str, &'static str),
    #[error(transparent)]
    Door(#[from] carillon_gateway::StartError),
    #[error(transparent)]
    Ice(#[from] carillon_media::IceError),
}

/// Reads all layers and what follows from them.
pub(crate) fn read(sources: &Sources) -> anyhow::Result<Loaded<Config>> {
    let mut loaded: Loaded<Config> = load(sources).map_err(|why: ConfigError| why)?;
    loaded.config.settle()?;
    Ok(loaded)
}

impl Config {
    /// What was left as it is follows what was set.
    fn settle(&mut self) -> Result<(), Unfit> {
        let own = |name: &str| Path::new(&self.data).join(name).display().to_string();
        let (database, keyring) = (own("carillon.db"), own("keyring.json"));
        if self.database.url == Database::default().url {
            self.database.url = format!("sqlite:{database}");
        }
        if self.secrets.url == secrets::Config::default().url {
            self.secrets.url = format!("keyring:{keyring}");
        }
        if self.gateway.lan && self.gateway.listen == carillon_gateway::Config::default().listen {
            self.gateway.listen = LAN.into();
        }
        if self.roles.is_empty() {
            return Err(Unfit::Idle);
        }
        self.database.settle()?;
        self.backup.settle()?;
        carillon_gateway::TrustedProxies::parse(&self.gateway.trusted_proxies)?;
        carillon_media::IceServers::new(&self.media, None)?;
        Ok(())
    }

    /// The file of an SQLite database.
    pub(crate) fn database_file(&self) -> Option<&Path> {
        self.database.url.strip_prefix("sqlite:").map(Path::new)
    }
}

impl Database {
    /// A password in the URL becomes a secret, which nobody is shown.
    fn settle(&mut self) -> Result<(), Unfit> {
        if self.url.starts_with("sqlite:") {
            return Ok(());
        }
        let (scheme, rest) = self.url.split_once("://").ok_or(Unfit::Engine)?;
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(Unfit::Engine);
        }
        let host = rest.find(['/', '?']).unwrap_or(rest.len());
        let Some((user, after)) = rest[..host].rfind('@').map(|at| rest.split_at(at)) else { return Ok(()) };
        if let Some((user, password)) = user.split_once(':') {
            if self.password.is_some() {
                return Err(Unfit::Twice);
            }
            self.password = Some(Secret::new(decoded(password)));
            self.url = format!("{scheme}://{user}{after}");
        }
        Ok(())
    }

    /// As the engine wants it.
    pub(crate) fn engine(&self) -> DatabaseConfig {
        let authority_file = self.authority_file.as_ref().map(Into::into);
        let url = match (&self.password, self.url.split_once('@')) {
            (Some(password), Some((user, after))) => format!("{user}:{}@{after}", encoded(password.expose())),
            _ => self.url.clone(),
        };
        DatabaseConfig { url, authority_file }
    }
}

/// RFC 3986, section 2.1.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(byte)) = (first, after.get(..2).and_then(hex)) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(overrides: &[(&str, &str)]) -> anyhow::Result<Config> {
        let overrides = overrides.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        Ok(super::read(&Sources { overrides, ..Sources::default() })?.config)
    }

    #[test]
    fn what_lies_in_the_data_directory_moves_with_it() {
        let moved = read(&[("data", "/srv/talk")]).unwrap();
        assert_eq!(moved.database.url, "sqlite:/srv/talk/carillon.db");
        assert_eq!(moved.secrets.url, "keyring:/srv/talk/keyring.json");
        let set = read(&[("data", "/srv/talk"), ("database.url", "sqlite:/fast/talk.db")]).unwrap();
        assert_eq!(set.database_file(), Some(Path::new("/fast/talk.db")));
        assert_eq!(read(&[]).unwrap(), Config::default());
    }

    #[test]
    fn a_password_in_a_url_is_shown_to_nobody_and_reaches_the_database() {
        let config = read(&[("database.url", "postgres://ada:p%40ss%2Fword@db/talk?sslmode=require")]).unwrap();
        assert_eq!(config.database.url, "postgres://ada@db/talk?sslmode=require");
        assert_eq!(config.database.password, Some(Secret::new("p@ss/word")));
        assert_eq!(config.database.engine().url, "postgres://ada:p%40ss%2Fword@db/talk?sslmode=require");
        let bare = read(&[("database.url", "postgres://ada@db/talk"), ("database.password", "a b")]).unwrap();
        assert_eq!(bare.database.engine().url, "postgres://ada:a%20b@db/talk");
        let socket = read(&[("database.url", "postgres:///talk?host=/run/postgresql")]).unwrap();
        assert_eq!(socket.database.engine().url, "postgres:///talk?host=/run/postgresql");
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let wrong = |overrides: &[(&str, &str)]| read(overrides).unwrap_err().to_string();
        assert!(wrong(&[("database.url", "mysql://db/talk")]).contains("neither"));
        assert!(wrong(&[("database.url", "postgres://a:b@db/talk"), ("database.password", "b")]).contains("keep one"));
        assert!(wrong(&[("roles", "")]).contains("nothing"));
        assert!(wrong(&[("roles", "gateway,singer")]).contains("singer"));
        assert!(wrong(&[("gateway.trusted_proxies", "proxy.local")]).contains("proxy.local"));
    }

    #[test]
    fn a_local_network_is_listened_to_from_everywhere() {
        assert_eq!(read(&[("gateway.lan", "true")]).unwrap().gateway.listen, LAN);
        let there = read(&[("gateway.lan", "true"), ("gateway.listen", "192.168.1.4:443")]).unwrap();
        assert_eq!(there.gateway.listen, "192.168.1.4:443");
    }
}
