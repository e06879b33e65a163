//! The bus within one process.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use tokio::sync::mpsc;

use super::{Message, Metrics};

#[derive(Clone)]
pub struct Local(Arc<Inner>);

struct Inner {
    waiting: usize,
    listeners: RwLock<Listeners>,
    next: AtomicU64,
    metrics: Metrics,
}

/// Most listen to one subject: those are found at once. The patterns are few, and all are asked.
#[derive(Default)]
struct Listeners {
    plain: HashMap<String, Vec<Listener>>,
    patterns: Vec<(String, Listener)>,
}

struct Listener {
    id: u64,
    queue: mpsc::Sender<Message>,
    lost: Arc<AtomicU64>,
}

pub struct Subscription {
    bus: Weak<Inner>,
    pattern: String,
    id: u64,
    queue: mpsc::Receiver<Message>,
    lost: Arc<AtomicU64>,
}

impl Local {
    pub(super) fn new(waiting: usize) -> Self {
        let (listeners, next) = (RwLock::default(), AtomicU64::new(0));
        Self(Arc::new(Inner { waiting, listeners, next, metrics: Metrics::default() }))
    }

    pub(super) fn publish(&self, message: &Message) {
        self.0.metrics.published.inc();
        let listeners = self.0.listeners.read().unwrap_or_else(PoisonError::into_inner);
        let patterns = listeners.patterns.iter().filter(|(pattern, _)| matches(pattern, &message.subject)).map(|(_, listener)| listener);
        for listener in listeners.plain.get(&*message.subject).into_iter().flatten().chain(patterns) {
            if let Err(mpsc::error::TrySendError::Full(_)) = listener.queue.try_send(message.clone()) {
                listener.lost.fetch_add(1, Relaxed);
                self.0.metrics.lost.inc();
            }
        }
    }

    pub(super) fn subscribe(&self, pattern: &str) -> Subscription {
        let (sender, queue) = mpsc::channel(self.0.waiting);
        let (id, lost) = (self.0.next.fetch_add(1, Relaxed), Arc::new(AtomicU64::new(0)));
        let listener = Listener { id, queue: sender, lost: lost.clone() };
        let mut listeners = self.0.listeners.write().unwrap_or_else(PoisonError::into_inner);
        if is_pattern(pattern) {
            listeners.patterns.push((pattern.into(), listener));
        } else {
            listeners.plain.entry(pattern.into()).or_default().push(listener);
        }
        Subscription { bus: Arc::downgrade(&self.0), pattern: pattern.into(), id, queue, lost }
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}

impl Subscription {
    pub(super) async fn next(&mut self) -> Option<Message> {
        self.queue.recv().await
    }
    pub(super) fn lost(&self) -> u64 {
        self.lost.swap(0, Relaxed)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Some(bus) = self.bus.upgrade() else { return };
        let mut listeners = bus.listeners.write().unwrap_or_else(PoisonError::into_inner);
        listeners.patterns.retain(|(_, listener)| listener.id != self.id);
        if let Some(those) = listeners.plain.get_mut(&self.pattern) {
            those.retain(|listener| listener.id != self.id);
            if those.is_empty() {
                listeners.plain.remove(&self.pattern);
            }
        }
    }
}

fn is_pattern(text: &str) -> bool {
    text.split('.').any(|name| name == "*" || name == ">")
}

fn matches(pattern: &str, subject: &str) -> bool {
    let mut names = subject.split('.');
    for wanted in pattern.split('.') {
        match (wanted, names.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (wanted, Some(name)) if wanted == name => {}
            _ => return false,
        }
    }
    names.next().is_none()
}
