//! What stands in a package's manifest.

use toml::{Table, Value};

use crate::File;

/// Every package is under the workspace's lints.
pub fn keeps_the_lints(files: &[File]) -> Vec<String> {
    let under = |manifest: &Table| manifest.get("lints").and_then(|lints| lints.get("workspace")) == Some(&Value::Boolean(true));
    let loose = manifests(files).filter(|(_, manifest)| !under(manifest));
    loose.map(|(path, _)| format!("{path}: add `[lints]` with `workspace = true`")).collect()
}

/// Every version is written once, in the root manifest. A package may name itself by its path, to test itself with a feature.
pub fn takes_versions_from_the_workspace(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (path, manifest) in manifests(files) {
        let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
        for table in std::iter::once(&manifest).chain(platforms.filter_map(|(_, platform)| platform.as_table())) {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                for (name, dependency) in table.get(kind).and_then(Value::as_table).into_iter().flatten() {
                    let shared = dependency.get("workspace") == Some(&Value::Boolean(true));
                    let itself = dependency.get("path") == Some(&Value::String(".".into()));
                    if !shared && !itself {
                        breaches.push(format!("{path}: {name}: `{name}.workspace = true`, and its version in the root Cargo.toml"));
                    }
                }
            }
        }
    }
    breaches
}

fn manifests(files: &[File]) -> impl Iterator<Item = (&str, Table)> {
    files.iter().filter(|file| file.is_manifest()).map(|file| (file.path.as_str(), file.text.parse().expect("cargo reads it too")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_the_lints_is_refused() {
        let judge = |text: &str| keeps_the_lints(&[File::new("crates/a/Cargo.toml", text)]).len();
        assert_eq!(judge("[package]\nname = \"a\""), 1);
        assert_eq!(judge("[lints.rust]\nunsafe_code = \"allow\""), 1);
        assert_eq!(judge("[lints]\nworkspace = true"), 0);
    }

    #[test]
    fn a_version_of_its_own_is_refused() {
        let judge = |text: &str| takes_versions_from_the_workspace(&[File::new("crates/a/Cargo.toml", text)]).len();
        assert_eq!(judge("[dependencies]\nserde = \"1\""), 1);
        assert_eq!(judge("[dev-dependencies]\nserde = { path = \"../serde\" }"), 1);
        assert_eq!(judge("[target.'cfg(unix)'.dependencies]\nlibc = { version = \"0.2\" }"), 1);
        assert_eq!(judge("[dependencies]\nserde.workspace = true\n[dev-dependencies]\na = { path = \".\", features = [\"testing\"] }"), 0);
    }
}
