//! Files that are written whole: after a crash each is the old one or the new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Replaces the file, durably. Only one may do so at a time.
pub fn replace(path: &Path, bytes: impl AsRef<[u8]>, mode: u32) -> io::Result<()> {
    let fresh = beside(path, ".new");
    match fs::remove_file(&fresh) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {} // most often there is none; or a crash left it
    }
    let mut file = OpenOptions::new().create_new(true).write(true).mode(mode).open(&fresh)?;
    file.write_all(bytes.as_ref())?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    // The rename itself is durable when the directory is.
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// The path with another ending after its own.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whatever_a_crash_left() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("address");
        fs::write(beside(&path, ".new"), "half of").expect("it is written");
        for text in ["one", "another"] {
            replace(&path, text, 0o600).expect("it is replaced");
            assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
        }
        assert_eq!(path.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).expect("it is there").count(), 1, "nothing is left beside it");
    }
}
