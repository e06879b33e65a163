//! The web app's files, or how to get them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header},
};
use carillon_core::Problem;
use carillon_web::Asset;

use crate::problem;

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Carillon</title>\
    <h1>Carillon is running</h1><p>The web app is not built into this program. Run <code>cargo xtask up</code>, or \
    <code>cargo xtask web</code> and then build again; it needs Node 20.19 or later.</p>\
    <p>The API is here: <a href=\"/api/docs\">/api/docs</a>.</p>\
    <p lang=\"fr\">L’application web n’est pas dans ce programme. Lancez <code>cargo xtask up</code>, ou bien \
    <code>cargo xtask web</code> puis compilez de nouveau ; il faut Node 20.19 ou plus récent.</p></html>";

/// A file of the web app; for a path without one, the app itself, which knows its own pages.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || path.starts_with("webrtc/") || path.starts_with(".well-known/") {
        return problem::response(&Problem::missing("route: see /api/docs"));
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        let mut response = problem::wrong_method("pages are read with GET");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
        return response;
    }
    if let Some(asset) = carillon_web::find(path) {
        return send(asset, &headers, path.starts_with("assets/"));
    }
    if path.starts_with("assets/") {
        return problem::response(&Problem::missing("file: the page was loaded from an older version, reload it"));
    }
    app(carillon_web::index(), &headers)
}

fn app(index: Option<&'static Asset>, headers: &HeaderMap) -> Response<Body> {
    if let Some(index) = index {
        return send(index, headers, false);
    }
    let mut response = page(StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT, "text/html; charset=utf-8");
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) fn page(status: StatusCode, body: impl Into<Body>, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn send(asset: &'static Asset, headers: &HeaderMap, immutable: bool) -> Response<Body> {
    let accepts = |coding: &str| {
        let said = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        said.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == coding) && !one.contains("q=0"))
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = Response::new(Body::empty());
    let (bytes, coding) = match (asset.br, asset.gz) {
        (Some(br), _) if accepts("br") => (br, Some("br")),
        (_, Some(gz)) if accepts("gzip") => (gz, Some("gzip")),
        _ => (asset.bytes, None),
    };
    let out = response.headers_mut();
    out.insert(header::ETAG, HeaderValue::from_static(asset.etag));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let keep = if immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if known == Some(asset.etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    *response.body_mut() = Body::from(bytes);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    static INDEX: Asset = Asset {
        path: "index.html",
        content_type: "text/html; charset=utf-8",
        etag: "W/\"1\"",
        bytes: b"<!doctype html>",
        br: Some(b"brotli"),
        gz: Some(b"gzip"),
    };

    fn said(response: &Response<Body>, name: header::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().expect("ours are ASCII"))
    }

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[tokio::test]
    async fn without_the_app_a_page_says_how_to_get_it_and_nobody_keeps_it() {
        let page = app(None, &HeaderMap::new());
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(said(&page, header::CACHE_CONTROL), "no-store");
        assert_eq!(said(&page, header::CONTENT_TYPE), "text/html; charset=utf-8");
        let text = to_bytes(page.into_body(), 10_000).await.expect("it is short");
        let text = std::str::from_utf8(&text).expect("it says so");
        for word in ["cargo xtask up", "cargo xtask web", "Node 20.19", "/api/docs", "lang=\"fr\""] {
            assert!(text.contains(word), "{word} is missing: {text}");
        }
        // The headers of every answer forbid both.
        assert!(!text.contains("<script") && !text.contains("style"), "{text}");
    }

    #[test]
    fn the_app_is_asked_for_each_time_and_sent_when_it_is_another() {
        let page = app(Some(&INDEX), &headers(&[(header::ACCEPT_ENCODING, "gzip, br;q=0")]));
        assert_eq!((page.status(), said(&page, header::CACHE_CONTROL)), (StatusCode::OK, "no-cache"));
        assert_eq!((said(&page, header::CONTENT_ENCODING), said(&page, header::VARY)), ("gzip", "accept-encoding"));
        let known = app(Some(&INDEX), &headers(&[(header::IF_NONE_MATCH, INDEX.etag)]));
        assert_eq!((known.status(), said(&known, header::ETAG)), (StatusCode::NOT_MODIFIED, INDEX.etag));
        assert_eq!(said(&send(&INDEX, &HeaderMap::new(), true), header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    }
}
