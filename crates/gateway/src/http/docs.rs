//! The API's description, for programs and for people.

use std::fmt::Write as _;

use axum::{
    body::Body,
    extract::State,
    http::{Response, StatusCode},
};
use serde_json::Value;

use super::assets;
use crate::App;

pub(crate) async fn openapi(State(app): State<App>) -> Response<Body> {
    assets::page(StatusCode::OK, app.openapi, "application/json")
}

pub(crate) async fn page(State(app): State<App>) -> Response<Body> {
    assets::page(StatusCode::OK, app.docs, "text/html; charset=utf-8")
}

/// One page, made when the server starts: no script, nothing from elsewhere.
pub(crate) fn docs(openapi: &str) -> String {
    let document: Value = serde_json::from_str(openapi).unwrap_or_default();
    let mut out = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Carillon API</title></head><body><main><h1>Carillon API</h1>\
         <p>The whole description, for generators: <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p>",
    );
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let _ = write!(out, "<h2><code>{} {}</code></h2><p>{}</p>", method.to_uppercase(), escape(path), escape(summary));
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            if !body.is_null() {
                let text = serde_json::to_string_pretty(body).unwrap_or_default();
                let _ = write!(out, "<details><summary>Body</summary><pre>{}</pre></details>", escape(&text));
            }
        }
    }
    out.push_str("</main></body></html>");
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
