//! A file sealed with a passphrase: for what leaves this machine.
//!
//! Its first line says what it is; the second how the key comes from the passphrase. Then chunks, each its length (the highest bit marks the
//! last one) and AES-256-GCM over up to 64 KiB, with its number as the nonce: the key is this file's alone. At the end the SHA-256 of all
//! before, by which anybody can tell whether the file is whole.

use std::io::{self, ErrorKind, Read, Write};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    config::Secret,
    random::{self, Digester},
};

const TITLE: &str = "carillon sealed file 1\n";
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const LAST: u32 = 1 << 31;
const DIGEST: usize = 32;
/// RFC 9106, section 4, second choice, on one lane. A file may ask for more, within reason.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 16;

#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    #[error("it is no backup of Carillon, or one of a version that this program does not know")]
    Foreign,
    #[error("it is damaged or was cut short: its digest does not fit; take another copy of it")]
    Damaged,
    #[error("the passphrase does not open it")]
    Passphrase,
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Head {
    salt: String,
    memory_kib: u32,
    passes: u32,
}

struct Cipher {
    key: LessSafeKey,
    /// What stands above the chunks.
    head: [u8; 32],
    number: u64,
}

impl Cipher {
    fn new(head: &Head, line: &str, passphrase: &Secret) -> Option<Self> {
        let salt = STANDARD.decode(&head.salt).ok()?;
        if head.memory_kib > MOST_MEMORY_KIB || head.passes > MOST_PASSES {
            return None;
        }
        let params = Params::new(head.memory_kib, head.passes, 1, Some(32)).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &salt, &mut *key)
            .ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*key).ok()?);
        Some(Self { key, head: random::digest(line), number: 0 })
    }

    fn nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[3] = u8::from(last);
        nonce[4..].copy_from_slice(&self.number.to_be_bytes());
        self.number += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}

/// Seals what is written. Only [`Self::finish`] makes it whole.
pub struct Envelope<W: Write> {
    out: W,
    digester: Digester,
    cipher: Cipher,
    chunk: Vec<u8>,
}

impl<W: Write> Envelope<W> {
    pub fn new(mut out: W, passphrase: &Secret) -> io::Result<Self> {
        let head = Head { salt: STANDARD.encode(random::bytes::<16>()), memory_kib: MEMORY_KIB, passes: PASSES };
        let line = format!("{}\n", serde_json::to_string(&head)?);
        let cipher = Cipher::new(&head, &line, passphrase).ok_or_else(|| io::Error::other("no key comes from the passphrase"))?;
        let mut digester = Digester::default();
        for text in [TITLE, &line] {
            digester.update(text);
            out.write_all(text.as_bytes())?;
        }
        Ok(Self { out, digester, cipher, chunk: Vec::with_capacity(CHUNK + TAG) })
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.cipher.nonce(last);
        let sealed = self.cipher.key.seal_in_place_append_tag(nonce, Aad::from(&self.cipher.head), &mut self.chunk);
        sealed.map_err(|_| io::Error::other("a chunk cannot be sealed"))?;
        let length = self.chunk.len() as u32 | if last { LAST } else { 0 };
        for bytes in [&length.to_be_bytes()[..], &self.chunk] {
            self.digester.update(bytes);
            self.out.write_all(bytes)?;
        }
        self.chunk.clear();
        Ok(())
    }

    /// Writes the end; answers with what is beneath and the digest of all of it.
    pub fn finish(mut self) -> io::Result<(W, [u8; 32])> {
        self.seal(true)?;
        let digest = self.digester.finish();
        self.out.write_all(&digest)?;
        self.out.flush()?;
        Ok((self.out, digest))
    }
}

impl<W: Write> Write for Envelope<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // a chunk is written when it is full, or the last
    }
}

/// Whether the file is whole: no passphrase is needed for that.
pub fn is_whole(mut file: impl Read) -> Result<(), EnvelopeError> {
    let mut title = [0; TITLE.len()];
    file.read_exact(&mut title).map_err(cut)?;
    if title != TITLE.as_bytes() {
        return Err(EnvelopeError::Foreign);
    }
    let (mut digester, mut held, mut some) = (Digester::default(), Vec::new(), vec![0; CHUNK]);
    digester.update(title);
    loop {
        let read = file.read(&mut some)?;
        held.extend_from_slice(&some[..read]);
        if read == 0 {
            break;
        }
        // The digest itself is what comes last.
        let known = held.len().saturating_sub(DIGEST);
        digester.update(&held[..known]);
        held.drain(..known);
    }
    if digester.finish()[..] == held[..] { Ok(()) } else { Err(EnvelopeError::Damaged) }
}

/// Opens what an [`Envelope`] has sealed. It ends where the writer ended; before that it is an error.
pub struct Opened<R: Read> {
    file: R,
    cipher: Cipher,
    chunk: Vec<u8>,
    at: usize,
    last: bool,
}

impl<R: Read> Opened<R> {
    /// The file was found whole before.
    pub fn new(mut file: R, passphrase: &Secret) -> Result<Self, EnvelopeError> {
        let mut title = [0; TITLE.len()];
        file.read_exact(&mut title).map_err(cut)?;
        if title != TITLE.as_bytes() {
            return Err(EnvelopeError::Foreign);
        }
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            let mut byte = [0];
            file.read_exact(&mut byte).map_err(cut)?;
            line.extend(byte);
            if line.len() > 1024 {
                return Err(EnvelopeError::Foreign);
            }
        }
        let line = String::from_utf8(line).map_err(|_| EnvelopeError::Foreign)?;
        let head: Head = serde_json::from_str(&line).map_err(|_| EnvelopeError::Foreign)?;
        let cipher = Cipher::new(&head, &line, passphrase).ok_or(EnvelopeError::Foreign)?;
        let mut opened = Self { file, cipher, chunk: Vec::new(), at: 0, last: false };
        opened.next().map_err(|why| if why.kind() == ErrorKind::InvalidData { EnvelopeError::Passphrase } else { why.into() })?;
        Ok(opened)
    }

    fn next(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        self.file.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        self.last = length & LAST != 0;
        let length = (length & !LAST) as usize;
        if !(TAG..=CHUNK + TAG).contains(&length) {
            return Err(ErrorKind::InvalidData.into());
        }
        self.chunk.resize(length, 0);
        self.file.read_exact(&mut self.chunk)?;
        let nonce = self.cipher.nonce(self.last);
        let plain = self.cipher.key.open_in_place(nonce, Aad::from(&self.cipher.head), &mut self.chunk);
        let plain = plain.map_err(|_| io::Error::new(ErrorKind::InvalidData, "a chunk was changed"))?.len();
        self.chunk.truncate(plain);
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            if self.last {
                return Ok(0);
            }
            self.next()?;
        }
        let taken = bytes.len().min(self.chunk.len() - self.at);
        bytes[..taken].copy_from_slice(&self.chunk[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

fn cut(why: io::Error) -> EnvelopeError {
    if why.kind() == ErrorKind::UnexpectedEof { EnvelopeError::Foreign } else { why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut envelope = Envelope::new(Vec::new(), &Secret::new("correct horse battery")).expect("it begins");
        envelope.write_all(plain).expect("it is taken");
        envelope.finish().expect("it ends").0
    }

    fn open(file: &[u8], passphrase: &str) -> Result<Vec<u8>, EnvelopeError> {
        is_whole(file)?;
        let mut plain = Vec::new();
        Opened::new(file, &Secret::new(passphrase))?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_comes_back_with_its_passphrase_only() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain: Vec<u8> = (0..length).map(|n| n as u8).collect();
            assert!(open(&sealed(&plain), "correct horse battery").expect("opened") == plain, "{length}");
        }
        assert!(matches!(open(&sealed(b"x"), "another"), Err(EnvelopeError::Passphrase)));
    }

    #[test]
    fn a_file_that_was_cut_or_changed_is_refused() {
        let whole = sealed(&vec![7; 2 * CHUNK + 10]);
        for end in [0, 10, 40, 200, CHUNK, whole.len() - 33, whole.len() - 1] {
            assert!(open(&whole[..end], "correct horse battery").is_err(), "cut at {end}");
        }
        for at in [0, 30, 150, 2 * CHUNK, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(open(&changed, "correct horse battery").is_err(), "changed at {at}");
        }
    }

    #[test]
    fn whoever_mends_the_digest_still_forges_nothing() {
        let plain = vec![7; 2 * CHUNK];
        let whole = sealed(&plain);
        let head = whole.len() - DIGEST - 2 * (CHUNK + TAG + 4);
        let mended = |mut body: Vec<u8>| {
            let digest = random::digest(&body);
            body.extend(digest);
            body
        };
        // The chunks in another order; the first one alone.
        let (first, second) = whole[head..whole.len() - DIGEST].split_at(CHUNK + TAG + 4);
        for body in [[&whole[..head], second, first].concat(), [&whole[..head], first].concat()] {
            assert!(open(&mended(body), "correct horse battery").is_err());
        }
        assert!(open(&mended([&whole[..head], first, second].concat()), "correct horse battery").expect("as it was") == plain);
    }
}
