//! One socket's life: what it asks, in order, and what it is told.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use carillon_core::{CallId, Kind, ParticipantId, Principal};
use carillon_gate::{Mailbox, Topic};
use serde_json::json;
use socketioxide::extract::SocketRef;
use tokio::time::{interval, sleep};

use super::{calls::Calls, connect::Known, feed::Feeds, following::Following, requests, rooms::Rooms, standing};
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
pub(crate) fn start(app: &App, feeds: Feeds, socket: SocketRef) {
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
        let (session, asked) = (session.clone(), asked.clone());
        async move {
            let over = standing::over(ended, || session.app.authenticator.stands(&session.who));
            let why = tokio::select! {
                why = over => why,
                never = tell(&session, mailbox, rooms) => match never {},
            };
            // Its rights end now, whether or not it takes the word.
            asked.abort();
            session.following.end();
            if why.kind == Kind::Unauthenticated {
                let _ = session.socket.emit("session:ended", &json!({ "reason": why.name.unwrap_or(why.kind.name()) }));
            }
            close(&session.socket).await;
        }
    });
    socket.on_disconnect(move || {
        asked.abort();
        told.abort();
        session.following.end();
        async move { super::calls::gone(&session).await }
    });
}

/// Whatever there is to tell, for as long as the socket is there.
async fn tell(session: &Session, mut mailbox: Mailbox, mut rooms: Rooms) -> Infallible {
    let mut calls = Calls::new(session);
    let mut heads = interval(HEADS);
    heads.tick().await;
    loop {
        tokio::select! {
            signal = mailbox.next() => {
                let _ = session.socket.emit(signal.event, &signal.payload); // lost when the socket is full, as signals may be
            }
            () = calls.changed() => calls.tell(session).await,
            () = rooms.changed() => rooms.tell(&session.socket),
            _ = heads.tick() => requests::tell_heads(session).await,
        }
    }
}

/// Closes a socket, also one that takes nothing any more.
pub(super) async fn close(socket: &SocketRef) {
    while socket.connected() && socket.clone().disconnect().is_err() {
        sleep(FULL).await;
    }
}
