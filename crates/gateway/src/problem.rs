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
    let status = StatusCode::from_u16(problem.kind.status()).expect("each kind has a status");
    let mut response = page(status, &told(problem));
    let headers = response.headers_mut();
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.kind == Kind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The path is right, the method is not: HTTP's own problem, no kind of ours. The router says which methods there are.
pub(crate) fn wrong_method(detail: &str) -> Response<Body> {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let title = "This path knows other methods";
    page(status, &json!({ "type": "/problems/wrong-method", "title": title, "status": status.as_u16(), "detail": detail }))
}

fn page(status: StatusCode, told: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(told.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The operator hears the cause of what is ours to mend.
pub(crate) fn note(problem: &Problem) {
    if let (Kind::Broken | Kind::Again | Kind::Unknown, Some(cause)) = (problem.kind, problem.source.as_deref()) {
        tracing::error!(kind = problem.kind.name(), cause, "a request failed");
    }
}
