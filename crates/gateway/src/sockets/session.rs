//! One socket's life: what it asks, in order, and what it is told.

use std::{collections::HashMap, sync::Arc, time::Duration};

use carillon_core::{CallId, Kind, ParticipantId, Principal, RoomId};
use carillon_gate::Topic;
use serde_json::json;
use socketioxide::extract::SocketRef;
use tokio::{sync::mpsc, task::AbortHandle, time::interval};

use super::{
    calls::Calls,
    connect::Known,
    feed::Feeds,
    follow::Cursor,
    inbox::{Inbox, WAITING},
    requests,
    rooms::Rooms,
};
use crate::App;

/// A word now and then on where each room stands: repairs the loss of a hint, also of the last one.
const HEADS: Duration = Duration::from_secs(25);

/// What the tasks of one socket share.
pub(crate) struct Session {
    pub app: App,
    pub who: Principal,
    pub socket: SocketRef,
    pub feeds: Feeds,
    pub rooms: std::sync::Mutex<HashMap<RoomId, (Cursor, AbortHandle)>>,
    /// With which legs it has entered which calls.
    pub legs: std::sync::Mutex<HashMap<CallId, (ParticipantId, i64)>>,
    /// Names this socket's mailbox, so that its own signals do not come back.
    pub reader: u64,
}

/// Runs before the client's first event is read: what it asks from now on waits in the queue.
pub(crate) fn start(app: &App, feeds: Feeds, socket: SocketRef) {
    let who = socket.extensions.get::<Known>().map(|Known(who)| who);
    let Some((who, person, id, device)) = who.and_then(|who| Some((who.clone(), who.person()?, who.session()?, who.device()?))) else {
        let _ = socket.disconnect();
        return;
    };
    let mut mailbox = app.gate.signals().mailbox();
    app.gate.signals().follow(mailbox.number(), Topic::Device(person, device));
    let (queue, requests) = mpsc::channel(WAITING);
    let reader = mailbox.number();
    let (rooms, legs) = (std::sync::Mutex::default(), std::sync::Mutex::default());
    let session = Arc::new(Session { app: app.clone(), who, socket: socket.clone(), feeds, rooms, legs, reader });
    let asked = app.spawn("socket requests", requests::serve(session.clone(), requests));
    let mut rooms = Rooms::new(app.gate.hub(), person);
    let mut ended = app.gate.hub().listen(Topic::Session(id));
    ended.mark_changed(); // it may have ended since it was recognised
    let told = app.spawn("socket", {
        let session = session.clone();
        async move {
            let mut calls = Calls::new(&session).await;
            let mut heads = interval(HEADS);
            heads.tick().await;
            loop {
                tokio::select! {
                    signal = mailbox.next() => {
                        let _ = session.socket.emit(signal.event, &signal.payload); // lost when the socket is full, as signals may be
                    }
                    () = calls.changed() => calls.tell(&session).await,
                    () = rooms.changed() => rooms.tell(&session.socket),
                    _ = ended.changed() => {
                        if let Err(problem) = session.app.authenticator.stands(&session.who).await
                            && problem.kind == Kind::Unauthenticated
                        {
                            let _ = session.socket.emit("session:ended", &json!({ "reason": problem.name.unwrap_or(problem.kind.name()) }));
                            let _ = session.socket.clone().disconnect();
                            return;
                        }
                    }
                    _ = heads.tick() => requests::tell_heads(&session).await,
                }
            }
        }
    });
    let leaving = session.clone();
    socket.on_disconnect(move || {
        asked.abort();
        told.abort();
        let rooms = std::mem::take(&mut *leaving.rooms.lock().expect("no panic while held"));
        for (_, follower) in rooms.into_values() {
            follower.abort();
        }
        let session = leaving.clone();
        async move { super::calls::gone(&session).await }
    });
    socket.on_fallback(Inbox(queue));
}
