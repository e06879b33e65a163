//! The repository's files as git knows them: tracked, or new and not ignored.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A text of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Whether its name ends so: `rs`, `md`.
    pub fn is(&self, kind: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == kind)
    }

    /// Whether this is Rust that somebody wrote.
    pub fn is_our_rust(&self) -> bool {
        self.is("rs") && !self.path.contains("/gen/")
    }

    /// Whether this is the manifest of a package.
    pub fn is_manifest(&self) -> bool {
        self.path.ends_with("/Cargo.toml") && !self.path.starts_with("fuzz/")
    }

    /// The lines with their numbers and without what stands after `//`.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line.find("//").map_or(line, |comment| &line[..comment])))
    }
}

/// Where the repository is checked out.
///
/// # Panics
/// Never, while this package lies two directories down.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).ancestors().nth(2).expect("tests/house lies in the repository").to_owned()
}

/// Every text file.
///
/// # Panics
/// As [`paths`] does.
pub fn tree() -> Vec<File> {
    let root = root();
    // What is no text is left out.
    let text = |path: &String| Some(File::new(path, &fs::read_to_string(root.join(path)).ok()?));
    paths().iter().filter_map(text).collect()
}

/// The path of every file, from the root.
///
/// # Panics
/// When git is missing or this is no checkout: then nothing could be checked.
pub fn paths() -> BTreeSet<String> {
    let root = root();
    // A checkout may belong to another user than the one who tests it.
    let list = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output()
        .expect("git is installed");
    assert!(list.status.success(), "git ls-files: {}", String::from_utf8_lossy(&list.stderr));
    let paths = String::from_utf8(list.stdout).expect("paths are UTF-8");
    // What was just removed is left out.
    let paths: BTreeSet<String> = paths.split('\0').filter(|path| !path.is_empty() && root.join(path).exists()).map(String::from).collect();
    assert!(!paths.is_empty(), "the repository holds nothing");
    paths
}
