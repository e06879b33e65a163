//! Where things come from: public registries only, and no path of somebody's machine.

use crate::File;

/// No file names a directory of the machine on which it was written.
pub fn names_no_private_place(files: &[File]) -> Vec<String> {
    // Written so that this file does not name them either.
    let homes = ["work", "root"].map(|name| format!("/{name}/"));
    let mut breaches = Vec::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            for home in &homes {
                let starts = line.match_indices(home.as_str()).any(|(start, _)| {
                    let before = line[..start].chars().next_back();
                    before.is_none_or(|c| !c.is_alphanumeric() && !"_-./}>~*".contains(c))
                });
                if starts {
                    breaches.push(format!("{}:{}: {home}.. is somebody's machine; paths start at the repository", file.path, at + 1));
                }
            }
        }
    }
    breaches
}

/// Lock files and package clients' settings name the public registries, and nobody's mirror.
pub fn locks_name_public_registries(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        for (at, line) in file.text.lines().enumerate() {
            let line = line.trim();
            let good = match name {
                "Cargo.lock" => {
                    !line.starts_with("source = ") || line == "source = \"registry+https://github.com/rust-lang/crates.io-index\""
                }
                "package-lock.json" => {
                    !line.starts_with("\"resolved\":") || line.contains("\"https://registry.npmjs.org/") || !line.contains("://")
                }
                ".npmrc" => !line.split('=').next().is_some_and(|key| key.trim() == "registry" || key.trim().ends_with(":registry")),
                "config.toml" if file.path.contains(".cargo/") => {
                    !["[source", "[registr", "replace-with"].iter().any(|word| line.starts_with(word))
                }
                _ => true,
            };
            if !good {
                breaches.push(format!(
                    "{}:{}: `{line}`: what everybody can fetch comes from crates.io and registry.npmjs.org",
                    file.path,
                    at + 1
                ));
            }
        }
    }
    breaches
}

/// No system TLS library comes in by way of somebody else's dependency.
pub fn never_openssl(files: &[File]) -> Vec<String> {
    let locks = files.iter().filter(|file| file.path == "Cargo.lock");
    let found =
        locks.flat_map(|file| ["openssl-sys", "native-tls"].into_iter().filter(|name| file.text.contains(&format!("name = \"{name}\""))));
    found
        .map(|name| format!("Cargo.lock: {name}: find who brings it (`cargo tree -i {name}`) and choose its rustls and aws-lc-rs features"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_refused() {
        let judge = |text: &str| names_no_private_place(&[File::new("docs/a.md", text)]).len();
        let home = format!("/{}/main", "work");
        assert_eq!(judge(&format!("see {home}")), 1);
        assert_eq!(judge(&format!("\"{home}\"")), 1);
        assert_eq!(judge(&format!("frame{home} https://example.org{home} $HOME-{home}")), 0);
    }

    #[test]
    fn a_mirror_is_refused() {
        let judge = |path: &str, text: &str| locks_name_public_registries(&[File::new(path, text)]).len();
        assert_eq!(judge("Cargo.lock", "source = \"sparse+https://mirror.example/index/\""), 1);
        assert_eq!(judge("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""), 0);
        assert_eq!(judge("clients/package-lock.json", "  \"resolved\": \"https://mirror.example/a.tgz\","), 1);
        assert_eq!(judge("clients/package-lock.json", "  \"resolved\": \"https://registry.npmjs.org/a/-/a-1.0.0.tgz\","), 0);
        assert_eq!(judge("clients/package-lock.json", "  \"resolved\": \"sdk\","), 0);
        assert_eq!(judge("clients/.npmrc", "registry=https://mirror.example/"), 1);
        assert_eq!(judge("clients/.npmrc", "@a:registry=https://mirror.example/"), 1);
        assert_eq!(judge("clients/.npmrc", "omit-lockfile-registry-resolved=true"), 0);
        assert_eq!(judge(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"mirror\""), 2);
    }

    #[test]
    fn a_system_tls_library_is_refused() {
        assert_eq!(never_openssl(&[File::new("Cargo.lock", "[[package]]\nname = \"openssl-sys\"")]).len(), 1);
        assert!(never_openssl(&[File::new("Cargo.lock", "[[package]]\nname = \"openssl-probe\"")]).is_empty());
    }
}
