//! Problems on the wire: `application/problem+json` (RFC 9457), and the same object in a socket's acknowledgement.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use carillon_core::{Kind, Problem};
use serde_json::{Value, json};

/// The problem as the asker sees it: never its cause.
pub(crate) fn told(problem: &Problem) -> Value {
    let mut told = json!({
        "type": problem.uri(),
        "title": problem.kind.title(),
        "status": problem.kind.status(),
        "detail": problem.detail,
    });
    if let Some(seconds) = problem.retry_after {
        told["retryAfter"] = json!(seconds);
    }
    told
}

pub(crate) fn response(problem: &Problem) -> Response<Body> {
    note(problem);
    let mut response = Response::new(Body::from(told(problem).to_string()));
    *response.status_mut() = StatusCode::from_u16(problem.kind.status()).expect("each kind has a status");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.kind == Kind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The operator hears the cause of what is ours to mend.
pub(crate) fn note(problem: &Problem) {
    if matches!(problem.kind, Kind::Broken | Kind::Again | Kind::Unknown) {
        tracing::error!(kind = problem.kind.name(), cause = problem.source.as_deref().unwrap_or_default(), "a request failed");
    }
}
