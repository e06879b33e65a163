//! The Rust of crates/proto: made from its `.proto` files, without `protoc`; committed, and compared in a test.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::root;

/// Where the generated code is committed, from the root.
pub const COMMITTED: &str = "crates/proto/src/gen";

/// What the `.proto` files say, in Rust: each file's name and text.
///
/// # Panics
/// When a `.proto` file is wrong; the message says where.
pub fn generate() -> BTreeMap<String, String> {
    let sources = root().join("crates/proto/proto");
    let mut files = Vec::new();
    find(&sources, &mut files);
    files.sort();
    let set = protox::compile(files, [sources]).unwrap_or_else(|error| panic!("{error:?}"));
    let out = tempfile::tempdir().expect("a temporary directory");
    prost_build::Config::new().out_dir(out.path()).compile_fds(set).expect("valid descriptors become Rust");
    read(out.path())
}

/// The generated code as it is committed.
///
/// # Panics
/// When a file cannot be read.
pub fn committed() -> BTreeMap<String, String> {
    read(&root().join(COMMITTED))
}

fn read(directory: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(directory) else { return BTreeMap::new() };
    let files = entries.map(|entry| entry.expect("a readable directory"));
    files.map(|file| (file.file_name().to_string_lossy().into_owned(), fs::read_to_string(file.path()).expect("a readable text"))).collect()
}

fn find(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a readable directory") {
        let path = entry.expect("a readable directory").path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
}
