//! A configuration in layers, as an operator meets it.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

use std::{collections::BTreeMap, fs};

use carillon_platform::config::{ConfigError, Origin, Secret, Sources, load, render};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Config {
    /// A name for the house.
    name: String,
    #[schema(inline)]
    gateway: gateway::Config,
    /// How calls find their way.
    #[schema(inline)]
    calls: Calls,
}

mod gateway {
    use super::{BTreeMap, Deserialize, Secret, Serialize, ToSchema};

    /// The doors.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
    #[serde(default, deny_unknown_fields)]
    pub(crate) struct Config {
        /// Where the public door is.
        #[schema(value_type = String)]
        pub listen: std::net::SocketAddr,
        /// Proxies whose word on addresses is taken.
        pub trusted_proxies: Vec<String>,
        /// Seconds to wait.
        pub grace: Option<u16>,
        /// Opens the door.
        pub key: Option<Secret>,
        /// Extra headers.
        pub headers: BTreeMap<String, String>,
        #[schema(inline)]
        pub rate: Rate,
    }
    impl Default for Config {
        fn default() -> Self {
            let listen = ([127, 0, 0, 1], 8080).into();
            Self {
                listen,
                trusted_proxies: vec![],
                grace: None,
                key: None,
                headers: BTreeMap::new(),
                rate: Rate { per_second: 7, burst: 9 },
            }
        }
    }

    /// How often.
    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
    #[serde(default, deny_unknown_fields)]
    pub(crate) struct Rate {
        /// Each second.
        pub per_second: u32,
        /// At once.
        pub burst: u32,
    }
}

/// Calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Calls {
    /// STUN servers to tell clients of.
    stun_servers: Vec<String>,
    /// Whether video may be sent.
    video: bool,
    /// How loud.
    #[schema(inline)]
    tone: Tone,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Tone {
    #[default]
    Soft,
    Loud,
}

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

struct Files(tempfile::TempDir);
impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn write(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

#[test]
fn each_layer_wins_over_the_one_before() {
    let files = Files::new();
    let file = files.write("carillon.toml", "name = 'file'\n[gateway]\ngrace = 3\n[gateway.rate]\nburst = 20\n[calls]\ntone = 'loud'\n");
    let sources = Sources {
        file: Some(file),
        env: env(&[
            ("CARILLON__NAME", "42"),
            ("CARILLON__GATEWAY__GRACE", "4"),
            ("CARILLON__GATEWAY__HEADERS__X", "y"),
            ("CARILLON__CALLS__VIDEO", "true"),
            ("WEBRTC_STUN_SERVERS", "stun:one, stun:two"),
            ("CARILLON_TEST_POSTGRES", "not ours"),
        ]),
        aliases: &[("WEBRTC_STUN_SERVERS", "calls.stun_servers")],
        overrides: vec![("gateway.grace".into(), "5".into()), ("gateway.listen".into(), "[::1]:1".into())],
    };
    let loaded = load::<Config>(&sources).unwrap();
    let Config { name, gateway, calls } = loaded.config.clone();
    assert_eq!((name.as_str(), gateway.grace, calls.tone, calls.video), ("42", Some(5), Tone::Loud, true));
    assert_eq!(gateway.listen.to_string(), "[::1]:1");
    assert_eq!(gateway.rate, gateway::Rate { per_second: 7, burst: 20 }, "the other key of the section keeps its default");
    assert_eq!(gateway.headers["x"], "y");
    assert_eq!(calls.stun_servers, ["stun:one", "stun:two"]);
    assert_eq!(loaded.origins["gateway.grace"], Origin::Override("gateway.grace".into()));
    assert!(
        loaded.show().contains("stun_servers = [\"stun:one\", \"stun:two\"] # the environment variable WEBRTC_STUN_SERVERS\n"),
        "{}",
        loaded.show()
    );
}

#[test]
fn an_unknown_key_is_named_with_its_source_and_its_neighbour() {
    let wrong = load::<Config>(&Sources { env: env(&[("CARILLON__GATEWAY__LISTNE", "x")]), ..Sources::default() }).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "the environment variable CARILLON__GATEWAY__LISTNE sets `gateway.listne`, which is no key of this configuration: is `gateway.listen` meant?"
    );
    let files = Files::new();
    let file = Some(files.write("c.toml", "[zebra]\nstripes = 3\n"));
    let wrong = load::<Config>(&Sources { file, ..Sources::default() }).unwrap_err().to_string();
    assert!(wrong.ends_with("c.toml sets `zebra`, which is no key of this configuration"), "{wrong}");
    // Only a secret has a file.
    let wrong = load::<Config>(&Sources { overrides: vec![("name_file".into(), "x".into())], ..Sources::default() });
    assert!(matches!(wrong, Err(ConfigError::Unknown { .. })));
}

#[test]
fn a_value_of_the_wrong_type_is_named_with_its_source() {
    let files = Files::new();
    let says = |file: &str, env_: &[(&str, &str)], wanted: &str| {
        let file = Some(files.write("c.toml", file));
        let wrong = load::<Config>(&Sources { file, env: env(env_), ..Sources::default() }).unwrap_err().to_string();
        assert!(wrong.contains(wanted), "{wrong}");
    };
    says("[gateway]\ngrace = 70000", &[], "c.toml sets `gateway.grace` wrongly: invalid value: integer `70000`, expected u16");
    says("[gateway.rate]\nburst = 'x'", &[], "c.toml sets `gateway.rate.burst` wrongly: invalid type: string \"x\", expected u32");
    says("gateway = 1", &[], "c.toml sets `gateway` wrongly: this is a section");
    says("[calls]\ntone = 'shrill'", &[], "`calls.tone` wrongly: unknown variant `shrill`");
    says("\n\nname =", &[], "c.toml, line 3: ");
    says("[gateway]\ntrusted_proxies = ['a', 5]", &[], "c.toml sets `gateway.trusted_proxies` wrongly: invalid type: integer `5`");
    says(
        "",
        &[("CARILLON__GATEWAY__GRACE", "soon")],
        "CARILLON__GATEWAY__GRACE sets `gateway.grace` wrongly: `soon` is not a whole number",
    );
    says(
        "",
        &[("CARILLON__GATEWAY__LISTEN", "here")],
        "variable CARILLON__GATEWAY__LISTEN sets `gateway.listen` wrongly: invalid socket address",
    );
}

#[test]
fn a_secret_comes_from_a_file_and_never_shows() {
    let files = Files::new();
    let secret = files.write("key", "open sesame\n");
    let key_file = ("CARILLON__GATEWAY__KEY_FILE", secret.to_str().unwrap());
    let loaded = load::<Config>(&Sources { env: env(&[key_file]), ..Sources::default() }).unwrap();
    assert_eq!(loaded.config.gateway.key.as_ref().unwrap().expose(), "open sesame");
    assert!(cfg!(not(unix)) || loaded.warnings[0].contains("others may read it"), "{:?}", loaded.warnings);
    let shown = format!("{loaded:?} {} {}", loaded.show(), serde_json::to_string(&loaded.config).unwrap());
    assert!(shown.contains("***") && !shown.contains("sesame"), "{shown}");

    let both = Sources { env: env(&[key_file]), overrides: vec![("gateway.key".into(), "x".into())], ..Sources::default() };
    assert!(matches!(load::<Config>(&both), Err(ConfigError::Twice { .. })));
    let gone = Sources { env: env(&[("CARILLON__GATEWAY__KEY_FILE", "/nowhere")]), ..Sources::default() };
    assert!(load::<Config>(&gone).unwrap_err().to_string().starts_with("/nowhere cannot be read"));
    // Nor in an error.
    let file = Some(files.write("c.toml", "[gateway]\nkey = 20061978\n"));
    let wrong = load::<Config>(&Sources { file, ..Sources::default() }).unwrap_err().to_string();
    assert!(wrong.ends_with("sets `gateway.key` wrongly: a secret is a text in quotes"), "{wrong}");
    // One that stands in the file itself is warned of too.
    let file = Some(files.write("c.toml", "[gateway]\nkey = 'open'\n"));
    let loaded = load::<Config>(&Sources { file, ..Sources::default() }).unwrap();
    assert!(cfg!(not(unix)) || loaded.warnings[0].contains("c.toml holds a secret"), "{:?}", loaded.warnings);
    let masked = Sources { overrides: vec![("gateway.key".into(), "***".into())], ..Sources::default() };
    assert!(load::<Config>(&masked).is_err());
}

#[test]
fn the_reference_says_everything_and_changes_nothing() {
    let page = render::<Config>();
    assert_eq!(toml::from_str::<Config>(&page).unwrap(), Config::default());
    assert_eq!(load::<Config>(&Sources::default()).unwrap().config, Config::default());
    assert_eq!(
        page,
        r#"# A name for the house.
name = ""

# The doors.
[gateway]
# Where the public door is.
listen = "127.0.0.1:8080"

# Proxies whose word on addresses is taken.
trusted_proxies = []

# Seconds to wait.
# grace = 0

# Opens the door.
# Or key_file: the path of a file that holds it.
# key = ""

# Extra headers.
headers = {}

# How often.
[gateway.rate]
# Each second.
per_second = 7

# At once.
burst = 9

# How calls find their way.
[calls]
# STUN servers to tell clients of.
stun_servers = []

# Whether video may be sent.
video = false

# How loud.
# One of: soft, loud.
tone = "soft"
"#
    );
}

/// The sections of this crate, as the product will have them.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Platform {
    #[schema(inline)]
    bus: carillon_platform::bus::Config,
    #[schema(inline)]
    cache: carillon_platform::cache::Config,
    #[schema(inline)]
    jobs: carillon_platform::jobs::Config,
    #[schema(inline)]
    limits: carillon_platform::limits::Config,
    #[schema(inline)]
    secrets: carillon_platform::secrets::Config,
    #[schema(inline)]
    telemetry: carillon_platform::telemetry::Config,
}

#[test]
fn our_own_sections_are_read_back_as_they_are() {
    let page = render::<Platform>();
    assert_eq!(toml::from_str::<Platform>(&page).unwrap(), Platform::default(), "{page}");
    let silent = page.lines().zip(page.lines().skip(1)).find(|(before, line)| line.contains(" = ") && !before.starts_with('#'));
    assert_eq!(silent, None, "every key says what it is");
    println!("{page}");
}
