//! Sessions recognised a short while ago: asked again only when they may have changed.

use std::collections::HashMap;

use carillon_core::{SessionId, Timestamp};
use tokio::sync::watch;

use crate::views::Standing;

/// Sessions in one half. When the younger half is full the older one goes, and what went is asked of the database again.
const HALF: usize = 8192;

/// Bounded, and right: what has ended since, as the hub tells, is not recognised any more.
#[derive(Default)]
pub(crate) struct Recognised {
    younger: HashMap<SessionId, Entry>,
    older: HashMap<SessionId, Entry>,
}

struct Entry {
    standing: Standing,
    until: Timestamp,
    /// Of the session, that it ended; of its person, that their rights changed.
    moved: [watch::Receiver<i64>; 2],
}

impl Recognised {
    pub(crate) fn get(&mut self, session: SessionId, now: Timestamp) -> Option<Standing> {
        let entry = self.younger.get(&session).or_else(|| self.older.get(&session))?;
        // The hub has gone, or has told something.
        let over = now >= entry.until || entry.moved.iter().any(|topic| topic.has_changed().unwrap_or(true));
        if over {
            self.younger.remove(&session);
            self.older.remove(&session);
            return None;
        }
        Some(entry.standing.clone())
    }

    /// What may move it was listened to before `standing` was looked up.
    pub(crate) fn put(&mut self, session: SessionId, standing: Standing, until: Timestamp, moved: [watch::Receiver<i64>; 2]) {
        if self.younger.len() >= HALF {
            self.older = std::mem::take(&mut self.younger);
        }
        self.older.remove(&session);
        self.younger.insert(session, Entry { standing, until, moved });
    }
}

#[cfg(test)]
mod tests {
    use carillon_core::{Id, Principal, SessionId, Timestamp};
    use tokio::sync::watch;
    use uuid::Uuid;

    use super::{HALF, Recognised, Standing};

    fn standing() -> Standing {
        let (cookie, until, seen_at) = (String::new(), Timestamp(1000), Timestamp(0));
        Standing { principal: Principal::system("test"), cookie, until, seen_at }
    }

    fn session(number: usize) -> SessionId {
        Id::new(Uuid::from_u128(number as u128))
    }

    #[test]
    fn an_end_is_heard_and_time_passes() {
        let ((hub, ended), (person, changed)) = (watch::channel(0), watch::channel(0));
        let mut recognised = Recognised::default();
        let moved = || [ended.clone(), changed.clone()];
        recognised.put(session(1), standing(), Timestamp(100), moved());
        assert!(recognised.get(session(1), Timestamp(99)).is_some());
        assert!(recognised.get(session(1), Timestamp(100)).is_none(), "its time is over");
        recognised.put(session(1), standing(), Timestamp(100), moved());
        recognised.put(session(2), standing(), Timestamp(100), [watch::channel(0).1, changed.clone()]);
        assert!(recognised.get(session(2), Timestamp(0)).is_none(), "its hub is gone");
        hub.send_replace(5);
        assert!(recognised.get(session(1), Timestamp(0)).is_none(), "it ended");
        let (_hub, stands) = watch::channel(0);
        recognised.put(session(3), standing(), Timestamp(100), [stands, changed]);
        person.send_replace(5);
        assert!(recognised.get(session(3), Timestamp(0)).is_none(), "whoever it is may have another role by now");
    }

    #[test]
    fn it_never_grows_beyond_two_halves() {
        let (_hub, ended) = watch::channel(0);
        let mut recognised = Recognised::default();
        for number in 0..5 * HALF {
            recognised.put(session(number), standing(), Timestamp(100), [ended.clone(), ended.clone()]);
            assert!(recognised.younger.len() + recognised.older.len() <= 2 * HALF);
        }
        assert!(recognised.get(session(5 * HALF - 1), Timestamp(0)).is_some());
        assert!(recognised.get(session(0), Timestamp(0)).is_none());
    }
}
