//! The keyring's file: what is in it, and how it is read and replaced.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::{Engine, engine::general_purpose::STANDARD};
use carillon_core::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use zeroize::Zeroizing;

use super::{SecretsError, seal, signing::SigningKey};
use crate::{config::Secret, files, random};

/// All versions of all keys, by purpose, the oldest first.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    pub sealing: BTreeMap<String, Vec<Key>>,
    pub signing: BTreeMap<String, Vec<Key>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Key {
    pub version: u32,
    pub made_at: Timestamp,
    pub bytes: Bytes,
}

pub(super) struct Bytes(pub Zeroizing<Vec<u8>>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&Zeroizing::new(STANDARD.encode(&*self.0)))
    }
}
impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(d)?);
        STANDARD.decode(&*text).map(|bytes| Self(Zeroizing::new(bytes))).map_err(|_| D::Error::custom("a key is not base64"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page<K> {
    about: String,
    form: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<K>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    salt: Bytes,
    keys: Bytes,
}

const FORM: u32 = 1;
const PLAIN: &str = "The keys of this server, as they are: whoever reads this file can open what it sealed and sign in its name. \
    Keep it its owner's alone, keep a copy, and think of secrets.root, which seals it.";
const SEALED: &str = "The keys of this server, sealed with the root secret (secrets.root). Keep a copy of both, apart from each other.";

/// Nobody else changes the file while this is held. It goes with the process, however that ends.
pub(super) fn lock(path: &Path) -> Result<File, SecretsError> {
    let at = |source| SecretsError::File { path: path.into(), source };
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        private_directory(directory).map_err(at)?;
    }
    let lock = private(OpenOptions::new().create(true).truncate(false).write(true)).open(files::beside(path, ".lock")).map_err(at)?;
    lock.lock().map_err(at)?;
    Ok(lock)
}

/// The keys and whether they were sealed; `None` if there is no file yet.
pub(super) fn read(path: &Path, root: Option<&Secret>) -> Result<Option<(Keys, bool)>, SecretsError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SecretsError::File { path: path.into(), source }),
    };
    not_for_others(path)?;
    let damaged = |why: String| SecretsError::Damaged { path: path.into(), why };
    let page: Page<Keys> = serde_json::from_str(&text).map_err(|why| damaged(why.to_string()))?;
    if page.form != FORM {
        return Err(damaged(format!("form {}, and this version knows {FORM}", page.form)));
    }
    let (keys, sealed) = match (page.keys, page.sealed) {
        (Some(keys), None) => (keys, false),
        (None, Some(sealed)) => {
            let root = root.ok_or_else(|| SecretsError::Rooted(path.into()))?;
            let plain = seal::open(&derived(root, &sealed.salt.0), SEALED.as_bytes(), &sealed.keys.0);
            let plain = Zeroizing::new(plain.ok_or_else(|| SecretsError::WrongRoot(path.into()))?);
            (serde_json::from_slice(&plain).map_err(|why| damaged(why.to_string()))?, true)
        }
        _ => return Err(damaged("it holds no keys, or twice".into())),
    };
    let right = keys.sealing.values().flatten().all(|key| key.bytes.0.len() == 32)
        && keys.signing.values().flatten().all(|key| SigningKey::read(key.version, &key.bytes.0).is_some());
    if right { Ok(Some((keys, sealed))) } else { Err(damaged("a key has the wrong length".into())) }
}

/// Replaces the file whole: after a crash it is the old one or the new one. Call with the lock held.
pub(super) fn write(path: &Path, root: Option<&Secret>, keys: &Keys) -> Result<(), SecretsError> {
    let page = match root {
        None => Page { about: PLAIN.into(), form: FORM, keys: Some(keys), sealed: None },
        Some(root) => {
            let salt = random::bytes::<32>().to_vec();
            let sealed = seal::seal(&derived(root, &salt), 0, SEALED.as_bytes(), &json(keys));
            let sealed = Sealed { salt: Bytes(salt.into()), keys: Bytes(sealed.into()) };
            Page { about: SEALED.into(), form: FORM, keys: None, sealed: Some(sealed) }
        }
    };
    files::replace(path, &*json(&page), 0o600).map_err(|source| SecretsError::File { path: path.into(), source })
}

pub(super) fn json(what: &impl Serialize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec_pretty(what).expect("texts and numbers"))
}

/// HKDF-SHA-256 (RFC 5869): the root secret is random, so nothing has to be made slow.
fn derived(root: &Secret, salt: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(vec![0; 32]);
    let from = Salt::new(HKDF_SHA256, salt).extract(root.expose().as_bytes());
    let filled = from.expand(&[b"carillon keyring"], HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
    filled.expect("32 bytes are what HKDF-SHA-256 gives");
    key
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}
#[cfg(unix)]
fn private_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}
#[cfg(unix)]
fn not_for_others(path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(|source| SecretsError::File { path: path.into(), source })?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 { Err(SecretsError::Readable { path: path.into(), mode }) } else { Ok(()) }
}
#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
#[cfg(not(unix))]
fn private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
#[cfg(not(unix))]
fn not_for_others(_: &Path) -> Result<(), SecretsError> {
    Ok(())
}
