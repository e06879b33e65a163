//! What the public door answers to requests that are not as they should be.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use serde_json::json;
use server::{Server, client::bearer, id};

fn start() -> (tempfile::TempDir, Server) {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    (directory, server)
}

#[test]
fn every_answer_tells_browsers_what_to_refuse() {
    let (_directory, server) = start();
    for path in ["/", "/api/v1/session", "/api/v1/nothing", "/api/docs", "/.well-known/jwks.json", "/socket.io/?EIO=4&transport=polling"] {
        let answer = server.client.get(path, None);
        assert!(answer.header("content-security-policy").contains("default-src 'self'"), "{path}: {answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.header("strict-transport-security").is_empty(), "only over HTTPS: {path}");
    }
}

#[test]
fn a_page_is_the_app_or_says_how_to_get_it() {
    let (_directory, server) = start();
    let page = server.client.get("/rooms/0193a000-0000-7000-8000-000000000000", None);
    let (kept, word) = match page.status {
        200 => ("no-cache", "<script"),
        503 => ("no-store", "cargo xtask up"),
        _ => panic!("{page:?}"),
    };
    assert_eq!((page.header("content-type"), page.header("cache-control")), ("text/html; charset=utf-8", kept), "{page:?}");
    assert!(page.body.contains(word), "{page:?}");
}

#[test]
fn another_page_cannot_act_with_a_cookie() {
    let (_directory, server) = start();
    let (_, token) = server.said["adminLink"].as_str().unwrap().split_once('#').unwrap();
    let signed_in = server.client.post("/api/v1/session/link", None, &json!({ "token": token }));
    let cookie = signed_in.header("set-cookie");
    for word in ["__Host-carillon=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let here = signed_in.headers.iter().any(|(name, value)| name == "set-cookie" && value.starts_with("__Host-carillon-here=1; Path=/"));
    assert!(here, "a page is told that there is one: {signed_in:?}");
    assert!(signed_in.json().get("cookie").is_none(), "a script never sees it");
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    let open = |more: &str| {
        let lines: Vec<String> = [cookie.clone()].into_iter().chain(more.lines().map(Into::into)).collect();
        server.client.ask("POST", "/api/v1/rooms", &lines, Some(&json!({ "requestId": id(), "name": "Standup" })))
    };
    assert_eq!(open("Sec-Fetch-Site: same-origin").status, 201);
    assert_eq!(open(&format!("Origin: http://{}", server.client.host())).status, 201);
    for foreign in ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://elsewhere.example", "Origin: null"] {
        let answer = open(foreign);
        assert_eq!((answer.status, answer.problem().as_str()), (403, "cross-site"), "{foreign}");
    }
    // A form cannot send JSON.
    let form = format!(
        "POST /api/v1/rooms HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{cookie}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}",
        server.client.host()
    );
    assert_eq!(server.client.send(&form).problem(), "unsupported");
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    let (_directory, server) = start();
    let admin = server.sign_in();
    let (client, token) = (&server.client, Some(admin.token.as_str()));
    let raw = |method: &str, path: &str, kind: &str, body: &str| {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}\r\n", client.host(), bearer(token)[0]);
        client.send(&format!("{head}{kind}Content-Length: {}\r\n\r\n{body}", body.len()))
    };
    let json = "Content-Type: application/json\r\n";

    assert_eq!(client.get("/api/v1/nothing", token).problem(), "missing");
    let wrong = raw("PATCH", "/api/v1/rooms", json, "{}");
    assert_eq!((wrong.status, wrong.problem().as_str()), (405, "wrong-method"));
    assert!(wrong.header("allow").contains("GET") && wrong.header("allow").contains("POST"), "{wrong:?}");
    let page = raw("POST", "/rooms", json, "{}");
    assert_eq!((page.status, page.header("allow")), (405, "GET,HEAD"), "{page:?}");
    let large = raw("POST", "/api/v1/rooms", json, &format!("{{\"name\":\"{}\"}}", "x".repeat(200_000)));
    assert_eq!((large.status, large.problem().as_str()), (413, "too-large"));
    assert_eq!(raw("POST", "/api/v1/rooms", "Content-Type: text/plain\r\n", "{}").problem(), "unsupported");
    for (body, word) in [
        ("{", "JSON"),
        ("[]", "object"),
        ("{}", "requestId"),
        ("{\"requestId\":\"x\",\"name\":\"a\"}", "UUID"),
        ("{\"requestId\":\"0193a000-0000-7000-8000-000000000000\",\"name\":\"\"}", "name"),
        ("{\"requestId\":\"0193a000-0000-7000-8000-000000000000\",\"name\":\"a\",\"colour\":\"red\"}", "colour"),
        ("{\"name\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", "deep"),
    ] {
        let answer = raw("POST", "/api/v1/rooms", json, body);
        assert_eq!((answer.status, answer.problem().as_str()), (400, "invalid"), "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(word), "{body}: {answer:?}");
    }
    assert_eq!(client.get("/api/v1/rooms?limit=many", token).problem(), "invalid");
    assert_eq!(client.get("/api/v1/rooms?limit=1&limit=2", token).problem(), "invalid");
    assert_eq!(client.get("/api/v1/rooms?colour=red", token).problem(), "invalid");
    assert_eq!(client.get("/api/v1/rooms/%ff", token).problem(), "invalid");

    let nobody = client.get("/api/v1/rooms", None);
    assert_eq!((nobody.problem().as_str(), nobody.header("www-authenticate")), ("unauthenticated", "Bearer"));
    assert_eq!(client.get("/api/v1/rooms", Some("not.a.token")).problem(), "token-invalid");
}

#[test]
fn whoever_guesses_is_slowed() {
    let (_directory, server) = start();
    let mut kinds = Vec::new();
    for _ in 0..30 {
        let answer = server.client.post("/api/v1/session/link", None, &json!({ "token": "guessed" }));
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
        }
        kinds.push(answer.problem());
    }
    assert_eq!(kinds.last().unwrap(), "flooding", "{kinds:?}");
}

#[test]
fn an_address_is_slowed_whatever_it_shows_and_a_person_is_not_slowed_by_it() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(
        &directory.path().join("data"),
        &["--set", "limits.http_address.burst=20", "--set", "limits.http_address.per_minute=1"],
    );
    let admin = server.sign_in();
    for _ in 0..50 {
        assert_eq!(server.client.get("/api/v1/session", Some(&admin.token)).status, 200, "a person has a limit of their own");
    }
    let flood = |ask: &dyn Fn() -> server::client::Answer| (0..25).map(|_| ask().problem()).filter(|problem| problem == "flooding").count();
    assert!(flood(&|| server.client.get("/api/v1/session", Some("not.a.token"))) >= 4, "a token that does not hold");
    let cookie = [format!("Cookie: __Host-carillon={}.{}", id(), "A".repeat(43))];
    assert_eq!(flood(&|| server.client.ask("GET", "/api/v1/session", &cookie, None)), 25, "a cookie that somebody made up");
    assert_eq!(flood(&|| server.client.get("/api/docs", None)), 25, "a long page");
    assert_eq!(server.client.get("/api/v1/session", Some(&admin.token)).problem(), "flooding", "until it is known, it is anybody");
    let metrics = server.operator("/metrics").body;
    assert!(metrics.contains("carillon_unknown_total{reason=\"token-invalid\"} "), "{metrics}");
}

#[test]
fn others_can_check_our_tokens_and_read_our_api() {
    let (_directory, server) = start();
    let keys = server.client.get("/.well-known/jwks.json", None);
    assert_eq!(keys.header("content-type"), "application/jwk-set+json");
    assert_eq!(keys.json()["keys"][0]["crv"], "Ed25519", "{keys:?}");
    assert!(keys.json()["keys"][0].get("d").is_none(), "the public part only");
    let api = server.client.get("/api/openapi.json", None).json();
    assert!(api["paths"]["/api/v1/rooms"]["post"].is_object());
    let page = server.client.get("/api/docs", None);
    assert!(page.body.contains("/api/v1/rooms/{room}") && !page.body.contains("<script"), "{page:?}");
}
