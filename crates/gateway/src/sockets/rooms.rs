//! The word that the rooms of a person have changed: they were let in or put out, opened a room or left one.

use std::{future::pending, time::Duration};

use carillon_core::PersonId;
use carillon_gate::{Hub, Topic};
use serde_json::json;
use socketioxide::extract::SocketRef;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// Whoever hears it asks for a list: once in this time is enough, however much happens.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct Rooms {
    moved: watch::Receiver<i64>,
    next: Instant,
}

impl Rooms {
    pub(crate) fn new(hub: &Hub, person: PersonId) -> Self {
        Self { moved: hub.listen(Topic::Person(person)), next: Instant::now() }
    }

    /// Waits until there is something to tell. What moves meanwhile is told after the pause.
    pub(crate) async fn changed(&mut self) {
        sleep_until(self.next).await;
        if self.moved.changed().await.is_err() {
            pending::<()>().await; // the hub drops no feed that somebody listens to
        }
    }

    pub(crate) fn tell(&mut self, socket: &SocketRef) {
        self.next = Instant::now() + PAUSE;
        if socket.emit("rooms:changed", &json!({})).is_err() {
            self.moved.mark_changed(); // full: told after the pause
        }
    }
}

#[cfg(test)]
mod tests {
    use carillon_core::Id;
    use carillon_gate::Hint;
    use tokio::time::{sleep, timeout};
    use uuid::Uuid;

    use super::*;

    const ME: PersonId = Id::new(Uuid::from_u128(1));

    #[tokio::test(start_paused = true)]
    async fn the_first_change_is_told_at_once_and_many_are_told_once_a_second() {
        let (hub, work) = Hub::new();
        tokio::runtime::Handle::current().spawn(work);
        let mut rooms = Rooms::new(&hub, ME);
        let tell = || hub.tell(Hint { topic: Topic::Person(ME), head: 0 });
        let telling = async {
            for _ in 0..300 {
                tell();
                sleep(Duration::from_millis(10)).await;
            }
        };
        let since = Instant::now();
        let mut told = Vec::new();
        let listening = async {
            while timeout(PAUSE * 2, rooms.changed()).await.is_ok() {
                told.push(since.elapsed().as_millis());
                rooms.next = Instant::now() + PAUSE;
            }
        };
        tokio::join!(telling, listening);
        assert_eq!(told[0], 0);
        assert!((3..=4).contains(&told.len()) && told.windows(2).all(|two| two[1] - two[0] >= 1000), "{told:?}");
    }
}
