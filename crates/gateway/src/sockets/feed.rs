//! One reader of each room's log in the process: what is new is read once, written once as JSON, and shared by all who follow.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, Weak},
};

use carillon_core::{Principal, Problem, RoomId};
use carillon_gate::{Gate, Topic};
use carillon_platform::tasks::Tasks;
use carillon_rooms::views::ListLog;
use serde_json::value::RawValue;
use tokio::sync::watch;

/// Events kept for those who are a little behind; who is further behind reads the log.
const RING: usize = 256;
const READER: Principal = Principal::system("feed");

/// The rooms that somebody in this process follows.
#[derive(Clone)]
pub(crate) struct Feeds {
    gate: Gate,
    tasks: Tasks,
    open: Arc<Mutex<HashMap<RoomId, Weak<Feed>>>>,
}

/// One room's news. It is read as long as somebody holds it.
pub(crate) struct Feed {
    ring: Mutex<VecDeque<(i64, Arc<RawValue>)>>,
    head: watch::Sender<i64>,
}

impl Feeds {
    pub(crate) fn new(gate: Gate, tasks: Tasks) -> Self {
        Self { gate, tasks, open: Arc::default() }
    }

    /// The room's feed, if it is read already. Whoever holds it and then looks at the log misses nothing between.
    pub(crate) fn running(&self, room: RoomId) -> Option<Arc<Feed>> {
        self.open.lock().expect("no panic while held").get(&room).and_then(Weak::upgrade)
    }

    /// The room's feed. A new one begins after `head`, which the caller has seen.
    pub(crate) fn follow(&self, room: RoomId, head: i64) -> Arc<Feed> {
        let mut open = self.open.lock().expect("no panic while held");
        if let Some(feed) = open.get(&room).and_then(Weak::upgrade) {
            return feed;
        }
        open.retain(|_, feed| feed.strong_count() > 0);
        let feed = Arc::new(Feed { ring: Mutex::default(), head: watch::Sender::new(head) });
        open.insert(room, Arc::downgrade(&feed));
        let heads = self.gate.hub().listen(Topic::Room(room));
        let (work, stopping) = (read(self.gate.clone(), room, head, Arc::downgrade(&feed), heads), self.tasks.stopping().clone());
        self.tasks.spawn("room feed", async move {
            stopping.run_until_cancelled(work).await;
        });
        feed
    }
}

impl Feed {
    pub(crate) fn heads(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// The events after `cursor`, or nothing when the ring no longer reaches back that far.
    pub(crate) fn after(&self, cursor: i64) -> Option<Vec<(i64, Arc<RawValue>)>> {
        let ring = self.ring.lock().expect("no panic while held");
        let (first, last) = (ring.front()?.0, ring.back()?.0);
        if cursor >= last {
            return Some(Vec::new());
        }
        (first <= cursor + 1).then(|| ring.iter().filter(|(seq, _)| *seq > cursor).cloned().collect())
    }
}

async fn read(gate: Gate, room: RoomId, mut at: i64, feed: Weak<Feed>, mut heads: watch::Receiver<i64>) {
    loop {
        let view = ListLog { room, after: Some(at), until: None, before: None, limit: Some(200) };
        let page = match gate.see(&READER, view).await {
            Ok(page) => page,
            Err(problem) => {
                tracing::warn!(%room, %problem, "a room's log could not be read");
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                if feed.strong_count() == 0 {
                    return;
                }
                continue;
            }
        };
        let more = page.events.len() == 200;
        let Some(feed) = feed.upgrade() else { return };
        at = page.events.last().map_or(at, |event| event.seq);
        {
            let mut ring = feed.ring.lock().expect("no panic while held");
            for event in page.events {
                let Ok(text) = serde_json::value::to_raw_value(&event).map_err(Problem::broken) else { continue };
                ring.push_back((event.seq, text.into()));
            }
            let over = ring.len().saturating_sub(RING);
            ring.drain(..over);
        }
        feed.head.send_replace(at);
        drop(feed);
        if !more && heads.changed().await.is_err() {
            return;
        }
    }
}
