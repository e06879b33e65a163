//! One hub in each process: after a commit it says "look from here" to whoever listens to a topic.
//!
//! It may say so late, once for many, or not at all when it is overrun: who listens asks the log from its own cursor.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use carillon_core::{CallId, DeviceId, PersonId, RoomId, SessionId};
use tokio::sync::{mpsc, watch};

/// What one can listen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A room's log has grown; its head is the last `seq`.
    Room(RoomId),
    /// A call's state has moved, in ways that are not in the log: mute, the state of a leg.
    Call(CallId),
    /// The rooms that a person belongs to have changed.
    Person(PersonId),
    /// A session has ended.
    Session(SessionId),
    /// What a person may do in a room has changed.
    Member(RoomId, PersonId),
    /// Signals for one person on one device, on all its pages.
    Device(PersonId, DeviceId),
    /// Jobs were set.
    Jobs,
}

/// A topic has moved up to `head`; where a topic counts nothing, `head` is the time of the change.
#[derive(Debug, Clone, Copy)]
pub struct Hint {
    pub topic: Topic,
    pub head: i64,
}

/// Hints wait here; when it is full, one is dropped: a later one, or the head sweep, says the same.
const WAITING: usize = 8192;
/// At rest a hint is told at once; under load each topic is told at most once in this time.
const PAUSE: Duration = Duration::from_millis(5);

/// Clones share it.
#[derive(Clone)]
pub struct Hub {
    told: mpsc::Sender<Hint>,
    feeds: Arc<Mutex<HashMap<Topic, watch::Sender<i64>>>>,
}

impl Hub {
    /// The hub, and the work that whoever starts the process must run: it ends when the last hub is gone.
    pub fn new() -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (told, hints) = mpsc::channel(WAITING);
        let hub = Self { told, feeds: Arc::default() };
        let work = route(hub.feeds.clone(), hints);
        (hub, work)
    }

    /// Says it to whoever listens, now or within a few milliseconds.
    pub fn tell(&self, hint: Hint) {
        let _ = self.told.try_send(hint);
    }

    /// The topic's head as last heard (0 before), and whenever it moves.
    pub fn listen(&self, topic: Topic) -> watch::Receiver<i64> {
        self.feeds.lock().expect("no panic while held").entry(topic).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Rooms that somebody listens to: the head sweep asks for their heads.
    pub fn rooms(&self) -> Vec<RoomId> {
        let mut feeds = self.feeds.lock().expect("no panic while held");
        feeds.retain(|_, feed| feed.receiver_count() > 0);
        feeds.keys().filter_map(|topic| if let Topic::Room(room) = topic { Some(*room) } else { None }).collect()
    }
}

async fn route(feeds: Arc<Mutex<HashMap<Topic, watch::Sender<i64>>>>, mut hints: mpsc::Receiver<Hint>) {
    let mut batch = Vec::with_capacity(WAITING);
    while hints.recv_many(&mut batch, WAITING).await > 0 {
        let mut heads = HashMap::new();
        for Hint { topic, head } in batch.drain(..) {
            let known = heads.entry(topic).or_insert(head);
            *known = head.max(*known);
        }
        wake(&mut feeds.lock().expect("no panic while held"), heads);
        tokio::time::sleep(PAUSE).await;
    }
}

fn wake(feeds: &mut HashMap<Topic, watch::Sender<i64>>, heads: HashMap<Topic, i64>) {
    for (topic, head) in heads {
        let Some(feed) = feeds.get(&topic) else { continue };
        let grown = feed.send_if_modified(|known| {
            // Times repeat within a millisecond, and an act that began earlier may end later: each is a change. Only a log counts.
            let next = if matches!(topic, Topic::Room(_)) { head.max(*known) } else { head.max(*known + 1) };
            std::mem::replace(known, next) < next
        });
        if grown && feed.receiver_count() == 0 {
            feeds.remove(&topic);
        }
    }
}
