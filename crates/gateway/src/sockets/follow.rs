//! One socket follows one room: each event once, in order, or the word that it lags.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use carillon_gate::Pass;
use carillon_rooms::views::FollowRoom;
use serde_json::json;
use socketioxide::extract::SocketRef;
use tokio::time::Instant;

use super::feed::Feed;

/// The client said nothing of where it is: it must catch up first.
const LAGS: i64 = i64::MAX;
/// A socket that takes nothing for this long is closed.
const PATIENCE: Duration = Duration::from_secs(30);
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// The place that a socket has reached in a room; the client sets it by catching up.
#[derive(Clone, Default)]
pub(crate) struct Cursor(Arc<AtomicI64>);

impl Cursor {
    pub(crate) fn at(seq: i64) -> Self {
        Self(Arc::new(AtomicI64::new(seq)))
    }
    pub(crate) fn set(&self, seq: i64) {
        self.0.store(seq, SeqCst);
    }
}

/// Runs until the socket or its right is gone.
pub(crate) async fn follow(socket: SocketRef, feed: Arc<Feed>, cursor: Cursor, mut pass: Pass<FollowRoom>) {
    let room = pass.opening().room;
    let (mut heads, mut stuck) = (feed.heads(), None::<Instant>);
    loop {
        let head = *heads.borrow_and_update();
        let at = cursor.0.load(SeqCst);
        if at < head {
            if pass.check().await.is_err() {
                return; // no longer a member: silence, as for any stranger
            }
            let told = match feed.after(at) {
                Some(events) => events.into_iter().try_for_each(|(seq, event)| {
                    socket.emit("room:event", &event).map(|()| {
                        // Unless the client has set another place meanwhile.
                        let _ = cursor.0.compare_exchange(seq - 1, seq, SeqCst, SeqCst);
                    })
                }),
                None => socket.emit("room:lag", &json!({ "room": room, "head": head })).map(|()| cursor.set(LAGS)),
            };
            if told.is_err() {
                if !socket.connected() || stuck.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                    let _ = socket.disconnect();
                    return;
                }
                tokio::time::sleep(TRY_AGAIN).await;
                continue;
            }
            stuck = None;
            continue;
        }
        if heads.changed().await.is_err() || !socket.connected() {
            return;
        }
    }
}
