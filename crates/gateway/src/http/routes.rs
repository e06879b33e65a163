//! The table of entries, mounted: one route a line, all by the same few steps.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    http::{HeaderValue, Method, Response, StatusCode, Uri, header},
    routing::{MethodRouter, delete, get, post},
};
use carillon_core::{Principal, Problem};
use carillon_gate::{Entry, Way};
use carillon_platform::limits::{Key, Limit};
use serde_json::{Map, Value};

use super::{
    Peer, assets, docs, input,
    who::{COOKIE, COOKIE_HERE, by_headers, json, nobody, own_page},
};
use crate::{App, problem};

/// Bytes of a request's body; SDP is the largest thing that anybody sends.
const BODY: usize = 128 * 1024;

pub(crate) fn router(app: &App, beside: Router) -> Router {
    let mut paths: HashMap<&'static str, MethodRouter<App>> = HashMap::new();
    for entry in app.entries.iter() {
        let (path, method): (_, fn(_) -> MethodRouter<App>) = match entry.way {
            Way::Get(path) => (path, get::<Handler, _, App>),
            Way::Post(path) => (path, post::<Handler, _, App>),
            Way::Delete(path) => (path, delete::<Handler, _, App>),
            Way::Event(_) => continue,
        };
        let route = method(Handler(Arc::new(entry.clone())));
        let known = paths.remove(path).unwrap_or_default();
        paths.insert(path, known.merge(route));
    }
    let routes = paths.into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods.fallback(wrong_method)));
    routes
        .route("/.well-known/jwks.json", get(keys))
        .route("/api/openapi.json", get(docs::openapi))
        .route("/api/docs", get(docs::page))
        .fallback(assets::serve)
        .with_state(app.clone())
        .merge(beside)
        .layer(DefaultBodyLimit::max(BODY))
}

/// One entry as a handler.
#[derive(Clone)]
struct Handler(Arc<Entry>);

impl axum::handler::Handler<(), App> for Handler {
    type Future = futures::future::BoxFuture<'static, Response<Body>>;

    fn call(self, request: Request, app: App) -> Self::Future {
        Box::pin(async move {
            match serve(&self.0, &app, request).await {
                Ok(response) => response,
                Err(problem) => problem::response(&problem),
            }
        })
    }
}

async fn serve(entry: &Entry, app: &App, request: Request) -> Result<Response<Body>, Problem> {
    let (mut parts, body) = request.into_parts();
    let Path(path) = axum::RequestPartsExt::extract::<Path<HashMap<String, String>>>(&mut parts)
        .await
        .map_err(|_| Problem::invalid("the path cannot be read"))?;
    let (headers, uri, method) = (&parts.headers, &parts.uri, &parts.method);
    let peer = parts.extensions.get::<Peer>().copied();
    let who = by_headers(&app.authenticator, headers, peer).await.map_err(|why| app.gate.turn_away(&nobody(peer), entry.action, why))?;
    limit(app, entry, &who, peer)?;
    if entry.marks.public.is_none() && matches!(who, Principal::Anonymous { .. }) {
        return Err(app.gate.turn_away(&who, entry.action, Problem::unauthenticated("sign in first, then ask again")));
    }
    own_page(method, headers)?;
    let mut object = if matches!(*method, Method::GET | Method::HEAD) {
        from_query(entry, uri)?
    } else {
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, &()).await.map_err(|why| match why.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("the body is larger than 128 KiB"),
            _ => Problem::invalid("the body did not arrive whole"),
        })?;
        if !bytes.is_empty() {
            json(&parts.headers)?;
        }
        input::body(&bytes)?
    };
    for (name, text) in &path {
        if object.contains_key(name) {
            return Err(Problem::invalid(format!("`{name}` is in the path: leave it out of the body")));
        }
        input::put(&mut object, &entry.input, name, text)?;
    }
    let answer = (entry.call)(app.gate.clone(), who, Value::Object(object)).await?;
    if let (true, Some(Peer(address))) = (entry.marks.guessable, peer) {
        app.limits.give_back(Limit::SignInAddress, Key::address(address)); // it was no guess
    }
    respond(entry, answer)
}

fn from_query(entry: &Entry, uri: &Uri) -> Result<Map<String, Value>, Problem> {
    let mut object = Map::new();
    for (name, text) in input::query(uri.query().unwrap_or_default())? {
        input::put(&mut object, &entry.input, &name, &text)?;
    }
    Ok(object)
}

fn limit(app: &App, entry: &Entry, who: &Principal, peer: Option<Peer>) -> Result<(), Problem> {
    if let (true, Some(Peer(address))) = (entry.marks.guessable, peer) {
        app.limits.check(Limit::SignInAddress, Key::address(address), 1)?;
    }
    if let (true, Some(Peer(address))) = (entry.marks.entering, peer) {
        app.limits.check(Limit::EnterAddress, Key::address(address), 1)?;
    }
    let Some(person) = who.person() else { return Ok(()) };
    if let Some(Peer(address)) = peer {
        app.limits.give_back(Limit::HttpAddress, Key::address(address)); // taken when it was not known who comes
    }
    Ok(app.limits.check(Limit::HttpPrincipal, Key::id(person.uuid()), 1)?)
}

fn respond(entry: &Entry, mut answer: Value) -> Result<Response<Body>, Problem> {
    let cookies = match (&mut answer, entry.marks.sets_session, entry.marks.ends_session) {
        (Value::Object(object), true, _) => {
            object.remove("cookie").and_then(|secret| secret.as_str().map(|secret| cookies(secret, THIRTY_DAYS)))
        }
        (_, _, true) => Some(cookies("", 0)),
        _ => None,
    };
    let mut response = Response::new(Body::from(answer.to_string()));
    *response.status_mut() = if entry.marks.created { StatusCode::CREATED } else { StatusCode::OK };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies.into_iter().flatten() {
        headers.append(header::SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Problem::broken)?);
    }
    Ok(response)
}

/// In seconds; as long as the longest session.
const THIRTY_DAYS: u32 = 2_592_000;

/// The session's, and the one by which a page knows whether to ask for it.
fn cookies(secret: &str, seconds: u32) -> [String; 2] {
    let here = if secret.is_empty() { "" } else { "1" };
    [format!("{COOKIE}={secret}; HttpOnly"), format!("{COOKIE_HERE}={here}")]
        .map(|cookie| format!("{cookie}; Path=/; Secure; SameSite=Lax; Max-Age={seconds}"))
}

async fn keys(State(app): State<App>) -> Response<Body> {
    match app.authenticator.jwks() {
        Ok(keys) => {
            let mut response = Response::new(Body::from(keys.to_string()));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
            response
        }
        Err(problem) => problem::response(&problem),
    }
}

async fn wrong_method() -> Response<Body> {
    problem::wrong_method("this path knows other methods: see /api/docs")
}
