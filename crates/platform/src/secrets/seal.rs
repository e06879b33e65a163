//! The envelope: `0x01`, the key's version (4 bytes), a random nonce (12), the cipher text, its tag (16).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::random;

const FORM: u8 = 1;
const HEAD: usize = 5;

/// 2^32 random nonces of 96 bits under one key leave a chance of 2^-33 that two are the same (NIST SP 800-38D, section 8.3).
pub(super) fn seal(key: &[u8], version: u32, belongs: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = random::bytes::<NONCE_LEN>();
    let mut head = vec![FORM];
    head.extend(version.to_be_bytes());
    let mut text = plain.to_vec();
    let aad = Aad::from([&head, belongs].concat());
    cipher(key).seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text).expect("shorter than 64 GiB");
    [&head, &nonce[..], &text].concat()
}

pub(super) fn version(sealed: &[u8]) -> Option<u32> {
    let (form, rest) = sealed.split_first()?;
    (*form == FORM).then_some(u32::from_be_bytes(*rest.first_chunk()?))
}

pub(super) fn open(key: &[u8], belongs: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = sealed.split_at_checked(HEAD)?;
    let (nonce, text) = rest.split_first_chunk::<NONCE_LEN>()?;
    let mut text = text.to_vec();
    let aad = Aad::from([head, belongs].concat());
    let plain = cipher(key).open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut text).ok()?.len();
    text.truncate(plain);
    Some(text)
}

fn cipher(key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("keys have 32 bytes: the file was checked"))
}
