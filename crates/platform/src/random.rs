//! The one place that makes randomness and ids, and the digests of what it makes.

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use carillon_core::Timestamp;
use uuid::Uuid;

/// Bytes that nobody can guess.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system's generator, once seeded, does not fail");
    bytes
}

/// A text of 256 random bits, safe in URLs and headers: 43 characters.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// A new id: a `UUIDv7` (RFC 9562, section 5.7) that sorts after all that this process made before. Its time is the machine's, whatever
/// the clock of an act says: nothing is decided by it.
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// A `UUIDv7` of the moment `now`: later ones sort after it, to the millisecond.
pub fn uuid(now: Timestamp) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now.0).unwrap_or(0), &bytes()).into_uuid()
}

/// SHA-256. What is kept of a token, so that a stolen database opens nothing.
pub fn digest(of: impl AsRef<[u8]>) -> [u8; 32] {
    digest::digest(&digest::SHA256, of.as_ref()).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// SHA-256 of what comes in parts.
pub struct Digester(digest::Context);

impl Default for Digester {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Digester {
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes.as_ref());
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::{Digester, Timestamp, digest, token, uuid};

    #[test]
    fn tokens_are_long_and_never_the_same() {
        assert_eq!(token().len(), 43);
        assert_ne!(token(), token());
    }

    #[test]
    fn ids_sort_by_their_time() {
        assert!(uuid(Timestamp(1_700_000_000_000)) < uuid(Timestamp(1_700_000_000_001)));
        assert_eq!(uuid(Timestamp(1)).get_version_num(), 7);
    }

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
        let mut parts = Digester::default();
        parts.update("a");
        parts.update("bc");
        assert_eq!(parts.finish(), digest("abc"));
    }
}
