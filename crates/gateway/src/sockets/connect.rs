//! The handshake: who is at the other end of a socket.

use std::{
    convert::Infallible,
    fmt,
    sync::{Arc, Mutex},
};

use carillon_core::{Action, Principal, Problem};
use serde::Deserialize;
use socketioxide::{
    adapter::Adapter,
    extract::SocketRef,
    handler::{FromConnectParts, Value},
    socket::Socket,
};
use tokio::sync::mpsc;

use super::inbox::{Inbox, Request, WAITING};
use crate::{
    App,
    http::{Peer, by_headers, from_own_page, nobody},
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

/// Whoever was recognised, and the queue of what they ask; kept with the socket until its session begins.
#[derive(Clone)]
pub(crate) struct Known {
    pub who: Principal,
    requests: Arc<Mutex<Option<mpsc::Receiver<Request>>>>,
}

impl Known {
    /// The queue, for the one who serves it.
    pub(crate) fn requests(&self) -> Option<mpsc::Receiver<Request>> {
        self.requests.lock().expect("no panic while held").take()
    }
}

pub(crate) async fn authenticate(app: &App, socket: &SocketRef, auth: &Auth) -> Result<(), Refusal> {
    let turned_away = |why| {
        let peer = socket.req_parts().extensions.get::<Peer>().copied();
        Refusal(app.gate.turn_away(&nobody(peer), Action::SessionRecognise, why))
    };
    match principal(app, socket, auth).await.map_err(turned_away)? {
        Principal::Anonymous { .. } => Err(turned_away(Problem::unauthenticated("sign in first, then connect"))),
        who => {
            // Before the client hears that it is connected: what it asks in that moment is not lost.
            let (queue, requests) = mpsc::channel(WAITING);
            socket.on_fallback(Inbox(queue));
            socket.extensions.insert(Known { who, requests: Arc::new(Mutex::new(Some(requests))) });
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
