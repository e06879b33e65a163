//! Who asks: the bearer of a token, the holder of a cookie, or nobody yet.

use axum::http::{HeaderMap, Method, header};
use carillon_core::{Kind, Principal, Problem};
use carillon_identity::Authenticator;

use super::Peer;

/// The session cookie: `__Host-` binds it to this origin, path / and HTTPS (RFC 6265bis, section 4.1.3.2).
pub(crate) const COOKIE: &str = "__Host-carillon";
/// Says to our pages that there is a session, nothing else.
pub(crate) const COOKIE_HERE: &str = "__Host-carillon-here";

/// Whoever the headers speak for. A cookie that means nothing any more counts as none; a wrong token is a problem.
pub(crate) async fn by_headers(authenticator: &Authenticator, headers: &HeaderMap, peer: Option<Peer>) -> Result<Principal, Problem> {
    if let Some(token) = bearer(headers)? {
        return authenticator.by_token(token).await;
    }
    let Some(secret) = cookie(headers) else { return Ok(nobody(peer)) };
    match authenticator.by_cookie(secret).await {
        Err(problem) if problem.kind == Kind::Unauthenticated => Ok(nobody(peer)),
        known => known,
    }
}

/// Whoever comes from there.
pub(crate) fn nobody(peer: Option<Peer>) -> Principal {
    Principal::Anonymous { address: peer.map(|Peer(address)| address) }
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token.map(|(_, token)| Some(token.trim())).ok_or_else(|| Problem::unauthenticated("the Authorization header is `Bearer <token>`"))
}

pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, secret)| secret)
}

/// A cookie travels with requests that other pages make: what changes something must come from our own (OWASP ASVS 5.0, 3.5).
pub(crate) fn own_page(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD) || headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    json(headers)?;
    from_own_page(headers)
}

/// A form of another page can send other kinds without asking; and a body of another kind is not what its sender meant.
pub(crate) fn json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(|kind| kind.split(';').next());
    if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(Problem::new(Kind::Unsupported, "send `Content-Type: application/json`; with a cookie also when there is no body"))
}

/// Browsers name the page behind a request; what is no browser names none.
pub(crate) fn from_own_page(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let own = match (site, text(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => text(header::HOST).is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host)),
        (None, None) => true, // no browser: nobody else's page can be behind it
    };
    if own { Ok(()) } else { Err(Problem::refused("this request comes from another page").named("cross-site")) }
}
