//! The built web app as bytes, with their types, tags and precompressed forms.
//!
//! What `cargo xtask web` put into `dist/` is compiled in. Without it everything else still builds: then there is nothing here, and the
//! gateway shows a page that says so.

#[cfg(test)]
mod table;

/// One file of the app.
#[derive(Debug)]
pub struct Asset {
    /// From the app's root, without a `/` in front: `assets/index-1a2b.js`.
    pub path: &'static str,
    pub content_type: &'static str,
    /// For `ETag` and `If-None-Match`, quotes included. The same for all three forms.
    pub etag: &'static str,
    pub bytes: &'static [u8],
    /// The same in Brotli, if it is worth it.
    pub br: Option<&'static [u8]>,
    /// The same in gzip, if it is worth it.
    pub gz: Option<&'static [u8]>,
}

/// Sorted by path.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Whether the web app is in this program.
pub const BUILT: bool = !ASSETS.is_empty();

/// The file at this path, with or without a `/` in front.
pub fn find(path: &str) -> Option<&'static Asset> {
    let path = path.strip_prefix('/').unwrap_or(path);
    ASSETS.binary_search_by_key(&path, |asset| asset.path).ok().map(|at| &ASSETS[at])
}

/// The app itself, which knows its own pages.
pub fn index() -> Option<&'static Asset> {
    find("index.html")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{ASSETS, BUILT, find, index, table};

    #[test]
    fn every_file_is_found_by_its_path() {
        assert_eq!(BUILT, index().is_some());
        assert!(ASSETS.is_sorted_by_key(|asset| asset.path));
        for asset in ASSETS {
            assert_eq!(find(asset.path).map(|found| found.etag), Some(asset.etag));
            assert_eq!(find(&format!("/{}", asset.path)).map(|found| found.path), Some(asset.path));
        }
        assert!(find("").is_none() && find("../Cargo.toml").is_none() && find("index.html.br").is_none());
    }

    #[test]
    fn a_built_app_is_read_with_its_compressed_forms() {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir(dist.path().join("assets")).unwrap();
        for (path, text) in [
            ("index.html", "<!doctype html>"),
            ("assets/a-1.js", "1"),
            ("assets/a-1.js.br", "-"),
            ("assets/a-1.js.gz", "-"),
            ("logo.svg", "<svg/>"),
            ("archive.tar.gz", "an archive"),
        ] {
            fs::write(dist.path().join(path), text).unwrap();
        }
        let files = table::read(dist.path()).unwrap();
        let found: Vec<_> = files.iter().map(|file| (&*file.path, file.content_type, file.br, file.gz)).collect();
        assert_eq!(
            found,
            [
                ("archive.tar.gz", "application/octet-stream", false, false),
                ("assets/a-1.js", "text/javascript; charset=utf-8", true, true),
                ("index.html", "text/html; charset=utf-8", false, false),
                ("logo.svg", "image/svg+xml", false, false),
            ]
        );
        // SHA-256 of "1", its first twelve bytes.
        assert_eq!(files[1].etag, "W/\"6b86b273ff34fce19d6b804e\"");
    }
}
