//! What an operator may set of the doors.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The two doors: the public one for everybody, and the operator's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port of the public door: web app, API, sockets. Beyond loopback it speaks HTTPS only.
    pub listen: String,
    /// Address and port of the operator's door: /healthz, /readyz, /metrics. Keep it where only operators come.
    pub operator: String,
    /// The address that people type, such as `https://talk.example.org`. Found from `listen` when absent.
    pub public_url: Option<String>,
    /// HTTPS for the devices of a local network. The server makes a certificate authority of its own, which each device is told once to
    /// trust. `listen` is then 0.0.0.0:8443 unless it is set.
    pub lan: bool,
    /// PEM file of the certificate chain; with `key_file` the public door speaks HTTPS. Read again when it changes.
    pub certificate_file: Option<String>,
    /// PEM file of the certificate's private key.
    pub key_file: Option<String>,
    /// Networks of proxies whose X-Forwarded-For is believed, such as `["10.0.0.0/8"]`. They may speak plain HTTP to us.
    pub trusted_proxies: Vec<String>,
    /// Connections at once; further ones wait unaccepted in the kernel's queue.
    pub max_connections: u32,
    /// Connections at once from one address; further ones are closed.
    pub max_connections_per_address: u32,
    /// Seconds that running requests and sockets are given to finish when the server stops.
    pub drain_seconds: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            operator: "127.0.0.1:9090".into(),
            public_url: None,
            lan: false,
            certificate_file: None,
            key_file: None,
            trusted_proxies: Vec::new(),
            max_connections: 10_000,
            max_connections_per_address: 256,
            drain_seconds: 10,
        }
    }
}
