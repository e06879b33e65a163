//! One socket follows one room: each event once, in order, or the word that it lags.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use carillon_core::Kind;
use carillon_gate::Pass;
use carillon_rooms::views::FollowRoom;
use serde_json::json;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep},
};

use super::{
    feed::Feed,
    session::{Session, close},
};

/// The client said nothing of where it is: it must catch up first.
const LAGS: i64 = i64::MAX;
/// A socket that takes nothing for this long is closed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// The place that a socket has reached in a room; the client sets it by catching up.
#[derive(Clone)]
pub(crate) struct Cursor(Arc<Place>);

struct Place {
    seq: AtomicI64,
    /// Rings when the client has set it: there may be news from there on already.
    set: Notify,
}

impl Cursor {
    pub(crate) fn at(seq: i64) -> Self {
        Self(Arc::new(Place { seq: AtomicI64::new(seq), set: Notify::new() }))
    }
    pub(crate) fn set(&self, seq: i64) {
        self.0.seq.store(seq, SeqCst);
        self.0.set.notify_one();
    }
    /// Whether it is this very one, wherever it stands.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The right to follow, and the word that it may have changed.
pub(crate) struct Right {
    pub pass: Pass<FollowRoom>,
    pub member: watch::Receiver<i64>,
}

/// Runs until the socket or its right is gone.
pub(crate) async fn follow(session: Arc<Session>, feed: Arc<Feed>, cursor: Cursor, Right { mut pass, mut member }: Right) {
    let (room, socket) = (pass.opening().room, &session.socket);
    let (mut heads, mut stuck, mut certain) = (feed.heads(), None::<Instant>, true);
    loop {
        let head = *heads.borrow_and_update();
        member.mark_unchanged();
        match pass.check().await {
            Ok(_) => {}
            // Too busy to say: nothing is told until it is known.
            Err(problem) if matches!(problem.kind, Kind::Again | Kind::Unknown | Kind::Broken) => {
                session.following.certain(room, &cursor, false);
                certain = false;
                sleep(TRY_AGAIN).await;
                continue;
            }
            // No longer a member: silence, as for any stranger.
            Err(_) => return session.following.fallen(room, &cursor),
        }
        if !std::mem::replace(&mut certain, true) {
            session.following.certain(room, &cursor, true);
        }
        let at = cursor.0.seq.load(SeqCst);
        if at < head {
            let told = match feed.after(at) {
                Some(events) => events.into_iter().try_for_each(|(seq, event)| {
                    socket.emit("room:event", &event).map(|()| {
                        // Unless the client has set another place meanwhile.
                        let _ = cursor.0.seq.compare_exchange(seq - 1, seq, SeqCst, SeqCst);
                    })
                }),
                None => socket.emit("room:lag", &json!({ "room": room, "head": head })).map(|()| cursor.0.seq.store(LAGS, SeqCst)),
            };
            if told.is_err() {
                if !socket.connected() || stuck.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                    return close(socket).await;
                }
                sleep(TRY_AGAIN).await;
                continue;
            }
            stuck = None;
            continue;
        }
        let feed = tokio::select! {
            head = heads.changed() => head,
            word = member.changed() => word,
            () = cursor.0.set.notified() => Ok(()),
        };
        if feed.is_err() || !socket.connected() {
            return;
        }
    }
}
