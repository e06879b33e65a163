//! One reader of each room's log in the process: what is new is read once, written once as JSON, and shared by all who follow.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, Weak},
};

use carillon_core::{Principal, Problem, RoomId};
use carillon_gate::{Gate, Topic};
use carillon_platform::tasks::Tasks;
use carillon_rooms::{RoomEvent, views::ListLog};
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio_util::sync::DropGuard;

/// Events and bytes kept for those who are a little behind; who is further behind reads the log.
const RING: usize = 256;
const RING_BYTES: usize = 1024 * 1024;
/// Bytes of an event that is pushed: every message but one that is full of control characters. Who follows fetches such a one.
const LONG: usize = 40 * 1024;
const READER: Principal = Principal::system("feed");

/// The rooms that somebody in this process follows.
#[derive(Clone)]
pub(crate) struct Feeds {
    gate: Gate,
    tasks: Tasks,
    open: Arc<Open>,
}

type Open = Mutex<HashMap<RoomId, Weak<Feed>>>;

/// One room's news. It is read as long as somebody holds it.
pub(crate) struct Feed {
    room: RoomId,
    ring: Mutex<Ring>,
    head: watch::Sender<i64>,
    open: Arc<Open>,
    /// Ends the reader wherever it waits.
    _reading: DropGuard,
}

/// The last events, written as JSON.
#[derive(Default)]
struct Ring {
    events: VecDeque<(i64, Arc<RawValue>)>,
    bytes: usize,
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
        let reading = self.tasks.stopping().child_token();
        let feed = Arc::new(Feed {
            room,
            ring: Mutex::default(),
            head: watch::Sender::new(head),
            open: self.open.clone(),
            _reading: reading.clone().drop_guard(),
        });
        open.insert(room, Arc::downgrade(&feed));
        let heads = self.gate.hub().listen(Topic::Room(room));
        let work = read(self.gate.clone(), room, head, Arc::downgrade(&feed), heads);
        self.tasks.spawn("room feed", async move {
            reading.run_until_cancelled(work).await;
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
        self.ring.lock().expect("no panic while held").after(cursor)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        let mut open = self.open.lock().expect("no panic while held");
        // Somebody may have opened it anew meanwhile.
        if open.get(&self.room).is_some_and(|feed| feed.strong_count() == 0) {
            open.remove(&self.room);
        }
    }
}

impl Ring {
    fn after(&self, cursor: i64) -> Option<Vec<(i64, Arc<RawValue>)>> {
        let (first, last) = (self.events.front()?.0, self.events.back()?.0);
        if cursor >= last {
            return Some(Vec::new());
        }
        (first <= cursor + 1).then(|| self.events.iter().filter(|(seq, _)| *seq > cursor).cloned().collect())
    }

    fn push(&mut self, event: &RoomEvent) {
        let Ok(text) = serde_json::value::to_raw_value(event).map_err(Problem::broken) else { return };
        if text.get().len() > LONG {
            *self = Self::default(); // whoever is before it lags
            return;
        }
        self.bytes += text.get().len();
        self.events.push_back((event.seq, text.into()));
        while self.events.len() > RING || self.bytes > RING_BYTES {
            let Some((_, oldest)) = self.events.pop_front() else { return };
            self.bytes -= oldest.get().len();
        }
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
                continue;
            }
        };
        let Some(feed) = feed.upgrade() else { return };
        let Some(last) = page.events.last() else {
            // Nothing after all: the same word again, or a head that the log does not reach.
            drop(feed);
            if heads.changed().await.is_err() {
                return;
            }
            continue;
        };
        at = last.seq;
        {
            let mut ring = feed.ring.lock().expect("no panic while held");
            page.events.iter().for_each(|event| ring.push(event));
        }
        feed.head.send_replace(at);
        drop(feed);
        // Only what is beyond it is news: the sweep tells again what was told before.
        while at >= page.head.max(*heads.borrow_and_update()) {
            if heads.changed().await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use carillon_core::{Id, Timestamp};
    use carillon_rooms::EventKind;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn said(seq: i64, text: &str) -> RoomEvent {
        let (room, epoch, id, at) = (Id::new(Uuid::from_u128(1)), Uuid::from_u128(2), Id::new(Uuid::from_u128(3)), Timestamp(0));
        RoomEvent {
            room,
            epoch,
            seq,
            id,
            at,
            sender: None,
            request_id: None,
            kind: EventKind::MessagePosted,
            body: json!({ "text": text }),
        }
    }

    fn after(ring: &Ring, cursor: i64) -> Option<Vec<i64>> {
        ring.after(cursor).map(|events| events.iter().map(|(seq, _)| *seq).collect())
    }

    #[test]
    fn the_ring_holds_so_many_events_and_so_many_bytes() {
        let (mut short, mut long) = (Ring::default(), Ring::default());
        for seq in 1..=300 {
            short.push(&said(seq, "hello"));
            long.push(&said(seq, &"x".repeat(16 * 1024)));
        }
        assert_eq!((short.events.len(), after(&short, 44).map(|events| events.len()), after(&short, 43)), (RING, Some(RING), None));
        assert!((60..=64).contains(&long.events.len()) && long.bytes <= RING_BYTES, "{} in {}", long.events.len(), long.bytes);
        assert_eq!(long.bytes, long.events.iter().map(|(_, event)| event.get().len()).sum::<usize>());
        assert_eq!((after(&long, 298), after(&long, 200)), (Some(vec![299, 300]), None));
    }

    #[test]
    fn whoever_is_before_an_event_that_is_too_long_to_push_lags() {
        let mut ring = Ring::default();
        ring.push(&said(1, &"\"".repeat(16 * 1024)));
        assert_eq!(after(&ring, 0), Some(vec![1]), "quotes do not make it too long");
        ring.push(&said(2, &"\u{1}".repeat(16 * 1024)));
        assert_eq!(after(&ring, 1), None);
        ring.push(&said(3, "hello"));
        assert_eq!((after(&ring, 1), after(&ring, 2)), (None, Some(vec![3])));
    }
}
