//! One hub in each process: after a commit it says "look from here" to whoever listens to a topic.
//!
//! It may say so late, once for many, or too often: who listens asks the log from its own cursor.

use std::{
    collections::HashMap,
    mem::take,
    sync::{Arc, Mutex, RwLock, RwLockReadGuard},
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
    /// A session has ended: told once, and never of one that stands.
    Session(SessionId),
    /// What a person may do in a room has changed.
    Member(RoomId, PersonId),
    /// Signals for one person on one device, on all its pages.
    Device(PersonId, DeviceId),
    /// A job was set that is due at once.
    Jobs,
}

/// A topic has moved up to `head`; only a room counts, of the others it matters that they moved.
#[derive(Debug, Clone, Copy)]
pub struct Hint {
    pub topic: Topic,
    pub head: i64,
}

/// At rest a hint is told at once; under load each topic is told at most once in this time.
const PAUSE: Duration = Duration::from_millis(5);

/// Clones share it.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
    /// Rings once for all that was told since it last rang.
    bell: mpsc::Sender<()>,
}

#[derive(Default)]
struct Inner {
    feeds: RwLock<Feeds>,
    /// What was told since the bell last rang, of topics that somebody listens to: never more than those.
    told: Mutex<HashMap<Topic, i64>>,
}

type Feeds = HashMap<Topic, watch::Sender<i64>>;

impl Hub {
    /// The hub, and the work that whoever starts the process must run: it ends when the last hub is gone.
    pub fn new() -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (bell, rung) = mpsc::channel(1);
        let inner = Arc::<Inner>::default();
        (Self { inner: inner.clone(), bell }, route(inner, rung))
    }

    /// Says it to whoever listens, now or within a few milliseconds.
    pub fn tell(&self, Hint { topic, head }: Hint) {
        if !self.inner.feeds().contains_key(&topic) {
            return; // whoever comes from now on looks after this
        }
        let mut told = self.inner.told.lock().expect("no panic while held");
        let known = told.entry(topic).or_insert(head);
        *known = head.max(*known);
        drop(told);
        let _ = self.bell.try_send(()); // when it is full it is about to ring
    }

    /// The topic's head as last heard (0 before), and whenever it moves. Listen first, then look.
    pub fn listen(&self, topic: Topic) -> watch::Receiver<i64> {
        self.inner.change(|feeds| feeds.entry(topic).or_insert_with(|| watch::Sender::new(0)).subscribe())
    }

    /// Rooms that somebody listens to: the head sweep asks for their heads.
    pub fn rooms(&self) -> Vec<RoomId> {
        self.inner.change(|feeds| {
            feeds.retain(|_, feed| feed.receiver_count() > 0);
            feeds.keys().filter_map(|topic| if let Topic::Room(room) = topic { Some(*room) } else { None }).collect()
        })
    }
}

async fn route(inner: Arc<Inner>, mut bell: mpsc::Receiver<()>) {
    while bell.recv().await.is_some() {
        inner.wake();
        tokio::time::sleep(PAUSE).await;
    }
}

impl Inner {
    fn feeds(&self) -> RwLockReadGuard<'_, Feeds> {
        self.feeds.read().expect("no panic while held")
    }

    fn change<T>(&self, change: impl FnOnce(&mut Feeds) -> T) -> T {
        change(&mut self.feeds.write().expect("no panic while held"))
    }

    fn wake(&self) {
        let told = take(&mut *self.told.lock().expect("no panic while held"));
        let (feeds, mut left) = (self.feeds(), Vec::new());
        for (topic, head) in told {
            let Some(feed) = feeds.get(&topic) else { continue };
            feed.send_if_modified(|known| {
                // Times repeat within a millisecond, and an act that began earlier may end later: each is a change. Only a log counts.
                let next = if matches!(topic, Topic::Room(_)) { head.max(*known) } else { head.max(*known + 1) };
                std::mem::replace(known, next) < next
            });
            if feed.receiver_count() == 0 {
                left.push(topic);
            }
        }
        drop(feeds);
        if !left.is_empty() {
            // Somebody may have come meanwhile.
            self.change(|feeds| {
                for topic in left {
                    if feeds.get(&topic).is_some_and(|feed| feed.receiver_count() == 0) {
                        feeds.remove(&topic);
                    }
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use carillon_core::Id;
    use tokio::time::{advance, sleep};
    use uuid::Uuid;

    use super::*;

    const ROOM: Topic = Topic::Room(Id::new(Uuid::from_u128(1)));
    const PERSON: Topic = Topic::Person(Id::new(Uuid::from_u128(1)));

    fn hub() -> Hub {
        let (hub, work) = Hub::new();
        tokio::runtime::Handle::current().spawn(work);
        hub
    }

    #[tokio::test(start_paused = true)]
    async fn a_hint_is_told_at_once_and_under_load_each_topic_at_most_every_five_milliseconds() {
        let hub = hub();
        let mut heads = hub.listen(ROOM);
        hub.tell(Hint { topic: ROOM, head: 1 });
        let asked = tokio::time::Instant::now();
        heads.changed().await.expect("the hub is there");
        assert_eq!((*heads.borrow_and_update(), asked.elapsed()), (1, Duration::ZERO));
        let telling = async {
            for head in 2..=1001 {
                hub.tell(Hint { topic: ROOM, head });
                sleep(Duration::from_millis(1)).await;
            }
        };
        let mut wakes = 0;
        let listening = async {
            while *heads.borrow_and_update() < 1001 {
                heads.changed().await.expect("the hub is there");
                wakes += 1;
            }
        };
        tokio::join!(telling, listening);
        assert!((100..=201).contains(&wakes), "{wakes} wakes in a second");
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_head_wakes_nobody_but_what_counts_nothing_is_always_told() {
        let hub = hub();
        let (mut room, mut person) = (hub.listen(ROOM), hub.listen(PERSON));
        for head in [5, 5, 3] {
            hub.tell(Hint { topic: ROOM, head });
            hub.tell(Hint { topic: PERSON, head });
            advance(PAUSE).await;
            person.changed().await.expect("the hub is there");
        }
        assert!(room.has_changed().expect("the hub is there"));
        assert_eq!(*room.borrow_and_update(), 5);
        hub.tell(Hint { topic: ROOM, head: 4 });
        hub.tell(Hint { topic: PERSON, head: 4 });
        person.changed().await.expect("the hub is there");
        assert!(!room.has_changed().expect("the hub is there"));
    }

    #[tokio::test(start_paused = true)]
    async fn however_much_is_told_each_hears_what_is_theirs_and_nothing_else() {
        let hub = hub();
        let room = |number: u128| Topic::Room(Id::new(Uuid::from_u128(100 + number)));
        let (mut person, session) = (hub.listen(PERSON), hub.listen(Topic::Session(Id::new(Uuid::from_u128(1)))));
        let mut rooms: Vec<_> = (0..20_000).map(|number| hub.listen(room(number))).collect();
        for number in 0..40_000 {
            hub.tell(Hint { topic: room(number), head: 1 });
        }
        hub.tell(Hint { topic: PERSON, head: 1 });
        assert_eq!(hub.inner.told.lock().expect("no panic while held").len(), 20_001, "what nobody listens to waits nowhere");
        person.changed().await.expect("the hub is there");
        assert!(rooms.iter_mut().all(|heads| *heads.borrow_and_update() == 1));
        assert!(!session.has_changed().expect("the hub is there"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_listens_to_is_forgotten() {
        let (hub, work) = Hub::new();
        let work = tokio::runtime::Handle::current().spawn(work);
        let (kept, left) = (hub.listen(ROOM), hub.listen(PERSON));
        drop(left);
        hub.tell(Hint { topic: PERSON, head: 1 });
        advance(PAUSE).await;
        assert_eq!(hub.rooms(), [Id::new(Uuid::from_u128(1))]);
        assert_eq!(hub.inner.feeds().len(), 1);
        drop((kept, hub));
        work.await.expect("the work ends with the last hub");
    }
}
