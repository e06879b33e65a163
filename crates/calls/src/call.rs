//! A call, as a state machine without I/O: who is in it, when it is over, what the log should say, and which timers must stand.
//!
//! Somebody is *inside* from their joining until they leave, also while their device is out of reach. Peer to peer there is room for two.

use std::time::Duration;

use carillon_core::{CallId, DeviceId, ParticipantId, PersonId, Problem, RequestId, RoomId, Timestamp};

use crate::model::{CallState, EndReason, LeaveReason, LegKind, LegState, Media};

/// How long a call rings.
pub(crate) const RING: Duration = Duration::from_secs(30);
/// How long a device may be out of reach, and a call empty.
pub(crate) const GRACE: Duration = Duration::from_secs(30);
/// Places in a call from peer to peer.
pub(crate) const PLACES: usize = 2;
/// Participants that one call remembers, so that a call fits into one event.
pub(crate) const REMEMBERED: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub id: CallId,
    pub room: RoomId,
    /// In the room of a pair: it rings, and it is over when one of the two leaves.
    pub direct: bool,
    pub state: CallState,
    pub initiator: PersonId,
    pub media: Media,
    pub started_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub end_reason: Option<EndReason>,
    pub participants: Vec<Participant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Participant {
    pub id: ParticipantId,
    pub member: PersonId,
    pub name: String,
    pub device: Option<DeviceId>,
    /// By which they came in the last time.
    pub request: Option<RequestId>,
    pub leg: i64,
    pub kind: LegKind,
    pub state: LegState,
    pub media: Media,
    pub joined_at: Option<Timestamp>,
    /// Since when nothing holds their leg: no socket, no session.
    pub gone_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub left_reason: Option<LeaveReason>,
}

/// Somebody who comes in.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    /// Theirs, if they were not here before.
    pub id: ParticipantId,
    pub member: PersonId,
    pub name: String,
    pub device: DeviceId,
    pub request: Option<RequestId>,
    pub kind: LegKind,
    pub media: Option<Media>,
}

#[derive(Debug, Clone)]
pub(crate) enum Input {
    Join(Join),
    Leave {
        member: PersonId,
        device: DeviceId,
        reason: LeaveReason,
    },
    /// For everybody.
    End,
    /// A client says how its leg is.
    Leg {
        member: PersonId,
        device: DeviceId,
        connected: bool,
    },
    Toggle {
        member: PersonId,
        device: DeviceId,
        audio: Option<bool>,
        video: Option<bool>,
    },
    /// What held the leg of this number is gone: its socket, or its session of the REST signalling.
    Gone {
        participant: ParticipantId,
        leg: i64,
    },
    /// Whoever is no longer a member of the room.
    PutOut {
        member: PersonId,
    },
    /// The server was started: all sockets are gone, and their graces begin now.
    Anew,
    Due(Timer),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    Ring,
    Leg(ParticipantId),
    Empty,
}

/// What the room's log should say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    Started,
    Joined(ParticipantId),
    Left(ParticipantId),
    Ended,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outputs {
    pub notes: Vec<Note>,
    /// To be set, or to be taken back.
    pub timers: Vec<(Timer, Option<Timestamp>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("this call is over")]
    Over,
    #[error("two people are in this call already")]
    Full,
    #[error("too many have been in this call: end it, and start another")]
    Crowded,
    #[error("you are not in this call: join it first")]
    Outside,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let why = refusal.to_string();
        match refusal {
            Refusal::Over => Self::gone(why),
            Refusal::Full => Self::conflict(why).named("direct-call-full"),
            Refusal::Crowded | Refusal::Outside => Self::conflict(why),
        }
    }
}

impl Participant {
    pub(crate) fn inside(&self) -> bool {
        !matches!(self.state, LegState::Ringing | LegState::Left)
    }

    fn is(&self, member: PersonId, device: DeviceId) -> bool {
        self.member == member && self.device == Some(device)
    }

    fn called(id: ParticipantId, member: PersonId, name: String, media: Media) -> Self {
        Self {
            id,
            member,
            name,
            device: None,
            request: None,
            leg: 0,
            kind: LegKind::Socket,
            state: LegState::Ringing,
            media,
            joined_at: None,
            gone_at: None,
            left_at: None,
            left_reason: None,
        }
    }
}

/// What a call begins with.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub id: CallId,
    pub room: RoomId,
    pub media: Media,
    pub by: Join,
    /// In a direct room: who is called.
    pub called: Option<(ParticipantId, PersonId, String)>,
}

impl Call {
    pub(crate) fn start(now: Timestamp, start: Start) -> (Self, Outputs) {
        let Start { id, room, media, by, called } = start;
        let direct = called.is_some();
        let mut call = Self {
            id,
            room,
            direct,
            state: if direct { CallState::Ringing } else { CallState::Active },
            initiator: by.member,
            media,
            started_at: now,
            answered_at: None,
            ended_at: None,
            end_reason: None,
            participants: Vec::new(),
        };
        let mut out = Outputs { notes: vec![Note::Started], timers: Vec::new() };
        call.come_in(now, None, by, &mut out);
        if let Some((id, member, name)) = called {
            call.participants.push(Participant::called(id, member, name, media));
            out.timers.push((Timer::Ring, Some(now.plus(RING))));
        }
        (call, out)
    }

    pub(crate) fn handle(&mut self, now: Timestamp, input: Input) -> Result<Outputs, Refusal> {
        let mut out = Outputs::default();
        if self.state == CallState::Ended {
            return match input {
                Input::Join(_) | Input::Leg { .. } | Input::Toggle { .. } => Err(Refusal::Over),
                _ => Ok(out), // it cannot end twice
            };
        }
        match input {
            Input::Join(join) => self.join(now, join, &mut out)?,
            Input::Leave { member, device, reason } => self.leave(now, member, device, reason, &mut out),
            Input::End => {
                let reason = if self.state == CallState::Ringing { EndReason::Cancelled } else { EndReason::Hangup };
                self.end(now, reason, &mut out);
            }
            Input::Leg { member, device, connected } => {
                let one = self.inside_mut(member, device)?;
                one.state = if connected { LegState::Connected } else { LegState::Reconnecting };
                back(one, &mut out);
            }
            Input::Toggle { member, device, audio, video } => {
                let media = &mut self.inside_mut(member, device)?.media;
                media.audio = audio.unwrap_or(media.audio);
                media.video = video.unwrap_or(media.video);
            }
            Input::Gone { participant, leg } => {
                let here = |one: &&mut Participant| (one.id, one.leg) == (participant, leg) && one.gone_at.is_none();
                if let Some(one) = self.participants.iter_mut().find(here) {
                    gone(now, one, &mut out);
                }
            }
            Input::PutOut { member } => {
                while let Some(at) = self.participants.iter().position(|one| one.member == member && one.inside()) {
                    self.part(now, at, LeaveReason::Hangup, &mut out);
                    self.look(now, LeaveReason::Hangup, &mut out);
                }
            }
            Input::Anew => {
                self.participants.iter_mut().filter(|one| one.kind == LegKind::Socket).for_each(|one| gone(now, one, &mut out));
                if self.empty_since().is_some() {
                    out.timers.push((Timer::Empty, Some(now.plus(GRACE))));
                }
            }
            Input::Due(timer) => self.due(now, timer, &mut out),
        }
        Ok(out)
    }

    /// Whole seconds since it was answered.
    pub(crate) fn duration(&self, now: Timestamp) -> i64 {
        let until = self.ended_at.unwrap_or(now);
        self.answered_at.map_or(0, |answered| until.since(answered).as_secs() as i64)
    }

    pub(crate) fn inside(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(|one| one.inside())
    }

    /// Their participant on this device: the one that is inside, or was last.
    pub(crate) fn participant_of(&self, member: PersonId, device: DeviceId) -> Option<&Participant> {
        let theirs = || self.participants.iter().filter(|one| one.is(member, device));
        theirs().find(|one| one.inside()).or_else(|| theirs().max_by_key(|one| one.left_at))
    }

    fn inside_mut(&mut self, member: PersonId, device: DeviceId) -> Result<&mut Participant, Refusal> {
        self.participants.iter_mut().find(|one| one.is(member, device) && one.inside()).ok_or(Refusal::Outside)
    }

    /// When the last one left, if nobody is inside.
    fn empty_since(&self) -> Option<Timestamp> {
        if self.inside().next().is_some() { None } else { self.participants.iter().filter_map(|one| one.left_at).max() }
    }

    fn join(&mut self, now: Timestamp, join: Join, out: &mut Outputs) -> Result<(), Refusal> {
        let here = self.participants.iter().position(|one| one.is(join.member, join.device) && one.inside());
        if let Some(one) = here.map(|at| &mut self.participants[at]).filter(|one| one.kind == join.kind) {
            one.leg += 1;
            one.request = join.request;
            one.state = LegState::Connecting;
            one.media = join.media.unwrap_or(one.media);
            back(one, out);
            return Ok(());
        }
        let called = self.participants.iter().position(|one| one.member == join.member && one.state == LegState::Ringing);
        // By other means a device is another participant: who yields to whom in a negotiation goes by their ids.
        let same = |one: &Participant| one.is(join.member, join.device) && one.kind == join.kind;
        let place = called.or_else(|| self.participants.iter().position(same));
        if place.is_none() && self.participants.len() == REMEMBERED {
            return Err(Refusal::Crowded);
        }
        match here {
            Some(at) => self.part(now, at, LeaveReason::Hangup, out),
            None if called.is_none() => self.make_room(now, join.member, out)?,
            None => {}
        }
        self.come_in(now, place, join, out);
        Ok(())
    }

    /// Whoever comes on another device, while the first is out of reach, takes their own place over.
    fn make_room(&mut self, now: Timestamp, member: PersonId, out: &mut Outputs) -> Result<(), Refusal> {
        // Who is called has a place already.
        let full = self.participants.iter().filter(|one| one.state != LegState::Left).count() >= PLACES;
        if !full {
            return Ok(());
        }
        let mine = self.participants.iter().position(|one| one.inside() && one.member == member && one.gone_at.is_some());
        self.part(now, mine.ok_or(Refusal::Full)?, LeaveReason::Lost, out);
        Ok(())
    }

    fn come_in(&mut self, now: Timestamp, place: Option<usize>, join: Join, out: &mut Outputs) {
        if self.empty_since().is_some() {
            out.timers.push((Timer::Empty, None));
        }
        let place = place.unwrap_or_else(|| {
            self.participants.push(Participant::called(join.id, join.member, join.name, self.media));
            self.participants.len() - 1
        });
        let one = &mut self.participants[place];
        one.device = Some(join.device);
        one.request = join.request;
        one.leg += 1;
        one.kind = join.kind;
        one.state = LegState::Connecting;
        one.media = join.media.unwrap_or(self.media);
        one.joined_at = Some(now);
        one.left_at = None;
        one.left_reason = None;
        out.notes.push(Note::Joined(one.id));
        if self.answered_at.is_none() && self.inside().count() == PLACES {
            self.answered_at = Some(now);
            if self.state == CallState::Ringing {
                self.state = CallState::Active;
                out.timers.push((Timer::Ring, None));
            }
        }
    }

    fn leave(&mut self, now: Timestamp, member: PersonId, device: DeviceId, reason: LeaveReason, out: &mut Outputs) {
        let inside = self.participants.iter().position(|one| one.is(member, device) && one.inside());
        let called = || self.participants.iter().position(|one| one.member == member && one.state == LegState::Ringing);
        let (at, reason) = match (inside, reason) {
            (Some(at), LeaveReason::Lost) => (at, LeaveReason::Lost),
            (Some(at), _) if self.state == CallState::Ringing => (at, LeaveReason::Cancelled),
            (Some(at), _) => (at, LeaveReason::Hangup),
            (None, reason) => {
                let Some(at) = called() else { return }; // has left already, or answered elsewhere
                (at, if reason == LeaveReason::Busy { LeaveReason::Busy } else { LeaveReason::Declined })
            }
        };
        self.part(now, at, reason, out);
        self.look(now, reason, out);
    }

    /// One is gone from the call.
    fn part(&mut self, now: Timestamp, at: usize, reason: LeaveReason, out: &mut Outputs) {
        let one = &mut self.participants[at];
        back(one, out);
        one.state = LegState::Left;
        one.left_at = Some(now);
        one.left_reason = Some(reason);
        out.notes.push(Note::Left(one.id));
    }

    /// Is it over, now that one has left?
    fn look(&mut self, now: Timestamp, reason: LeaveReason, out: &mut Outputs) {
        // Who is lost was gone for the whole grace already.
        if self.direct || (self.empty_since().is_some() && reason == LeaveReason::Lost) {
            self.end(now, reason.into(), out);
        } else if self.empty_since().is_some() {
            out.timers.push((Timer::Empty, Some(now.plus(GRACE))));
        }
    }

    fn end(&mut self, now: Timestamp, reason: EndReason, out: &mut Outputs) {
        if self.state == CallState::Ringing {
            out.timers.push((Timer::Ring, None));
        }
        if self.empty_since().is_some() {
            out.timers.push((Timer::Empty, None));
        }
        for one in self.participants.iter_mut().filter(|one| one.state != LegState::Left) {
            back(one, out);
            one.state = LegState::Left;
            one.left_at = Some(now);
        }
        self.state = CallState::Ended;
        self.ended_at = Some(now);
        self.end_reason = Some(reason);
        out.notes.push(Note::Ended);
    }

    /// Timers may come early, late or twice: each asks what is.
    fn due(&mut self, now: Timestamp, timer: Timer, out: &mut Outputs) {
        let (since, span) = match timer {
            Timer::Ring => ((self.state == CallState::Ringing).then_some(self.started_at), RING),
            Timer::Empty => (self.empty_since(), GRACE),
            Timer::Leg(id) => (self.participants.iter().find(|one| one.id == id).and_then(|one| one.gone_at), GRACE),
        };
        let Some(since) = since else { return };
        if now < since.plus(span) {
            out.timers.push((timer, Some(since.plus(span))));
            return;
        }
        match timer {
            Timer::Ring => self.end(now, EndReason::NoAnswer, out),
            Timer::Empty => self.end(now, EndReason::Hangup, out),
            Timer::Leg(id) => {
                let at = self.participants.iter().position(|one| one.id == id).expect("it was found above");
                self.part(now, at, LeaveReason::Lost, out);
                self.look(now, LeaveReason::Lost, out);
            }
        }
    }
}

/// In reach again.
fn back(one: &mut Participant, out: &mut Outputs) {
    if one.gone_at.take().is_some() {
        out.timers.push((Timer::Leg(one.id), None));
    }
}

fn gone(now: Timestamp, one: &mut Participant, out: &mut Outputs) {
    if one.inside() {
        one.gone_at = Some(now);
        one.state = LegState::Reconnecting;
        out.timers.push((Timer::Leg(one.id), Some(now.plus(GRACE))));
    }
}

#[cfg(test)]
mod tests;
