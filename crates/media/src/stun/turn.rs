//! The client's side of TURN, as far as it takes to be given a relay address and to give it back (RFC 8656, sections 7 and 8).

use std::net::SocketAddr;

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use md5::{Digest, Md5};

use super::{Attributes, COOKIE, ERROR_CODE, HEADER, ask::address};

const ALLOCATE: u16 = 0x0003;
const REFRESH: u16 = 0x0004;
const SUCCESS: u16 = 0x0100;
const FAILURE: u16 = 0x0110;

const USERNAME: u16 = 0x0006;
const MESSAGE_INTEGRITY: u16 = 0x0008;
const LIFETIME: u16 = 0x000D;
const REALM: u16 = 0x0014;
const NONCE: u16 = 0x0015;
const XOR_RELAYED_ADDRESS: u16 = 0x0016;
const REQUESTED_TRANSPORT: u16 = 0x0019;
/// UDP, by its number among the protocols.
const UDP: [u8; 4] = [17, 0, 0, 0];

/// By what a server wants requests signed: it says so when it refuses the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Realm {
    realm: Vec<u8>,
    nonce: Vec<u8>,
}

/// What a server said to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Done; with the address, if it gave one.
    Done(Option<SocketAddr>),
    /// The error's number, and by what it wants the next request signed.
    Refused(u16, Option<Realm>),
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) struct User<'u> {
    pub(crate) name: &'u str,
    pub(crate) password: &'u str,
}

pub(crate) fn allocate(transaction: [u8; 12], signed: Option<(&User<'_>, &Realm)>) -> Vec<u8> {
    request(ALLOCATE, transaction, (REQUESTED_TRANSPORT, UDP), signed)
}

/// Gives the address back.
pub(crate) fn give_back(transaction: [u8; 12], signed: Option<(&User<'_>, &Realm)>) -> Vec<u8> {
    request(REFRESH, transaction, (LIFETIME, [0; 4]), signed)
}

fn request(kind: u16, transaction: [u8; 12], (attribute, value): (u16, [u8; 4]), signed: Option<(&User<'_>, &Realm)>) -> Vec<u8> {
    let mut request = [&kind.to_be_bytes(), &[0, 0][..], &COOKIE, &transaction].concat();
    add(&mut request, attribute, &value);
    if let Some((user, by)) = signed {
        add(&mut request, USERNAME, user.name.as_bytes());
        add(&mut request, REALM, &by.realm);
        add(&mut request, NONCE, &by.nonce);
        // The length counts the signature already (RFC 8489, section 14.5).
        measure(&mut request, 24);
        let signature = sign(&user.key(by), &request);
        add(&mut request, MESSAGE_INTEGRITY, signature.as_ref());
    }
    measure(&mut request, 0);
    request
}

fn add(request: &mut Vec<u8>, kind: u16, value: &[u8]) {
    request.extend(kind.to_be_bytes());
    request.extend((value.len() as u16).to_be_bytes());
    request.extend(value);
    request.resize(request.len().next_multiple_of(4), 0);
}

fn measure(request: &mut [u8], more: usize) {
    let length = (request.len() - HEADER + more) as u16;
    request[2..4].copy_from_slice(&length.to_be_bytes());
}

impl User<'_> {
    /// RFC 8489, section 9.2.2: MD5 is what every server still takes.
    fn key(&self, by: &Realm) -> Key {
        let text = [self.name.as_bytes(), b":", &by.realm, b":", self.password.as_bytes()].concat();
        Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &Md5::digest(text))
    }
}

/// What the answer to such a request says; none if this is another message.
pub(crate) fn said(request: &[u8], datagram: &[u8]) -> Option<Said> {
    let (asked, (head, body)) = (request.first_chunk::<HEADER>()?, datagram.split_at_checked(HEADER)?);
    if head[4..] != asked[4..] {
        return None;
    }
    let transaction = asked.last_chunk()?;
    let value = |wanted: u16| Attributes(body).find(|(kind, _)| *kind == wanted).map(|(_, value)| value);
    let kind = u16::from_be_bytes([asked[0], asked[1]]);
    match u16::from_be_bytes([head[0], head[1]]) {
        done if done == kind | SUCCESS => Some(Said::Done(value(XOR_RELAYED_ADDRESS).and_then(|value| address(value, transaction)))),
        failed if failed == kind | FAILURE => {
            let code = value(ERROR_CODE)?.first_chunk::<4>()?;
            let realm = value(REALM).zip(value(NONCE)).map(|(realm, nonce)| Realm { realm: realm.into(), nonce: nonce.into() });
            Some(Said::Refused(u16::from(code[2] & 7) * 100 + u16::from(code[3]), realm))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5769, section 2.4: the signature of a request by a long-term credential.
    #[test]
    fn the_key_of_a_user_is_that_of_the_standard() {
        let user = User { name: "\u{30DE}\u{30C8}\u{30EA}\u{30C3}\u{30AF}\u{30B9}", password: "TheMatrIX" };
        let realm = Realm { realm: b"example.org".into(), nonce: b"f//499k954d6OL34oL9FSTvy64sA".into() };
        let mut request = b"\x00\x01\x00\x60\x21\x12\xa4\x42\x78\xad\x34\x33\xc6\xad\x72\xc0\x29\xda\x41\x2e".to_vec();
        add(&mut request, USERNAME, user.name.as_bytes());
        add(&mut request, NONCE, &realm.nonce);
        add(&mut request, REALM, &realm.realm);
        measure(&mut request, 24);
        let signature = b"\xf6\x70\x24\x65\x6d\xd6\x4a\x3e\x02\xb8\xe0\x71\x2e\x85\xc9\xa2\x8c\xa8\x96\x66";
        assert_eq!(sign(&user.key(&realm), &request).as_ref(), signature);
    }

    #[test]
    fn no_message_cut_short_or_of_another_request_is_an_answer() {
        let (ours, other) = (allocate(*b"transaction!", None), allocate(*b"another one!", None));
        let mut answer = ours.clone();
        answer[..2].copy_from_slice(&(ALLOCATE | FAILURE).to_be_bytes());
        add(&mut answer, ERROR_CODE, &[0, 0, 4, 1]);
        add(&mut answer, REALM, b"carillon.test");
        add(&mut answer, NONCE, b"once");
        let realm = Realm { realm: b"carillon.test".into(), nonce: b"once".into() };
        assert_eq!(said(&ours, &answer), Some(Said::Refused(401, Some(realm))));
        assert_eq!((said(&other, &answer), said(&ours, &ours)), (None, None));
        for cut in 0..answer.len() {
            let _ = said(&ours, &answer[..cut]);
        }
    }
}
