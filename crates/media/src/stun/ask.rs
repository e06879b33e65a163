//! The client's side of a Binding: one request, and what its answer says.

use std::net::{IpAddr, SocketAddr};

use super::{Attributes, BINDING_REQUEST, BINDING_SUCCESS, COOKIE, HEADER, XOR_MAPPED_ADDRESS};

/// One Binding request (RFC 8489, section 5), known again by its transaction.
pub struct Ask {
    transaction: [u8; 12],
}

impl Ask {
    /// `transaction` is random: whoever cannot see the request cannot answer it.
    pub fn new(transaction: [u8; 12]) -> Self {
        Self { transaction }
    }

    pub fn request(&self) -> [u8; HEADER] {
        let mut request = [0; HEADER];
        request[..2].copy_from_slice(&BINDING_REQUEST.to_be_bytes());
        request[4..8].copy_from_slice(&COOKIE);
        request[8..].copy_from_slice(&self.transaction);
        request
    }

    /// The address that the server saw, if this is the answer to the request.
    pub fn answer(&self, datagram: &[u8]) -> Option<SocketAddr> {
        let (head, body) = datagram.split_at_checked(HEADER)?;
        let ours = head[..2] == BINDING_SUCCESS.to_be_bytes() && head[4..8] == COOKIE && head[8..] == self.transaction;
        let (_, value) = Attributes(body).find(|(kind, _)| ours && *kind == XOR_MAPPED_ADDRESS)?;
        address(value, &self.transaction)
    }
}

/// RFC 8489, section 14.2.
pub(super) fn address(value: &[u8], transaction: &[u8; 12]) -> Option<SocketAddr> {
    let (head, rest) = value.split_first_chunk::<4>()?;
    let port = u16::from_be_bytes([head[2] ^ COOKIE[0], head[3] ^ COOKIE[1]]);
    let clear = |byte: usize| rest[byte] ^ COOKIE.iter().chain(transaction).nth(byte).expect("16 bytes of mask");
    let ip = match (head[1], rest.len()) {
        (1, 4) => IpAddr::from(std::array::from_fn::<u8, 4, _>(clear)),
        (2, 16) => IpAddr::from(std::array::from_fn::<u8, 16, _>(clear)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::super::{ROOM, respond};
    use super::*;

    #[test]
    fn our_own_answers_are_read_back_and_no_others() {
        let (ask, other) = (Ask::new(*b"transaction!"), Ask::new(*b"another one!"));
        for from in ["192.0.2.7:50000", "[2001:db8::7]:50000"] {
            let from: SocketAddr = from.parse().expect("an address");
            let mut room = [0; ROOM];
            let answer = respond(&ask.request(), from, &mut room).expect("it is a Binding request").to_vec();
            assert_eq!((ask.answer(&answer), other.answer(&answer)), (Some(from), None));
            for cut in 0..answer.len() {
                assert_eq!(ask.answer(&answer[..cut]), None);
            }
        }
        assert_eq!(ask.answer(&ask.request()), None, "a request is no answer");
    }
}
