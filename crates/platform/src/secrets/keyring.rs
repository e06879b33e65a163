//! The keys in a file of this machine, and in memory while the server runs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{RwLock, RwLockReadGuard},
};

use zeroize::Zeroizing;

use super::{
    PublicKey, SecretsError, SigningKey,
    file::{self, Bytes, Key, Keys},
};
use crate::{clock, config::Secret, random};

pub struct Keyring {
    path: PathBuf,
    root: Option<Secret>,
    keys: RwLock<Keys>,
}

type Material = Zeroizing<Vec<u8>>;

impl Keyring {
    pub(super) fn open(path: PathBuf, root: Option<Secret>) -> Result<Self, SecretsError> {
        if root.as_ref().is_some_and(|root| root.expose().len() < 32) {
            return Err(SecretsError::ShortRoot);
        }
        let _lock = file::lock(&path)?;
        let keys = match file::read(&path, root.as_ref())? {
            Some((keys, sealed)) if sealed == root.is_some() => keys,
            found => {
                let keys = found.map(|(keys, _)| keys).unwrap_or_default();
                file::write(&path, root.as_ref(), &keys)?;
                keys
            }
        };
        Ok(Self { path, root, keys: RwLock::new(keys) })
    }

    pub(super) fn take_out(&self) -> Result<Material, SecretsError> {
        // Another process may have made some.
        self.change(|_| false)?;
        Ok(file::json(&*self.read()))
    }

    pub(super) fn lay(path: &Path, root: Option<&Secret>, keys: &[u8]) -> Result<(), SecretsError> {
        if root.is_some_and(|root| root.expose().len() < 32) {
            return Err(SecretsError::ShortRoot);
        }
        let _lock = file::lock(path)?;
        if path.exists() {
            return Err(SecretsError::There(path.into()));
        }
        let keys = serde_json::from_slice(keys).map_err(|why| SecretsError::Damaged { path: path.into(), why: why.to_string() })?;
        file::write(path, root, &keys)?;
        file::read(path, root).map(drop)
    }

    pub(super) fn newest_sealing(&self, purpose: &'static str) -> Result<(u32, Material), SecretsError> {
        let newest = |keys: &Keys| keys.sealing.get(purpose)?.last().map(|key| (key.version, key.bytes.0.clone()));
        self.newest_or_made(newest, |keys| add(&mut keys.sealing, purpose, random_key()))
    }

    pub(super) fn newest_signing(&self, purpose: &'static str) -> Result<SigningKey, SecretsError> {
        let newest = |keys: &Keys| keys.signing.get(purpose)?.last().and_then(|key| SigningKey::read(key.version, &key.bytes.0));
        self.newest_or_made(newest, |keys| add(&mut keys.signing, purpose, SigningKey::make()))
    }

    pub(super) fn sealing(&self, purpose: &'static str, version: u32) -> Result<Material, SecretsError> {
        let find = |keys: &Keys| keys.sealing.get(purpose)?.iter().find(|key| key.version == version).map(|key| key.bytes.0.clone());
        if let Some(key) = find(&self.read()) {
            return Ok(key);
        }
        // Another process may have rotated.
        self.change(|_| false)?;
        find(&self.read()).ok_or(SecretsError::NoVersion { purpose, version })
    }

    pub(super) fn public_keys(&self, purpose: &'static str) -> Result<Vec<PublicKey>, SecretsError> {
        self.newest_signing(purpose)?;
        let keys = self.read();
        let versions = keys.signing.get(purpose).into_iter().flatten().rev();
        Ok(versions.filter_map(|key| SigningKey::read(key.version, &key.bytes.0)).map(|key| key.public).collect())
    }

    pub(super) fn rotate(&self, purpose: &'static str) -> Result<u32, SecretsError> {
        let mut version = 0;
        self.change(|keys| {
            // What the purpose has, it gets anew; what it has not yet used is sealing.
            if keys.signing.contains_key(purpose) {
                version = add(&mut keys.signing, purpose, SigningKey::make());
            }
            if keys.sealing.contains_key(purpose) || version == 0 {
                version = add(&mut keys.sealing, purpose, random_key());
            }
            true
        })?;
        Ok(version)
    }

    fn newest_or_made<T>(&self, newest: impl Fn(&Keys) -> Option<T>, make: impl FnOnce(&mut Keys) -> u32) -> Result<T, SecretsError> {
        if let Some(found) = newest(&self.read()) {
            return Ok(found);
        }
        // Under the file's lock, and from the file as it is now: two processes do not make two first keys.
        self.change(|keys| newest(keys).is_none() && make(keys) > 0)?;
        Ok(newest(&self.read()).expect("it was found or made"))
    }

    /// Reads the file again and lets it be changed; writes it if it was.
    fn change(&self, change: impl FnOnce(&mut Keys) -> bool) -> Result<(), SecretsError> {
        let _lock = file::lock(&self.path)?;
        let found = file::read(&self.path, self.root.as_ref())?;
        let gone = || SecretsError::Damaged { path: self.path.clone(), why: "it is gone".into() };
        let (mut keys, _) = found.ok_or_else(gone)?;
        if change(&mut keys) {
            file::write(&self.path, self.root.as_ref(), &keys)?;
        }
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = keys;
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn add(keys: &mut BTreeMap<String, Vec<Key>>, purpose: &str, key: Material) -> u32 {
    let versions = keys.entry(purpose.into()).or_default();
    let version = versions.last().map_or(1, |last| last.version + 1);
    versions.push(Key { version, made_at: clock::now(), bytes: Bytes(key) });
    version
}

fn random_key() -> Material {
    Zeroizing::new(random::bytes::<32>().to_vec())
}
