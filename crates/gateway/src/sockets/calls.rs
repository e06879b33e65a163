//! Calls on a socket: what it is told of them, and what happens when it goes.
//!
//! Nothing is queued. The socket remembers what it said last; whenever something may have changed it looks at what is, and says the
//! difference.

mod difference;
mod signalling;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use carillon_calls::{
    CallView, Entered,
    views::{LiveCall, WatchCalls},
    webrtc::HearSignals,
};
use carillon_core::{CallId, DeviceId, Kind, ParticipantId, PersonId, Problem, WebrtcSessionId};
use carillon_gate::{Topic, Verb};
use futures::{
    FutureExt,
    future::{pending, select_all},
};
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

pub(crate) use signalling::{Said, Signalling};

use super::session::Session;

/// So often it looks without a hint: a lost one costs this much at most.
const LOOK: Duration = Duration::from_secs(25);
/// A full socket, or a busy database, is tried again after this.
const SOON: Duration = Duration::from_millis(200);
/// Whoever only looks on is told at most once in this time, however much happens. Who is in a call waits for nothing.
const PAUSE: Duration = Duration::from_millis(50);

/// Longer than an act is under way.
const UNDER_WAY: Duration = Duration::from_secs(10);

/// What this socket was told last.
pub(crate) struct Calls {
    person: watch::Receiver<i64>,
    told: HashMap<CallId, Told>,
    next: Instant,
    /// Not before then.
    rest: Instant,
}

struct Told {
    moved: watch::Receiver<i64>,
    /// Nothing, before the first word.
    before: Option<LiveCall>,
    /// How far it has heard those who are in the call by REST, in which leg of its own.
    heard: (i64, Option<WebrtcSessionId>, i64),
}

impl Calls {
    pub(crate) fn new(session: &Session) -> Self {
        let (person, _) = here(session);
        Self::of(session.app.gate.hub().listen(Topic::Person(person)))
    }

    fn of(person: watch::Receiver<i64>) -> Self {
        Self { person, told: HashMap::new(), next: Instant::now(), rest: Instant::now() }
    }

    /// Waits until something may be new. What moves meanwhile is looked at together.
    pub(crate) async fn changed(&mut self) {
        sleep_until(self.rest).await;
        let next = self.next;
        let moves = self.feeds().map(|feed| {
            // The hub drops no feed that somebody listens to.
            async {
                if feed.changed().await.is_err() {
                    pending::<()>().await;
                }
            }
            .boxed()
        });
        tokio::select! {
            _ = select_all(moves) => {}
            () = sleep_until(next) => {}
        }
    }

    fn feeds(&mut self) -> impl Iterator<Item = &mut watch::Receiver<i64>> {
        self.told.values_mut().map(|told| &mut told.moved).chain([&mut self.person])
    }

    /// Tells the difference.
    pub(crate) async fn tell(&mut self, session: &Session) {
        self.next = Instant::now() + LOOK;
        self.feeds().for_each(watch::Receiver::mark_unchanged); // one look is enough for all that has moved so far
        let gate = &session.app.gate;
        let watched = loop {
            // Of what it has entered it hears the end, also when it was told nothing before.
            let known = self.told.keys().copied().chain(entered(session)).collect::<HashSet<_>>().into_iter().collect();
            let watched = match gate.see(&session.who, WatchCalls { known }).await {
                Ok(watched) => watched,
                // Nobody any more: the socket is about to hear why.
                Err(problem) if matches!(problem.kind, Kind::Refused | Kind::Unauthenticated) => return,
                Err(_) => return self.soon(),
            };
            // Listen first, then look: what changes in between is heard.
            let fresh: Vec<CallId> = watched.live.iter().map(|live| live.call.id).filter(|id| !self.told.contains_key(id)).collect();
            if fresh.is_empty() {
                break watched;
            }
            for call in fresh {
                let moved = gate.hub().listen(Topic::Call(call));
                self.told.insert(call, Told { moved, before: None, heard: (0, None, 0) });
            }
        };
        let (me, device) = here(session);
        self.told_at(Instant::now(), watched.live.iter().any(|live| difference::on(&live.call, me, device)));
        for live in watched.live {
            let Some(told) = self.told.get_mut(&live.call.id) else { continue };
            let words = difference::between(told.before.as_ref(), &live, me, device);
            if !say(session, words) {
                return self.soon();
            }
            let call = live.call.clone();
            told.before = Some(live);
            if !hear(session, &call, told).await {
                return self.soon();
            }
        }
        for call in watched.ended {
            let before = self.told.get(&call.id).and_then(|told| told.before.as_ref());
            let concerns = before.is_some() || entered(session).contains(&call.id);
            if concerns && !say(session, difference::ended(before, &call)) {
                return self.soon();
            }
            self.forget(session, call.id);
        }
        for call in watched.lost {
            // No longer a member: for them it is over, whatever the others do.
            if !say(session, vec![("call:ended", json!({ "call": call, "reason": "hangup", "duration": 0 }))]) {
                return self.soon();
            }
            self.forget(session, call);
        }
    }

    fn forget(&mut self, session: &Session, call: CallId) {
        self.told.remove(&call);
        session.legs.lock().expect("no panic while held").remove(&call);
    }

    fn told_at(&mut self, now: Instant, inside: bool) {
        self.rest = if inside { now } else { now + PAUSE };
    }

    fn soon(&mut self) {
        self.next = Instant::now() + SOON;
    }
}

/// The person and device at the other end.
fn here(session: &Session) -> (PersonId, DeviceId) {
    session.who.person().zip(session.who.device()).expect("a socket opens for people only")
}

/// The calls that this socket has entered.
fn entered(session: &Session) -> Vec<CallId> {
    session.legs.lock().expect("no panic while held").keys().copied().collect()
}

/// Whether all of it was taken. What was not is said again as a whole: each word means "this is so now".
fn say(session: &Session, words: Vec<(&'static str, Value)>) -> bool {
    words.into_iter().all(|(event, payload)| session.socket.emit(event, &payload).is_ok())
}

/// Those who are in the call by REST have nobody to push for them: what they posted is fetched here.
async fn hear(session: &Session, call: &CallView, told: &mut Told) -> bool {
    let (me, device) = here(session);
    let inside = || call.participants.iter().filter(|one| one.inside());
    let Some(mine) = inside().find(|one| one.member == me && one.device == Some(device)) else { return true };
    if !inside().any(|one| one.by_rest && one.id != mine.id) {
        return true;
    }
    if told.heard.0 != mine.leg {
        told.heard = (mine.leg, None, 0);
    }
    let (_, last, after) = told.heard;
    let Ok(heard) = session.app.gate.see(&session.who, HearSignals { call: call.id, session: last, after }).await else { return false };
    for signal in heard.signals {
        if session.socket.emit("call:signal", &signal).is_err() {
            return false;
        }
    }
    told.heard = (mine.leg, heard.session, heard.next);
    true
}

/// Enters a call, and remembers with which leg.
pub(crate) async fn enter<V: Verb<Answer = Entered>>(session: &Session, verb: V) -> Result<Value, Problem> {
    let answer = session.app.gate.act(&session.who, verb).await?;
    if let Some(mine) = answer.call.participants.iter().find(|one| one.id == answer.participant) {
        session.legs.lock().expect("no panic while held").insert(answer.call.id, (mine.id, mine.leg));
    }
    serde_json::to_value(answer).map_err(Problem::broken)
}

/// The legs that this socket has entered with.
pub(crate) fn held(session: &Session) -> Vec<(ParticipantId, i64)> {
    session.legs.lock().expect("no panic while held").values().copied().collect()
}

/// The socket is gone: the legs that it entered with have a grace to come back, and all of its device when it was the last one there.
pub(crate) async fn gone(session: &Session) {
    let ((person, device), gate) = (here(session), &session.app.gate);
    let signals = gate.signals();
    signals.unfollow(session.reader, Topic::Device(person, device)); // its mailbox may be dropped a little later
    let legs = std::mem::take(&mut *session.legs.lock().expect("no panic while held"));
    for (call, (participant, leg)) in legs {
        note(carillon_calls::leg_gone(gate, call, participant, leg).await);
    }
    // What it asked last is done although nobody waits for it: it may enter a call a moment later.
    for wait in [Duration::ZERO, UNDER_WAY] {
        tokio::time::sleep(wait).await;
        if signals.followed(Topic::Device(person, device)) {
            return;
        }
        note(carillon_calls::device_gone(gate, person, device).await);
    }
}

/// When a server stops, nothing is lost: graces begin anew at its next start.
fn note(marked: Result<(), Problem>) {
    if let Err(problem) = marked {
        tracing::debug!(%problem, "a leg was not marked as out of reach");
    }
}

#[cfg(test)]
mod tests {
    use carillon_core::Id;
    use carillon_gate::{Hint, Hub};
    use tokio::time::{sleep, timeout};
    use uuid::Uuid;

    use super::*;

    const ME: Topic = Topic::Person(Id::new(Uuid::from_u128(1)));

    /// When it looks in a second in which something moves every ten milliseconds.
    async fn looks(inside: bool) -> Vec<u128> {
        let (hub, work) = Hub::new();
        tokio::runtime::Handle::current().spawn(work);
        let (mut calls, since) = (Calls::of(hub.listen(ME)), Instant::now());
        calls.next += LOOK;
        let telling = async {
            for _ in 0..100 {
                hub.tell(Hint { topic: ME, head: 0 });
                sleep(Duration::from_millis(10)).await;
            }
        };
        let mut told = Vec::new();
        let listening = async {
            while timeout(PAUSE * 2, calls.changed()).await.is_ok() {
                told.push(since.elapsed().as_millis());
                calls.told_at(Instant::now(), inside);
            }
        };
        tokio::join!(telling, listening);
        told
    }

    #[tokio::test(start_paused = true)]
    async fn who_looks_on_is_told_the_first_change_at_once_and_many_together() {
        let told = looks(false).await;
        assert_eq!(told[0], 0);
        assert!((15..=21).contains(&told.len()) && told.windows(2).all(|two| two[1] - two[0] >= 50), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_in_a_call_waits_for_nothing() {
        let told = looks(true).await;
        assert_eq!(told.len(), 100, "{told:?}");
    }
}
