//! One socket's life: what it asks, in order, and what it is told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use carillon_core::{CallId, Kind, ParticipantId, Principal};
use carillon_gate::{Mailbox, Signal, Topic};
use serde_json::json;
use socketioxide::{SendError, SocketError, SocketIo, extract::SocketRef};
use tokio::time::{Instant, interval, sleep};

use super::{calls::Calls, connect::Known, feed::Feeds, follow::PATIENCE, following::Following, requests, rooms::Rooms, standing};
use crate::App;

/// A word now and then on where each room stands: repairs the loss of a hint, also of the last one.
const HEADS: Duration = Duration::from_secs(25);
/// A full socket cannot even be told that it is closed: then it is tried again.
const FULL: Duration = Duration::from_millis(100);

/// What the tasks of one socket share.
pub(crate) struct Session {
    pub app: App,
    pub who: Principal,
    pub socket: SocketRef,
    pub feeds: Feeds,
    pub following: Following,
    /// With which legs it has entered which calls.
    pub legs: Mutex<HashMap<CallId, (ParticipantId, i64)>>,
    /// Names this socket's mailbox, so that its own signals do not come back.
    pub reader: u64,
}

/// What the client asked before this waits in the queue.
pub(crate) fn start(app: &App, feeds: Feeds, io: &SocketIo, socket: SocketRef) {
    let known = socket.extensions.get::<Known>();
    let begun = known
        .and_then(|known| Some((known.who.clone(), known.who.person()?, known.who.session()?, known.who.device()?, known.requests()?)));
    let Some((who, person, id, device, requests)) = begun else {
        let _ = socket.disconnect();
        return;
    };
    let (hub, signals) = (app.gate.hub(), app.gate.signals());
    let mailbox = signals.mailbox();
    signals.follow(mailbox.number(), Topic::Device(person, device));
    let (following, reader) = (Following::new(signals.clone(), mailbox.number()), mailbox.number());
    let session = Session { app: app.clone(), who, socket: socket.clone(), feeds, following, legs: Mutex::default(), reader };
    let session = Arc::new(session);
    let asked = app.spawn("socket requests", requests::serve(session.clone(), requests));
    let (rooms, ended) = (Rooms::new(hub, person), hub.listen(Topic::Session(id)));
    let told = app.spawn("socket", {
        let (session, asked, io) = (session.clone(), asked.clone(), io.clone());
        async move {
            let over = standing::over(ended, || session.app.authenticator.stands(&session.who));
            let why = tokio::select! {
                why = over => Some(why),
                () = tell(&session, &io, mailbox, rooms) => None,
            };
            // Its rights end now, whether or not it takes the word.
            asked.abort();
            session.following.end();
            let Some(why) = why else {
                forget(&session.socket);
                return super::calls::gone(&session).await;
            };
            if why.kind == Kind::Unauthenticated {
                let _ = session.socket.emit("session:ended", &json!({ "reason": why.name.unwrap_or(why.kind.name()) }));
            }
            close(&session.socket).await;
        }
    });
    let leave = move || {
        asked.abort();
        told.abort();
        session.following.end();
        async move { super::calls::gone(&session).await }
    };
    socket.on_disconnect(leave.clone());
    if lost(io, &socket) {
        forget(&socket);
        app.spawn("socket gone", leave());
    }
}

/// Whether the library knows it no longer. Whoever goes in the midst of connecting may have gone before it was said what to do then.
fn lost(io: &SocketIo, socket: &SocketRef) -> bool {
    !socket.connected() || io.of("/").is_none_or(|all| all.get_socket(socket.id).is_none())
}

/// What was to be done when it goes: nobody will call it any more, and it holds the session, which holds the socket.
fn forget(socket: &SocketRef) {
    socket.on_disconnect(|| std::future::ready(()));
}

/// Whatever there is to tell, until the socket is lost.
async fn tell(session: &Session, io: &SocketIo, mut mailbox: Mailbox, mut rooms: Rooms) {
    let mut calls = Calls::new(session);
    let mut heads = interval(HEADS);
    heads.tick().await;
    loop {
        tokio::select! {
            signal = mailbox.next() => hand(&session.socket, &signal).await,
            () = calls.changed() => calls.tell(session).await,
            () = rooms.changed() => rooms.tell(&session.socket),
            _ = heads.tick() => {
                if lost(io, &session.socket) {
                    return;
                }
                requests::tell_heads(session).await;
            }
        }
    }
}

/// Hands a signal over. Its sender was told that it is taken: so it is, or the socket goes, and the sender sees that.
async fn hand(socket: &SocketRef, signal: &Signal) {
    let since = Instant::now();
    while let Err(SendError::Socket(SocketError::InternalChannelFull)) = socket.emit(signal.event, &signal.payload) {
        if since.elapsed() > PATIENCE {
            return close(socket).await;
        }
        sleep(FULL).await;
    }
}

/// Closes a socket, also one that takes nothing any more.
pub(super) async fn close(socket: &SocketRef) {
    while socket.connected() && socket.clone().disconnect().is_err() {
        sleep(FULL).await;
    }
}
