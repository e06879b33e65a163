//! STUN, as far as a browser needs it to learn its public address: Binding requests (RFC 8489), without users, passwords or TCP.
//!
//! What is no well-formed Binding request gets no answer, so nobody can make this server speak to somebody else in their name for more
//! than it costs them: on the wire no answer is half again as long as what it answers.

mod ask;
mod fingerprint;
mod pace;
pub(crate) mod turn;

pub use ask::Ask;
pub use pace::Pace;

use std::net::{IpAddr, SocketAddr};

/// The longest request that is read. One of a client is 20 to some 100 bytes; none needs to be cut into pieces (RFC 8489, section 6.1).
pub const LONGEST: usize = 576;
/// Room for the longest answer: an error that names all that such a request could hold.
pub const ROOM: usize = 384;

const HEADER: usize = 20;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const BINDING_REQUEST: u16 = 0x0001;
const BINDING_SUCCESS: u16 = 0x0101;
const BINDING_ERROR: u16 = 0x0111;

const ERROR_CODE: u16 = 0x0009;
const UNKNOWN_ATTRIBUTES: u16 = 0x000A;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const FINGERPRINT: u16 = 0x8028;
/// From here on an attribute may be passed over by whoever does not know it (RFC 8489, section 14).
const OPTIONAL: u16 = 0x8000;
/// Those of RFC 8489 below that, which we understand, though none of them changes our answer: everybody may ask.
const UNDERSTOOD: [u16; 11] = [0x0001, 0x0006, 0x0008, 0x0009, 0x000A, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E, 0x0020];
const MESSAGE_INTEGRITY: [u16; 2] = [0x0008, 0x001C];

/// The answer to a datagram, written into `room`; none if it is no Binding request in good order.
pub fn respond<'r>(datagram: &[u8], from: SocketAddr, room: &'r mut [u8; ROOM]) -> Option<&'r [u8]> {
    let request = Request::read(datagram)?;
    let mut answer = Answer { room, len: HEADER };
    let kind = if request.unknown().next().is_none() {
        answer.mapped_address(from, &request.transaction);
        BINDING_SUCCESS
    } else {
        // 420 without its phrase (RFC 8489, section 14.8): a phrase would be most of the answer.
        answer.attribute(ERROR_CODE, [0, 0, 4, 20]);
        answer.attribute(UNKNOWN_ATTRIBUTES, request.unknown().flat_map(u16::to_be_bytes));
        BINDING_ERROR
    };
    answer.head(kind, &request.transaction);
    if request.fingerprinted {
        answer.fingerprint();
    }
    let Answer { room, len } = answer;
    Some(&room[..len])
}

struct Request<'d> {
    transaction: [u8; 12],
    attributes: Attributes<'d>,
    fingerprinted: bool,
}

impl<'d> Request<'d> {
    /// RFC 8489, sections 5 and 6.3.
    fn read(datagram: &'d [u8]) -> Option<Self> {
        let (head, body) = datagram.split_at_checked(HEADER)?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let ours = head[..2] == BINDING_REQUEST.to_be_bytes() && head[4..8] == COOKIE;
        if !ours || length != body.len() || !length.is_multiple_of(4) || datagram.len() > LONGEST {
            return None;
        }
        let attributes = Attributes(body);
        let mut rest = attributes.clone();
        let mut fingerprinted = false;
        while let Some((kind, value)) = rest.next() {
            if fingerprinted {
                return None; // it is the last attribute (RFC 8489, section 14.7)
            }
            if kind == FINGERPRINT {
                let before = datagram.len() - rest.0.len() - 8;
                fingerprinted = value == fingerprint::of(&datagram[..before]);
                if !fingerprinted {
                    return None;
                }
            }
        }
        let transaction = *head.last_chunk()?;
        rest.0.is_empty().then_some(Self { transaction, attributes, fingerprinted })
    }

    /// What would have to be understood and is not. Once the message's integrity was given, the rest does not count (RFC 8489, section 14.5).
    fn unknown(&self) -> impl Iterator<Item = u16> {
        let counts = self.attributes.clone().map(|(kind, _)| kind).take_while(|kind| !MESSAGE_INTEGRITY.contains(kind));
        counts.filter(|kind| *kind < OPTIONAL && !UNDERSTOOD.contains(kind))
    }
}

/// Type, length, value, and zeros up to the next 4 bytes (RFC 8489, section 14). Stops where that does not hold.
#[derive(Clone)]
struct Attributes<'d>(&'d [u8]);

impl<'d> Iterator for Attributes<'d> {
    type Item = (u16, &'d [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let (value, _) = rest.split_at_checked(length)?;
        self.0 = rest.get(length.next_multiple_of(4)..)?;
        Some((u16::from_be_bytes([head[0], head[1]]), value))
    }
}

struct Answer<'r> {
    room: &'r mut [u8; ROOM],
    len: usize,
}

impl Answer<'_> {
    fn head(&mut self, kind: u16, transaction: &[u8; 12]) {
        self.room[..2].copy_from_slice(&kind.to_be_bytes());
        self.room[4..8].copy_from_slice(&COOKIE);
        self.room[8..HEADER].copy_from_slice(transaction);
        self.measure();
    }

    fn measure(&mut self) {
        let length = u16::try_from(self.len - HEADER).expect("ROOM is below 64 KiB");
        self.room[2..4].copy_from_slice(&length.to_be_bytes());
    }

    /// RFC 8489, section 14.2: the port and the address, so disguised that no router on the way takes them for its own business.
    fn mapped_address(&mut self, from: SocketAddr, transaction: &[u8; 12]) {
        let mut value = [0; 20];
        let length = match from.ip().to_canonical() {
            IpAddr::V4(v4) => {
                value[1] = 1;
                value[4..8].copy_from_slice(&v4.octets());
                8
            }
            IpAddr::V6(v6) => {
                value[1] = 2;
                value[4..].copy_from_slice(&v6.octets());
                20
            }
        };
        value[2..4].copy_from_slice(&from.port().to_be_bytes());
        value[2..4].iter_mut().zip(COOKIE).for_each(|(byte, mask)| *byte ^= mask);
        value[4..].iter_mut().zip(COOKIE.iter().chain(transaction)).for_each(|(byte, mask)| *byte ^= mask);
        self.attribute(XOR_MAPPED_ADDRESS, value.into_iter().take(length));
    }

    /// RFC 8489, section 14.7: over all before it, and the length already counts it.
    fn fingerprint(&mut self) {
        self.len += 8;
        self.measure();
        self.len -= 8;
        self.attribute(FINGERPRINT, fingerprint::of(&self.room[..self.len]));
    }

    fn attribute(&mut self, kind: u16, value: impl IntoIterator<Item = u8>) {
        let at = self.len + 4;
        let mut end = at;
        for byte in value {
            self.room[end] = byte;
            end += 1;
        }
        let length = u16::try_from(end - at).expect("ROOM is below 64 KiB");
        self.room[self.len..at - 2].copy_from_slice(&kind.to_be_bytes());
        self.room[at - 2..at].copy_from_slice(&length.to_be_bytes());
        self.len = end.next_multiple_of(4);
        self.room[end..self.len].fill(0);
    }
}
