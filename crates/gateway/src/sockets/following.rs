//! The rooms that one socket follows: their events, and who types there.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use carillon_core::{Problem, RoomId};
use carillon_gate::{Signals, Topic};
use tokio::task::AbortHandle;

use super::follow::Cursor;

/// Rooms that one socket follows at once.
const ROOMS: usize = 200;

pub(super) struct Following {
    signals: Signals,
    /// The socket's mailbox.
    reader: u64,
    /// Nothing any more once the socket is over: whoever comes late follows nothing.
    rooms: Mutex<Option<HashMap<RoomId, Followed>>>,
}

struct Followed {
    cursor: Cursor,
    follower: AbortHandle,
}

impl Following {
    pub(super) fn new(signals: Signals, reader: u64) -> Self {
        Self { signals, reader, rooms: Mutex::new(Some(HashMap::new())) }
    }

    /// Whether the room can be followed beside the others. One that is followed already always can.
    pub(super) fn place(&self, room: RoomId) -> Result<(), Problem> {
        match &*self.rooms() {
            Some(rooms) if rooms.len() >= ROOMS && !rooms.contains_key(&room) => {
                Err(Problem::conflict(format!("a socket follows {ROOMS} rooms at most: leave one first")))
            }
            _ => Ok(()),
        }
    }

    /// Follows the room from now on, in the place of the follower before. `start` begins the task; what that says is heard afterwards.
    pub(super) fn start(&self, room: RoomId, cursor: Cursor, start: impl FnOnce() -> AbortHandle) {
        let mut rooms = self.rooms();
        let Some(rooms) = rooms.as_mut() else { return };
        let before = rooms.insert(room, Followed { cursor, follower: start() });
        self.signals.follow(self.reader, Topic::Room(room));
        if let Some(before) = before {
            before.follower.abort();
        }
    }

    pub(super) fn stop(&self, room: RoomId) {
        let mut rooms = self.rooms();
        self.signals.unfollow(self.reader, Topic::Room(room));
        if let Some(followed) = rooms.as_mut().and_then(|rooms| rooms.remove(&room)) {
            followed.follower.abort();
        }
    }

    /// The word of the follower with this cursor, unless another one has come since: its right is gone.
    pub(super) fn fallen(&self, room: RoomId, cursor: &Cursor) {
        let mut rooms = self.rooms();
        let Some(rooms) = rooms.as_mut() else { return };
        if rooms.get(&room).is_some_and(|followed| followed.cursor.is(cursor)) {
            rooms.remove(&room);
            self.signals.unfollow(self.reader, Topic::Room(room));
        }
    }

    /// The same follower's word: whether its right is certain. While it is not, nothing is heard.
    pub(super) fn certain(&self, room: RoomId, cursor: &Cursor, certain: bool) {
        let rooms = self.rooms();
        if rooms.as_ref().and_then(|rooms| rooms.get(&room)).is_some_and(|followed| followed.cursor.is(cursor)) {
            if certain {
                self.signals.follow(self.reader, Topic::Room(room));
            } else {
                self.signals.unfollow(self.reader, Topic::Room(room));
            }
        }
    }

    pub(super) fn cursor(&self, room: RoomId) -> Option<Cursor> {
        self.rooms().as_ref()?.get(&room).map(|followed| followed.cursor.clone())
    }

    pub(super) fn all(&self) -> Vec<RoomId> {
        self.rooms().iter().flat_map(HashMap::keys).copied().collect()
    }

    /// For good.
    pub(super) fn end(&self) {
        for (room, followed) in self.rooms().take().into_iter().flatten() {
            followed.follower.abort();
            self.signals.unfollow(self.reader, Topic::Room(room));
        }
    }

    fn rooms(&self) -> MutexGuard<'_, Option<HashMap<RoomId, Followed>>> {
        self.rooms.lock().expect("no panic while held")
    }
}
