//! Where a backup goes: under a hidden name until it is whole, one at a time in a directory.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use carillon_core::Timestamp;

const HIDDEN: &str = ".carillon-backup";
const BEGUN: &str = ".part";
const TRIAL: &str = ".trial";
const UNVERIFIED: &str = "-unverified";
const ENDING: &str = ".backup";

pub(super) struct Place {
    directory: PathBuf,
    /// Its name; unless said, that of its moment.
    name: Option<String>,
    _lock: File,
}

impl Place {
    /// A directory that is there, or a file that is not.
    pub(super) fn of(to: &Path) -> Result<Self> {
        if to.is_dir() || to.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Self::directory(to);
        }
        ensure!(!to.exists(), "{} is there already: name another file, or a directory", to.display());
        let name = to.file_name().and_then(|name| name.to_str()).with_context(|| format!("{} is no name for a file", to.display()))?;
        let directory = to.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
        ensure!(directory.is_dir(), "there is no directory {}", directory.display());
        Self::hold(directory.into(), Some(name.into()))
    }

    /// A directory that is made if it is not there.
    pub(super) fn directory(path: &Path) -> Result<Self> {
        Self::hold(path.into(), None)
    }

    fn hold(directory: PathBuf, name: Option<String>) -> Result<Self> {
        let told = || format!("the directory {}", directory.display());
        DirBuilder::new().recursive(true).mode(0o700).create(&directory).with_context(told)?;
        let path = directory.join(format!("{HIDDEN}.lock"));
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).with_context(told)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another backup is just being made in {}", directory.display()),
            Err(TryLockError::Error(why)) => return Err(why).with_context(told),
        }
        let place = Self { directory, name, _lock: lock };
        place.clear()?;
        Ok(place)
    }

    /// What a killed one left.
    fn clear(&self) -> Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
            let Some(ending) = name.to_str().and_then(|name| name.strip_prefix(HIDDEN)) else { continue };
            match ending {
                BEGUN => fs::remove_file(&path)?,
                TRIAL => fs::remove_dir_all(&path)?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn begin(&self) -> Result<Begun> {
        let path = self.directory.join(format!("{HIDDEN}{BEGUN}"));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).with_context(|| path.display().to_string())?;
        Ok(Begun { path, file })
    }

    /// Where a restore is tried.
    pub(super) fn trial(&self) -> PathBuf {
        self.directory.join(format!("{HIDDEN}{TRIAL}"))
    }

    /// Gives it its name, durably.
    pub(super) fn keep(&self, begun: &Begun, at: Timestamp, verified: bool) -> Result<PathBuf> {
        let mark = if verified { "" } else { UNVERIFIED };
        let name = self.name.clone().unwrap_or_else(|| format!("carillon-{}{mark}{ENDING}", stamp(at)));
        let path = self.directory.join(name);
        ensure!(!path.exists(), "{} is there already", path.display());
        let told = || path.display().to_string();
        fs::rename(&begun.path, &path).with_context(told)?;
        File::open(&self.directory)?.sync_all().with_context(told)?;
        Ok(path)
    }
}

/// A file that is not whole. Dropped, it goes, unless it has got its name.
pub(super) struct Begun {
    pub path: PathBuf,
    pub file: File,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // it may have its name
    }
}

/// Leaves the newest `most`, and the newest that was verified.
pub(super) fn prune(directory: &Path, most: usize) -> std::io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        names.extend(name.to_str().filter(|name| name.starts_with("carillon-") && name.ends_with(ENDING)).map(String::from));
    }
    names.sort_unstable_by(|one, other| other.cmp(one));
    let verified = names.iter().find(|name| !name.contains(UNVERIFIED)).cloned();
    let old: Vec<_> =
        names.into_iter().skip(most.max(1)).filter(|name| Some(name) != verified.as_ref()).map(|name| directory.join(name)).collect();
    old.iter().try_for_each(fs::remove_file)?;
    Ok(old)
}

/// `20261125T134500Z`.
fn stamp(at: Timestamp) -> String {
    let seconds = at.0.div_euclid(1000);
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days to the Gregorian calendar, by eras of 400 years that begin in March.
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{date:02}T{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_people_read_it() {
        for (at, written) in [(0, "19700101T000000Z"), (951_782_400_000, "20000229T000000Z"), (1_795_613_148_999, "20261125T132548Z")] {
            assert_eq!(stamp(Timestamp(at)), written);
        }
    }

    #[test]
    fn old_ones_go_and_the_newest_verified_stays() {
        let directory = tempfile::tempdir().unwrap();
        let there = |name: &str| directory.path().join(name).exists();
        let names = ["carillon-1.backup", "carillon-2.backup", "carillon-3-unverified.backup", "carillon-4-unverified.backup"];
        for name in names.iter().chain(&["mine.backup", "carillon-0.txt"]) {
            fs::write(directory.path().join(name), "").unwrap();
        }
        prune(directory.path(), 1).unwrap();
        assert_eq!(names.map(there), [false, true, false, true]);
        assert!(there("mine.backup") && there("carillon-0.txt"));
        prune(directory.path(), 2).unwrap();
        assert_eq!(names.map(there), [false, true, false, true]);
    }

    #[test]
    fn one_at_a_time_and_nothing_is_left_of_one_that_broke_off() {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::of(directory.path()).unwrap();
        assert!(Place::of(directory.path()).err().unwrap().to_string().contains("just being made"));
        fs::create_dir(place.trial()).unwrap();
        std::mem::forget(place.begin().unwrap());
        drop(place);
        let place = Place::of(directory.path()).unwrap();
        assert!(!place.trial().exists());
        drop(place.begin().unwrap());
        let kept = place.keep(&place.begin().unwrap(), Timestamp(0), true).unwrap();
        assert_eq!(kept.file_name().unwrap(), "carillon-19700101T000000Z.backup");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "the file, and the lock");
        assert!(Place::of(&kept).err().unwrap().to_string().contains("is there already"));
    }
}
