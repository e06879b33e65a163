//! Ed25519 (RFC 8032).

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::random;

/// A key that signs.
pub struct SigningKey {
    pub public: PublicKey,
    pkcs8: Zeroizing<Vec<u8>>,
}

/// Whoever has this can tell what the key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The `kid`: the key's thumbprint by RFC 7638, so the same key has the same name everywhere.
    pub id: String,
    pub version: u32,
    pub bytes: [u8; 32],
}

impl SigningKey {
    /// PKCS#8 (RFC 8410), for a library that signs on its own.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let pair = Ed25519KeyPair::from_pkcs8(&self.pkcs8).expect("it was read before");
        pair.sign(message).as_ref().try_into().expect("a signature has 64 bytes")
    }

    pub(super) fn read(version: u32, pkcs8: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).ok()?;
        let bytes = pair.public_key().as_ref().try_into().ok()?;
        let thumb = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(bytes));
        let id = URL_SAFE_NO_PAD.encode(random::digest(thumb));
        Some(Self { public: PublicKey { id, version, bytes }, pkcs8: Zeroizing::new(pkcs8.to_vec()) })
    }

    pub(super) fn make() -> Zeroizing<Vec<u8>> {
        let made = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).expect("the system's generator does not fail");
        Zeroizing::new(made.as_ref().to_vec())
    }
}

impl PublicKey {
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.bytes).verify(message, signature).is_ok()
    }
}
