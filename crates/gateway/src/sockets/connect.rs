//! The handshake: who is at the other end of a socket.

use std::{convert::Infallible, fmt, sync::Arc};

use carillon_core::{Principal, Problem};
use serde::Deserialize;
use socketioxide::{
    adapter::Adapter,
    extract::SocketRef,
    handler::{FromConnectParts, Value},
    socket::Socket,
};

use crate::{
    App,
    http::{Peer, by_headers, from_own_page},
    problem::told,
};

/// What the client sends with its CONNECT: a token, unless the handshake carries the cookie.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Auth {
    pub token: Option<String>,
}

impl<A: Adapter> FromConnectParts<A> for Auth {
    type Error = Infallible;
    fn from_connect_parts(socket: &Arc<Socket<A>>, auth: &Option<Value>) -> Result<Self, Infallible> {
        let data = socketioxide::extract::TryData::<Self>::from_connect_parts(socket, auth)?;
        Ok(data.0.unwrap_or_default())
    }
}

/// A problem as the client's `connect_error`.
pub(crate) struct Refusal(Problem);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        told(&self.0).fmt(f)
    }
}

/// Whoever was recognised, kept with the socket.
#[derive(Clone)]
pub(crate) struct Known(pub Principal);

pub(crate) async fn authenticate(app: &App, socket: &SocketRef, auth: &Auth) -> Result<(), Refusal> {
    match principal(app, socket, auth).await.map_err(Refusal)? {
        Principal::Anonymous { .. } => Err(Refusal(Problem::unauthenticated("sign in first, then connect"))),
        who => {
            socket.extensions.insert(Known(who));
            Ok(())
        }
    }
}

async fn principal(app: &App, socket: &SocketRef, auth: &Auth) -> Result<Principal, Problem> {
    let parts = socket.req_parts();
    if let Some(token) = &auth.token {
        return app.authenticator.by_token(token).await;
    }
    from_own_page(&parts.headers)?;
    by_headers(&app.authenticator, &parts.headers, parts.extensions.get::<Peer>().copied()).await
}
