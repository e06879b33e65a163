//! The directory of this server's own files, held by one process at a time.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use carillon_platform::files;

use crate::config::Config;

/// A file that holds the address by which people come, for commands beside the server.
const ADDRESS: &str = "address";
/// A file that holds the link of the first administrator.
pub(crate) const LINK: &str = "admin-link";

/// A file that stands here while a restore is under way.
pub(crate) const RESTORING: &str = "restoring";

/// The directory, as long as this process holds it. However the process ends, it is free again.
pub(crate) struct Data {
    pub(crate) path: PathBuf,
    _locks: Vec<File>,
}

impl Data {
    /// Makes the directory if there is none, and holds it; and the file of a database that lies elsewhere.
    pub(crate) fn hold(config: &Config) -> Result<Self> {
        let path = PathBuf::from(&config.data);
        make(&path)?;
        let mode = path.metadata().with_context(|| format!("looking at {}", path.display()))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            tracing::warn!(path = %path.display(), mode = format!("{mode:o}"), "others may look into the data directory: chmod 700 it");
        }
        let mut locks = vec![lock(&path.join("lock"), &path)?];
        if path.join(RESTORING).exists() {
            bail!("a restore into {} broke off: empty the directory and the database, and restore again", path.display());
        }
        if let Some(file) = config.database_file().filter(|file| file.parent() != Some(&path)) {
            if let Some(directory) = file.parent().filter(|directory| !directory.as_os_str().is_empty()) {
                make(directory)?;
            }
            locks.push(lock(&files::beside(file, ".lock"), file)?);
        }
        Ok(Self { path, _locks: locks })
    }

    /// Keeps a text that nobody but the owner may read.
    pub(crate) fn keep(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        files::replace(&path, text, 0o600).with_context(|| format!("writing {}", path.display()))?;
        Ok(path)
    }

    pub(crate) fn keep_address(&self, url: &str) -> Result<()> {
        self.keep(ADDRESS, &format!("{url}\n")).map(drop)
    }

    /// Takes away a file that was kept, durably.
    pub(crate) fn forget(&self, name: &str) -> Result<()> {
        let path = self.path.join(name);
        let gone = std::fs::remove_file(&path).and_then(|()| File::open(&self.path)?.sync_all());
        gone.with_context(|| format!("removing {}", path.display()))
    }

    pub(crate) fn forget_link(&self) {
        let _ = std::fs::remove_file(self.path.join(LINK)); // most often there is none
    }
}

/// By which address people came when the server last started.
pub(crate) fn address(config: &Config) -> Option<String> {
    let text = std::fs::read_to_string(Path::new(&config.data).join(ADDRESS)).ok()?;
    Some(text.trim().to_owned()).filter(|url| !url.is_empty())
}

/// Who holds the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    /// A server that runs: its process.
    Server(Option<u32>),
    /// It cannot be looked at: why.
    Unknown(String),
}

/// Whether a server runs on this directory; nothing is made or held.
pub(crate) fn holder(path: &Path) -> Holder {
    let lock = path.join("lock");
    let mut file = match File::open(&lock) {
        Ok(file) => file,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Holder::Nobody,
        Err(why) => return Holder::Unknown(format!("{}: {why}", lock.display())),
    };
    match file.try_lock_shared() {
        Ok(()) => Holder::Nobody,
        Err(TryLockError::WouldBlock) => {
            let mut by = String::new();
            let _ = file.read_to_string(&mut by); // the number is only a help
            Holder::Server(by.trim().parse().ok())
        }
        Err(TryLockError::Error(why)) => Holder::Unknown(format!("{}: {why}", lock.display())),
    }
}

fn make(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| format!("making the directory {}", path.display()))
}

fn lock(path: &Path, held: &Path) -> Result<File> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = file.as_mut().map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut by = String::new();
            let _ = file.read_to_string(&mut by); // the number is only a help
            let by = by.trim();
            let by = if by.is_empty() { String::new() } else { format!(" (process {by})") };
            bail!(
                "{} is in use by another Carillon{by}: stop that one, or give this one a directory of its own with --data",
                held.display()
            )
        }
        Err(TryLockError::Error(why)) => bail!("{} cannot be locked: {why}", path.display()),
    }
    let mut write = || {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write().with_context(|| format!("writing {}", path.display()))?;
    file.try_clone().with_context(|| format!("holding {}", path.display()))
}
