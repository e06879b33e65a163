//! The list of files that a built web app consists of: what the build script writes down.

use std::{collections::BTreeSet, fmt::Write, fs, io, path::Path};

use sha2::{Digest, Sha256};

/// A file of the app. Its precompressed forms lie beside it as `<path>.br` and `<path>.gz`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// From the app's root, with `/`.
    pub path: String,
    pub content_type: &'static str,
    pub etag: String,
    pub br: bool,
    pub gz: bool,
}

/// Every file under `dist`, sorted by path.
pub(crate) fn read(dist: &Path) -> io::Result<Vec<File>> {
    let mut paths = BTreeSet::new();
    walk(dist, "", &mut paths)?;
    let compressed =
        |path: &String| path.strip_suffix(".br").or_else(|| path.strip_suffix(".gz")).is_some_and(|plain| paths.contains(plain));
    paths
        .iter()
        .filter(|path| !compressed(path))
        .map(|path| {
            let beside = |suffix: &str| paths.contains(&format!("{path}{suffix}"));
            let etag = etag(&fs::read(dist.join(path))?);
            Ok(File { path: path.clone(), content_type: content_type(path), etag, br: beside(".br"), gz: beside(".gz") })
        })
        .collect()
}

fn walk(directory: &Path, above: &str, paths: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| io::Error::other(format!("the name {} is not UTF-8", name.display())))?;
        let path = if above.is_empty() { name } else { format!("{above}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &path, paths)?;
        } else if kind.is_file() {
            paths.insert(path);
        }
    }
    Ok(())
}

/// Weak, because one tag stands for the plain and the compressed forms (RFC 9110, section 8.8.1).
fn etag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mut etag = String::from("W/\"");
    for byte in &digest[..12] {
        let _ = write!(etag, "{byte:02x}");
    }
    etag.push('"');
    etag
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "xml" => "application/xml",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
