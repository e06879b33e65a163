//! Keys: kept, rotated and used here, so that no subject ever holds one for long.
//!
//! A key belongs to a purpose (`"webrtc.sdp"`, `"session.token"`) and has versions: the newest seals and signs, all of them open and
//! verify. A purpose's first key is made when it is first asked for.

mod envelope;
mod file;
mod keyring;
mod seal;
mod signing;

pub use envelope::{Envelope, EnvelopeError, Opened, is_whole};
pub use keyring::Keyring;
pub use signing::{PublicKey, SigningKey};

use std::{
    io,
    path::{Path, PathBuf},
};

use carillon_core::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::config::Secret;

/// Where the keys are by which sign-ins are signed and secrets are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `keyring:PATH`: a file that only this server may read. It is made at the first start. A backup takes the keys along:
    /// without them, what was sealed stays sealed, and everybody has to sign in again.
    pub url: String,
    /// The root secret, at least 32 random characters: the keyring is sealed with it, so that a copied disk opens nothing. Without
    /// it the keys lie in the file as they are. Given later, it seals the keyring at the next start; it cannot be taken away again.
    pub root: Option<Secret>,
}

impl Default for Config {
    fn default() -> Self {
        Self { url: "keyring:carillon-data/keyring.json".into(), root: None }
    }
}

impl Config {
    /// The keyring's file.
    pub fn keyring(&self) -> Result<&Path, SecretsError> {
        let path = self.url.strip_prefix("keyring:").filter(|path| !path.is_empty());
        path.map(Path::new).ok_or_else(|| SecretsError::Url(self.url.clone()))
    }
}

/// The keys of this deployment, wherever they are.
pub enum Secrets {
    Keyring(Keyring),
}

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("`{0}` names no keyring: write keyring:PATH")]
    Url(String),
    #[error("the keyring {path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("the keyring {path} may be read by others (mode {mode:o}): make it its owner's alone (chmod 600)")]
    Readable { path: PathBuf, mode: u32 },
    #[error("the keyring {path} is damaged ({why}): bring back a copy of it")]
    Damaged { path: PathBuf, why: String },
    #[error("the keyring {0} is sealed with a root secret, and none is configured (secrets.root or secrets.root_file)")]
    Rooted(PathBuf),
    #[error("the root secret does not open the keyring {0}: it is another one, or the file was changed")]
    WrongRoot(PathBuf),
    #[error("the root secret is shorter than 32 characters")]
    ShortRoot,
    #[error("there is no version {version} of the key for {purpose}: is this keyring older than what was sealed?")]
    NoVersion { purpose: &'static str, version: u32 },
    #[error("there is a keyring {0} already: keys are laid only where there are none")]
    There(PathBuf),
    #[error("what was sealed for {0} is damaged, or belongs to another place")]
    Unfit(&'static str),
}

impl From<SecretsError> for Problem {
    fn from(why: SecretsError) -> Self {
        Self::broken(why)
    }
}

impl Secrets {
    #[allow(clippy::unused_async, reason = "an engine beyond this machine answers over a wire")]
    pub async fn open(config: &Config) -> Result<Self, SecretsError> {
        Keyring::open(config.keyring()?.into(), config.root.clone()).map(Self::Keyring)
    }

    /// Seals with AES-256-GCM and the newest key of the purpose. What it `belongs` to (table, column, id) must be said again to
    /// open it: nothing sealed can be moved elsewhere. 33 bytes longer than the plain text; at most 2^32 of them for one version.
    pub fn seal(&self, purpose: &'static str, belongs: &[u8], plain: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let Self::Keyring(keyring) = self;
        keyring.newest_sealing(purpose).map(|(version, key)| seal::seal(&key, version, belongs, plain))
    }

    /// Opens what any version of the purpose's key has sealed.
    pub fn unseal(&self, purpose: &'static str, belongs: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let Self::Keyring(keyring) = self;
        let version = seal::version(sealed).ok_or(SecretsError::Unfit(purpose))?;
        let key = keyring.sealing(purpose, version)?;
        seal::open(&key, belongs, sealed).ok_or(SecretsError::Unfit(purpose))
    }

    /// The newest Ed25519 key of the purpose.
    pub fn signing_key(&self, purpose: &'static str) -> Result<SigningKey, SecretsError> {
        let Self::Keyring(keyring) = self;
        keyring.newest_signing(purpose)
    }

    /// The public parts of all versions, the newest first: what a JWKS lists.
    pub fn public_keys(&self, purpose: &'static str) -> Result<Vec<PublicKey>, SecretsError> {
        let Self::Keyring(keyring) = self;
        keyring.public_keys(purpose)
    }

    /// All keys as they are, unsealed: for a backup, which seals them itself.
    pub fn take_out(&self) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let Self::Keyring(keyring) = self;
        keyring.take_out()
    }

    /// Lays the keys of a backup where there are none yet, sealed with the root secret if there is one.
    pub fn lay(config: &Config, keys: &[u8]) -> Result<(), SecretsError> {
        Keyring::lay(config.keyring()?, config.root.as_ref(), keys)
    }

    /// Makes a new version of the purpose's keys, and answers with its number. Another process sees it when it meets something that
    /// the new version sealed, or with its next start.
    pub fn rotate(&self, purpose: &'static str) -> Result<u32, SecretsError> {
        let Self::Keyring(keyring) = self;
        keyring.rotate(purpose)
    }
}
