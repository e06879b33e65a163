//! Signals on their way: SDP, candidates, typing. Passed on to whoever is there, counted and bounded, never stored.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
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
pub struct Signals {
    boxes: Arc<Mutex<HashMap<Topic, Vec<(u64, mpsc::Sender<Signal>)>>>>,
    next: Arc<AtomicU64>,
}

/// What one reader gets. Dropped, it follows nothing any more.
pub struct Mailbox {
    office: Signals,
    number: u64,
    post: mpsc::Sender<Signal>,
    waiting: mpsc::Receiver<Signal>,
    follows: HashSet<Topic>,
}

impl Signals {
    pub fn mailbox(&self) -> Mailbox {
        let (post, waiting) = mpsc::channel(WAITING);
        Mailbox { office: self.clone(), number: self.next.fetch_add(1, Relaxed), post, waiting, follows: HashSet::new() }
    }

    /// To all who follow the topic, but the reader `but`.
    pub fn send(&self, topic: Topic, signal: &Signal, but: Option<u64>) -> Delivery {
        let boxes = self.boxes.lock().expect("no panic while held");
        let mut delivery = Delivery::Nobody;
        for (number, post) in boxes.get(&topic).into_iter().flatten() {
            if but == Some(*number) {
                continue;
            }
            match post.try_send(signal.clone()) {
                Ok(()) => delivery = Delivery::Taken,
                Err(_) if delivery == Delivery::Nobody => delivery = Delivery::Full,
                Err(_) => {}
            }
        }
        delivery
    }
}

impl Mailbox {
    /// Names this reader, so that its own signals do not come back to it.
    pub fn number(&self) -> u64 {
        self.number
    }

    pub fn follow(&mut self, topic: Topic) {
        if self.follows.insert(topic) {
            let mut boxes = self.office.boxes.lock().expect("no panic while held");
            boxes.entry(topic).or_default().push((self.number, self.post.clone()));
        }
    }

    pub fn unfollow(&mut self, topic: Topic) {
        if self.follows.remove(&topic) {
            self.leave(topic);
        }
    }

    pub async fn next(&mut self) -> Signal {
        self.waiting.recv().await.expect("the mailbox holds a sender of its own")
    }

    fn leave(&self, topic: Topic) {
        let mut boxes = self.office.boxes.lock().expect("no panic while held");
        if let Some(readers) = boxes.get_mut(&topic) {
            readers.retain(|(number, _)| *number != self.number);
            if readers.is_empty() {
                boxes.remove(&topic);
            }
        }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        for topic in std::mem::take(&mut self.follows) {
            self.leave(topic);
        }
    }
}
