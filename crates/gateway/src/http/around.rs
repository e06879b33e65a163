//! What happens around every request, whoever answers it: a trace, a limit for its address, headers.

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{Response, Uri},
    middleware::{self, Next},
};
use carillon_core::Problem;
use carillon_platform::limits::{Key, Limit};
use tracing::{Instrument, field::Empty, info_span};

use super::{Peer, headers::secure};
use crate::{App, problem};

/// Around all that the router answers so far.
pub(crate) fn around(app: &App, router: Router) -> Router {
    router.layer(middleware::from_fn_with_state(app.clone(), pass))
}

async fn pass(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    // The path of the table, without what stands in it.
    let path = request.extensions().get::<MatchedPath>().map_or("beside the table", MatchedPath::as_str);
    let span = info_span!("request", method = %request.method(), path, status = Empty);
    let mut response = match knock(&app, &request) {
        Ok(()) => next.run(request).instrument(span.clone()).await,
        Err(flooding) => problem::response(&flooding),
    };
    span.record("status", response.status().as_u16());
    secure(response.headers_mut(), app.https);
    response
}

/// Before anybody is known, for to know them has its price: a new socket memory, a cookie or a token a look into the database. What turns
/// out to be a person's request is given back, and counts as theirs. The web app's files cost nothing.
fn knock(app: &App, request: &Request) -> Result<(), Problem> {
    let costs = request.extensions().get::<MatchedPath>().is_some() || opens_socket(request.uri());
    match request.extensions().get::<Peer>() {
        Some(Peer(address)) if costs => Ok(app.limits.check(Limit::HttpAddress, Key::address(*address), 1)?),
        _ => Ok(()),
    }
}

fn opens_socket(uri: &Uri) -> bool {
    uri.path().starts_with("/socket.io") && !uri.query().unwrap_or_default().split('&').any(|pair| pair.starts_with("sid="))
}
