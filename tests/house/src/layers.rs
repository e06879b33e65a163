//! Who may name whom: docs/architecture.md, "Rooms of the house". A crate names lower layers only, and an engine has one owner.

use std::process::Command;

use serde_json::Value;

use crate::root;

/// Each crate and its layer. What is not here does not exist: a new crate comes with its line, here and in docs/architecture.md.
const LAYERS: &[(&str, u8)] = &[
    ("carillon-core", 0),
    ("carillon-proto", 0),
    ("carillon-db", 1),
    ("carillon-platform", 2),
    ("carillon-web", 2),
    ("carillon-policy", 3),
    ("carillon-audit", 3),
    ("carillon-gate", 4),
    ("carillon-identity", 5),
    ("carillon-rooms", 6),
    ("carillon-media", 6),
    ("carillon-sip", 6),
    ("carillon-procedures", 7),
    ("carillon-calls", 8),
    ("carillon-conference", 9),
    ("carillon-assistants", 9),
    ("carillon-coach", 10),
    ("carillon-gateway", 11),
    ("carillon", 12),
];

/// Libraries that only these crates may name, so that to swap one is to touch one crate. Nobody: an empty list.
const OWNERS: &[(&str, &[&str])] = &[
    ("rusqlite", &["carillon-db"]),
    ("tokio-postgres", &["carillon-db"]),
    ("tokio-postgres-rustls", &["carillon-db"]),
    ("deadpool-postgres", &["carillon-db"]),
    ("carillon-db", &["carillon-gate", "carillon-audit", "carillon-platform"]),
    ("async-nats", &["carillon-platform"]),
    ("fred", &["carillon-platform"]),
    ("object_store", &["carillon-platform"]),
    ("reqwest", &["carillon-platform"]),
    ("str0m", &["carillon-media"]),
    ("is", &["carillon-media"]),
    ("rsipstack", &["carillon-sip"]),
    ("axum", &["carillon-gateway"]),
    ("socketioxide", &["carillon-gateway"]),
    ("regorus", &["carillon-policy"]),
    ("livekit-protocol", &["carillon-conference"]),
    ("openssl", &[]),
    ("native-tls", &[]),
    ("ring", &[]),
];

/// A package of the workspace and what its manifest names.
pub struct Package {
    pub name: String,
    /// Its directory, from the root.
    pub directory: String,
    pub names: Vec<Name>,
}

/// One line of a manifest's dependencies.
pub struct Name {
    pub package: String,
    pub for_tests: bool,
}

/// Crates that lie elsewhere than their name says, or that no layer knows.
pub fn strangers(packages: &[Package]) -> Vec<String> {
    let crates = packages.iter().filter(|package| package.directory.starts_with("crates/"));
    crates
        .filter_map(|Package { name, directory, .. }| {
            if layer(name).is_none() {
                return Some(format!(
                    "{directory}: no layer knows {name}; give it its line in docs/architecture.md and in tests/house/src/layers.rs"
                ));
            }
            let expected = format!("crates/{}", name.strip_prefix("carillon-").unwrap_or(name));
            (*directory != expected).then(|| format!("{directory}: the crate {name} belongs into {expected}"))
        })
        .collect()
}

/// Arrows that do not point down. Whole-system tests and measurements may name anything; nobody may name them.
pub fn upward(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for from in packages.iter().filter(|package| package.directory.starts_with("crates/") || package.directory == "xtask") {
        for to in from.names.iter().map(|to| &to.package).filter(|to| **to != from.name) {
            let ours = packages.iter().any(|package| package.name == *to);
            match (layer(&from.name), layer(to)) {
                (None, Some(_)) => breaches.push(format!("{} may name no crate of the house, and names {to}: run its programs instead", from.name)),
                (Some(upper), Some(lower)) if lower >= upper => breaches.push(format!(
                    "{} (layer {upper}) may not name {to} (layer {lower}): name lower layers only; siblings meet by a contract in proto, an event on the bus, or wired in carillon",
                    from.name
                )),
                (_, None) if ours => breaches.push(format!("{} may not name {to}: a story that needs both belongs into tests/", from.name)),
                _ => {}
            }
        }
    }
    breaches
}

/// Engines named outside the crate that owns them. What only tests name is not built into anything.
pub fn borrowed(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for from in packages.iter().filter(|package| package.directory.starts_with("crates/")) {
        for to in from.names.iter().filter(|to| !to.for_tests).map(|to| to.package.as_str()) {
            let Some((_, owners)) = OWNERS.iter().find(|(library, _)| *library == to) else { continue };
            if !owners.contains(&from.name.as_str()) {
                let cure = if owners.is_empty() {
                    "nobody does, here: TLS is rustls, cryptography aws-lc-rs".into()
                } else {
                    format!("that is for {}: use what it offers", owners.join(", "))
                };
                breaches.push(format!("{} may not name {to}: {cure}", from.name));
            }
        }
    }
    breaches
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
}

/// The workspace's packages, from cargo.
///
/// # Panics
/// When cargo does not answer as documented.
pub fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output =
        Command::new(cargo).args(["metadata", "--no-deps", "--format-version=1"]).current_dir(root()).output().expect("cargo starts");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let root = format!("{}/", metadata["workspace_root"].as_str().expect("a root"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let name = |value: &Value| Name { package: text(&value["name"]), for_tests: value["kind"] == "dev" };
    let package = |value: &Value| Package {
        name: text(&value["name"]),
        directory: text(&value["manifest_path"]).trim_start_matches(&root).trim_end_matches("/Cargo.toml").into(),
        names: value["dependencies"].as_array().expect("a list").iter().map(name).collect(),
    };
    metadata["packages"].as_array().expect("a list").iter().map(package).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, names: &[(&str, bool)]) -> Package {
        let names = names.iter().map(|(package, for_tests)| Name { package: (*package).into(), for_tests: *for_tests }).collect();
        Package { name: name.into(), directory: format!("crates/{}", name.trim_start_matches("carillon-")), names }
    }

    #[test]
    fn a_sibling_or_an_upper_crate_is_refused() {
        let down = [package("carillon-media", &[("carillon-core", false), ("carillon-platform", true)])];
        assert!(upward(&down).is_empty());
        for to in ["carillon-sip", "carillon-calls"] {
            assert_eq!(upward(&[package("carillon-media", &[(to, false)])]).len(), 1, "{to}");
            assert_eq!(upward(&[package("carillon-media", &[(to, true)])]).len(), 1, "{to}, for tests");
        }
        let itself = [package("carillon-db", &[("carillon-db", true)])];
        assert!(upward(&itself).is_empty());
    }

    #[test]
    fn nobody_names_the_whole_system_tests_and_xtask_names_nobody() {
        let mut stories = package("carillon-stories", &[("carillon", false), ("carillon-db", false)]);
        stories.directory = "tests/stories".into();
        assert!(upward(std::slice::from_ref(&stories)).is_empty());
        assert_eq!(upward(&[stories, package("carillon-rooms", &[("carillon-stories", true)])]).len(), 1);
        let mut xtask = package("xtask", &[("carillon-core", false)]);
        xtask.directory = "xtask".into();
        assert_eq!(upward(&[xtask]).len(), 1);
    }

    #[test]
    fn an_unknown_crate_is_refused() {
        assert_eq!(strangers(&[package("carillon-helpers", &[])]).len(), 1);
        let mut misplaced = package("carillon-rooms", &[]);
        misplaced.directory = "crates/chat".into();
        assert_eq!(strangers(&[misplaced]).len(), 1);
        assert!(strangers(&[package("carillon-rooms", &[]), package("carillon", &[])]).is_empty());
    }

    #[test]
    fn an_engine_has_one_owner() {
        assert_eq!(borrowed(&[package("carillon-rooms", &[("carillon-db", false)])]).len(), 1);
        assert_eq!(borrowed(&[package("carillon-gate", &[("rusqlite", false)])]).len(), 1);
        assert_eq!(borrowed(&[package("carillon-db", &[("openssl", false)])]).len(), 1);
        assert!(
            borrowed(&[package("carillon-rooms", &[("carillon-db", true)]), package("carillon-db", &[("rusqlite", false)])]).is_empty()
        );
    }
}
