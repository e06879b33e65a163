//! One socket's life: what it asks, in order, and what it is told.

use std::{collections::HashMap, sync::Arc, time::Duration};

use carillon_core::{CallId, Kind, ParticipantId, Principal, RoomId};
use carillon_gate::Topic;
use serde_json::json;
use socketioxide::extract::SocketRef;
use tokio::{task::AbortHandle, time::interval};

use super::{calls::Calls, connect::Known, feed::Feeds, follow::Cursor, requests, rooms::Rooms};
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

/// What the client asked before this waits in the queue.
pub(crate) fn start(app: &App, feeds: Feeds, socket: SocketRef) {
    let known = socket.extensions.get::<Known>();
    let begun = known
        .and_then(|known| Some((known.who.clone(), known.who.person()?, known.who.session()?, known.who.device()?, known.requests()?)));
    let Some((who, person, id, device, requests)) = begun else {
        let _ = socket.disconnect();
        return;
    };
    let mut mailbox = app.gate.signals().mailbox();
    app.gate.signals().follow(mailbox.number(), Topic::Device(person, device));
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
            let mut calls = Calls::new(&session);
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
}
