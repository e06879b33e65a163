//! Signals on their way: SDP, candidates, typing. Passed on to whoever is there, counted and bounded, never stored.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::Topic;

/// Signals that wait for one reader; when that is full, the sender is told and may send again.
const WAITING: usize = 256;

/// An event's name and its payload, written once for all who get it.
#[derive(Debug, Clone)]
pub struct Signal {
    pub event: &'static str,
    pub payload: Arc<RawValue>,
}

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In the hands of at least one reader.
    Taken,
    /// Somebody is there, and does not read.
    Full,
    Nobody,
}

/// The post office of one process. Clones share it.
#[derive(Clone, Default)]
pub struct Signals(Arc<Mutex<Office>>);

#[derive(Default)]
struct Office {
    next: u64,
    readers: HashMap<u64, Reader>,
    followers: HashMap<Topic, HashSet<u64>>,
}

struct Reader {
    post: mpsc::Sender<Signal>,
    follows: HashSet<Topic>,
}

/// What one reader gets. Dropped, it follows nothing any more.
pub struct Mailbox {
    office: Signals,
    number: u64,
    waiting: mpsc::Receiver<Signal>,
}

impl Signals {
    pub fn mailbox(&self) -> Mailbox {
        let (post, waiting) = mpsc::channel(WAITING);
        let mut office = self.office();
        office.next += 1;
        let number = office.next;
        office.readers.insert(number, Reader { post, follows: HashSet::new() });
        Mailbox { office: self.clone(), number, waiting }
    }

    /// From now on the reader gets what is sent to the topic.
    pub fn follow(&self, reader: u64, topic: Topic) {
        let mut office = self.office();
        let Some(known) = office.readers.get_mut(&reader) else { return };
        known.follows.insert(topic);
        office.followers.entry(topic).or_default().insert(reader);
    }

    pub fn unfollow(&self, reader: u64, topic: Topic) {
        let mut office = self.office();
        if let Some(known) = office.readers.get_mut(&reader) {
            known.follows.remove(&topic);
        }
        office.forget(reader, topic);
    }

    /// Whether anybody follows the topic.
    pub fn followed(&self, topic: Topic) -> bool {
        self.office().followers.contains_key(&topic)
    }

    /// To all who follow the topic, but the reader `but`.
    pub fn send(&self, topic: Topic, signal: &Signal, but: Option<u64>) -> Delivery {
        let office = self.office();
        let mut delivery = Delivery::Nobody;
        let readers = office.followers.get(&topic).into_iter().flatten().filter(|number| but != Some(**number));
        for reader in readers.filter_map(|number| office.readers.get(number)) {
            match reader.post.try_send(signal.clone()) {
                Ok(()) => delivery = Delivery::Taken,
                Err(_) if delivery == Delivery::Nobody => delivery = Delivery::Full,
                Err(_) => {}
            }
        }
        delivery
    }

    fn office(&self) -> MutexGuard<'_, Office> {
        self.0.lock().expect("no panic while held")
    }
}

impl Office {
    fn forget(&mut self, reader: u64, topic: Topic) {
        if let Some(followers) = self.followers.get_mut(&topic) {
            followers.remove(&reader);
            if followers.is_empty() {
                self.followers.remove(&topic);
            }
        }
    }
}

impl Mailbox {
    /// Names this reader: to follow, and to be left out of what it sends itself.
    pub fn number(&self) -> u64 {
        self.number
    }

    pub async fn next(&mut self) -> Signal {
        self.waiting.recv().await.expect("the office holds its sender as long as the mailbox lives")
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let mut office = self.office.office();
        let Some(reader) = office.readers.remove(&self.number) else { return };
        for topic in reader.follows {
            office.forget(self.number, topic);
        }
    }
}
