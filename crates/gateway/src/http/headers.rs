//! Headers that every answer carries, and who the peer is.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The address that a request comes from, as the listener knows it (a trusted proxy's word included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The web app needs nothing from elsewhere: scripts, styles and sockets of its own origin, pictures and media that it makes itself.
const CONTENT: &str = "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; \
                       script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What browsers are told to refuse (OWASP ASVS 5.0, chapter 3.4).
pub(crate) fn secure(headers: &mut HeaderMap, https: bool) {
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, CONTENT);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    let permissions = "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), autoplay=(self), geolocation=()";
    set(HeaderName::from_static("permissions-policy"), permissions);
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
}
