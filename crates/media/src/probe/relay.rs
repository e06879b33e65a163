//! A relay address from a TURN server, as a browser asks for one, and back again.

use std::{io, net::SocketAddr};

use carillon_platform::random;

use super::{exchange, towards};
use crate::stun::turn::{self, Said, User};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    #[error("it does not know this user name with this password (error {0})")]
    Credential(u16),
    #[error("it refuses to relay (error {0})")]
    Refused(u16),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// RFC 8489, section 14.8.
const UNAUTHENTICATED: u16 = 401;
const STALE_NONCE: u16 = 438;
/// RFC 8656, section 19: another user's name than before, so none that is known.
const WRONG_CREDENTIALS: u16 = 441;

/// Asks by UDP for an address that relays UDP (RFC 8656, section 7), and gives it back at once. It asks again and again: how long to wait
/// is the caller's to say.
pub async fn relay(server: SocketAddr, username: &str, password: &str) -> Result<SocketAddr, RelayError> {
    let (socket, user) = (towards(server).await?, User { name: username, password });
    let mut realm = None;
    let relayed = loop {
        let signed = realm.as_ref().map(|realm| (&user, realm));
        let request = turn::allocate(random::bytes(), signed);
        match (exchange(&socket, &request, |datagram| turn::said(&request, datagram)).await?, signed) {
            (Said::Done(relayed), _) => break relayed.ok_or_else(|| io::Error::other("its answer names no relay address"))?,
            (Said::Refused(UNAUTHENTICATED, Some(by)), None) | (Said::Refused(STALE_NONCE, Some(by)), Some(_)) => realm = Some(by),
            (Said::Refused(code @ (UNAUTHENTICATED | WRONG_CREDENTIALS), _), Some(_)) => return Err(RelayError::Credential(code)),
            (Said::Refused(code, _), _) => return Err(RelayError::Refused(code)),
        }
    };
    // Whatever is said to that: what is not given back lapses by itself.
    let request = turn::give_back(random::bytes(), realm.as_ref().map(|realm| (&user, realm)));
    exchange(&socket, &request, |datagram| turn::said(&request, datagram)).await?;
    Ok(relayed)
}
