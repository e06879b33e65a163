//! The machine, driven by hand and by chance: whatever comes in whichever order, the same few sentences hold.

use std::collections::BTreeMap;

use carillon_core::{DeviceId, Id, PersonId, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn id<K>(n: u128) -> Id<K> {
    Id::new(Uuid::from_u128(n))
}

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const BOTH: Media = Media { audio: true, video: true };

fn person(n: u8) -> PersonId {
    id(100 + u128::from(n))
}
fn device(n: u8) -> DeviceId {
    id(200 + u128::from(n))
}

fn join(participant: u128, member: u8, on: u8) -> Join {
    let (member, device) = (person(member), device(on));
    Join { id: id(participant), member, name: "Somebody".into(), device, request: None, kind: LegKind::Socket, media: None }
}

fn by_rest(participant: u128, member: u8, on: u8) -> Join {
    Join { kind: LegKind::Rest, ..join(participant, member, on) }
}

fn start(direct: bool) -> (Call, Outputs) {
    let called = direct.then(|| (id(2), person(1), "Ben".into()));
    Call::start(NOW, Start { id: id(1), room: id(9), media: BOTH, by: join(1, 0, 0), called })
}

fn leave(member: u8, on: u8, reason: LeaveReason) -> Input {
    Input::Leave { member: person(member), device: device(on), reason }
}

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

#[test]
fn a_called_person_answers_and_the_call_lasts_from_then() {
    let (mut call, out) = start(true);
    assert_eq!(out.timers, [(Timer::Ring, Some(later(30)))]);
    assert_eq!(call.state, CallState::Ringing);
    let out = call.handle(later(6), Input::Join(join(3, 1, 1))).unwrap();
    assert_eq!((call.state, call.answered_at), (CallState::Active, Some(later(6))));
    assert_eq!(out.notes, [Note::Joined(id(2))], "who was called keeps their participant");
    assert_eq!(out.timers, [(Timer::Ring, None)]);
    let out = call.handle(later(16), leave(0, 0, LeaveReason::Hangup)).unwrap();
    assert_eq!(out.notes, [Note::Left(id(1)), Note::Ended]);
    assert_eq!((call.end_reason, call.duration(later(99))), (Some(EndReason::Hangup), 10));
}

#[test]
fn who_is_called_declines_or_is_busy_and_who_calls_cancels() {
    for (member, on, said, ended) in [
        (1, 1, LeaveReason::Declined, EndReason::Declined),
        (1, 2, LeaveReason::Busy, EndReason::Busy),
        (1, 1, LeaveReason::Hangup, EndReason::Declined),
        (0, 0, LeaveReason::Hangup, EndReason::Cancelled),
    ] {
        let (mut call, _) = start(true);
        let out = call.handle(later(1), leave(member, on, said)).unwrap();
        assert_eq!(call.end_reason, Some(ended));
        assert!(out.timers.contains(&(Timer::Ring, None)));
        assert_eq!(call.duration(later(9)), 0);
    }
}

#[test]
fn another_device_of_the_caller_takes_over_only_from_one_that_is_out_of_reach() {
    let (mut call, _) = start(true);
    assert_eq!(call.handle(later(1), Input::Join(join(3, 0, 5))), Err(Refusal::Full));
    call.handle(later(2), Input::Gone { participant: id(1), leg: 1 }).unwrap();
    let out = call.handle(later(3), Input::Join(join(3, 0, 5))).unwrap();
    assert_eq!(out.notes, [Note::Left(id(1)), Note::Joined(id(3))]);
    assert_eq!((call.state, call.inside().count()), (CallState::Ringing, 1));
}

#[test]
fn a_lost_leg_comes_back_as_the_same_participant() {
    let (mut call, _) = start(true);
    call.handle(later(1), Input::Join(join(3, 1, 1))).unwrap();
    let out = call.handle(later(10), Input::Gone { participant: id(2), leg: 1 }).unwrap();
    assert_eq!(out.timers, [(Timer::Leg(id(2)), Some(later(40)))]);
    let out = call.handle(later(39), Input::Join(join(4, 1, 1))).unwrap();
    let before = Input::Gone { participant: id(2), leg: 1 };
    assert_eq!(call.handle(later(39), before).unwrap(), Outputs::default(), "another leg stands in its place");
    assert_eq!((out.timers, out.notes), (vec![(Timer::Leg(id(2)), None)], vec![]));
    assert_eq!(call.participant_of(person(1), device(1)).map(|one| (one.id, one.leg)), Some((id(2), 2)));
    assert_eq!(call.handle(later(40), Input::Due(Timer::Leg(id(2)))).unwrap(), Outputs::default(), "an old timer means nothing");
}

#[test]
fn a_group_call_waits_for_whoever_comes_back() {
    let (mut call, out) = start(false);
    assert_eq!((call.state, out.timers.len()), (CallState::Active, 0), "nobody is called, so nothing rings");
    call.handle(later(1), Input::Join(join(2, 1, 1))).unwrap();
    assert_eq!(call.handle(later(2), Input::Join(join(3, 2, 2))), Err(Refusal::Full));
    call.handle(later(3), leave(0, 0, LeaveReason::Hangup)).unwrap();
    let out = call.handle(later(4), leave(1, 1, LeaveReason::Hangup)).unwrap();
    assert_eq!(out.timers, [(Timer::Empty, Some(later(34)))]);
    let out = call.handle(later(33), Input::Join(join(3, 1, 1))).unwrap();
    assert_eq!(out.timers, [(Timer::Empty, None)]);
    assert_eq!(call.inside().next().map(|one| one.id), Some(id(2)), "the same person on the same device");
    call.handle(later(40), leave(1, 1, LeaveReason::Hangup)).unwrap();
    call.handle(later(70), Input::Due(Timer::Empty)).unwrap();
    assert_eq!((call.state, call.duration(later(99))), (CallState::Ended, 69));
}

#[test]
fn by_other_means_a_device_is_another_participant() {
    let (mut call, _) = start(false);
    call.handle(later(1), Input::Join(join(2, 1, 1))).unwrap();
    call.handle(later(2), leave(1, 1, LeaveReason::Hangup)).unwrap();
    let out = call.handle(later(3), Input::Join(by_rest(3, 1, 1))).unwrap();
    assert_eq!(out.notes, [Note::Joined(id(3))], "the id by which it yields to nobody");
    let out = call.handle(later(4), Input::Join(join(4, 1, 1))).unwrap();
    assert_eq!(out.notes, [Note::Left(id(3)), Note::Joined(id(2))], "the one that it was by socket");
    assert_eq!(call.participant_of(person(1), device(1)).map(|one| one.id), Some(id(2)));
    let out = call.handle(later(6), Input::PutOut { member: person(1) }).unwrap();
    assert_eq!(out.notes, [Note::Left(id(2))]);
    assert_eq!(call.handle(later(7), Input::PutOut { member: person(1) }).unwrap(), Outputs::default());
}

#[test]
fn a_server_that_starts_takes_no_leg_by_rest_for_lost() {
    let (mut call, _) = start(false);
    call.handle(later(1), Input::Join(by_rest(2, 1, 1))).unwrap();
    let out = call.handle(later(2), Input::Anew).unwrap();
    assert_eq!(out.timers, [(Timer::Leg(id(1)), Some(later(32)))]);
    let out = call.handle(later(3), Input::Gone { participant: id(2), leg: 1 }).unwrap();
    assert_eq!(out.timers, [(Timer::Leg(id(2)), Some(later(33)))], "its session is gone");
    call.handle(later(33), Input::Due(Timer::Leg(id(2)))).unwrap();
    assert_eq!(call.inside().count(), 1);
}

/// Anything that can come, from three people on two devices each.
fn any_input() -> impl Strategy<Value = (u64, u8)> {
    (0_u64..20, any::<u8>())
}

fn input(call: &Call, n: u128, word: u8) -> Input {
    let (member, on) = (word % 3, word % 6);
    let Participant { id: participant, leg, .. } = call.participants[usize::from(word) % call.participants.len()];
    match word / 6 % 14 {
        0..=2 => Input::Join(join(n, member, on)),
        3 => Input::Join(by_rest(n, member, on)),
        4 | 5 => leave(member, on, [LeaveReason::Hangup, LeaveReason::Busy, LeaveReason::Lost][usize::from(word % 3)]),
        6 | 7 => Input::Leg { member: person(member), device: device(on), connected: word.is_multiple_of(2) },
        8 => Input::Toggle { member: person(member), device: device(on), audio: Some(false), video: None },
        9 | 10 => Input::Gone { participant, leg: if word.is_multiple_of(2) { 1 } else { leg } },
        11 => Input::PutOut { member: person(member) },
        12 => Input::Anew,
        _ if word > 250 => Input::End,
        _ => Input::Due([Timer::Ring, Timer::Empty, Timer::Leg(participant)][usize::from(word % 3)]),
    }
}

/// What stands around the machine: the jobs and the log.
#[derive(Default)]
struct World {
    timers: BTreeMap<Timer, Timestamp>,
    notes: Vec<Note>,
}

impl World {
    fn take(&mut self, out: Outputs) {
        for (timer, at) in out.timers {
            match at {
                Some(at) => drop(self.timers.insert(timer, at)),
                None => drop(self.timers.remove(&timer)),
            }
        }
        self.notes.extend(out.notes);
    }

    fn holds(&self, call: &Call) -> Result<(), TestCaseError> {
        let ended = call.state == CallState::Ended;
        prop_assert!(call.inside().count() <= PLACES);
        prop_assert_eq!(ended, call.ended_at.is_some() && call.end_reason.is_some());
        prop_assert_eq!(self.timers.contains_key(&Timer::Ring), call.state == CallState::Ringing);
        prop_assert_eq!(self.timers.contains_key(&Timer::Empty), !ended && call.inside().next().is_none());
        for one in &call.participants {
            let due = one.gone_at.map(|gone| gone.plus(GRACE));
            prop_assert_eq!(self.timers.get(&Timer::Leg(one.id)).copied(), due);
            prop_assert!(due.is_none() || one.inside());
            let mut came = false;
            for note in self.notes.iter().filter(|note| matches!(note, Note::Joined(id) | Note::Left(id) if *id == one.id)) {
                let joins = matches!(note, Note::Joined(_));
                prop_assert!(joins != came || (!joins && one.joined_at.is_none()), "{:?}", self.notes);
                came = joins;
            }
            prop_assert_eq!(came && !ended, one.inside());
        }
        prop_assert_eq!(self.notes.first(), Some(&Note::Started));
        prop_assert_eq!(self.notes.iter().filter(|note| **note == Note::Started).count(), 1);
        prop_assert_eq!(self.notes.iter().position(|note| *note == Note::Ended), ended.then(|| self.notes.len() - 1));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_comes_two_are_in_it_at_most_and_it_ends_once(direct: bool, steps in prop::collection::vec(any_input(), 1..60)) {
        let (mut call, out) = start(direct);
        let (mut world, mut now) = (World::default(), NOW);
        world.take(out);
        world.holds(&call)?;
        for (n, (pause, word)) in (10..).zip(steps) {
            now = now.plus(Duration::from_secs(pause));
            let before = call.clone();
            let input = input(&call, n, word);
            if let Ok(out) = call.handle(now, input) {
                world.take(out);
            } else {
                prop_assert_eq!(&before, &call, "who is refused has changed nothing");
            }
            if before.state == CallState::Ended {
                prop_assert_eq!(&before, &call, "ended is ended");
            }
            world.holds(&call)?;
        }
        // Everybody goes away, and only the timers are left.
        let all: Vec<_> = call.participants.iter().map(|one| (one.id, one.leg)).collect();
        for (participant, leg) in all {
            world.take(call.handle(now, Input::Gone { participant, leg }).unwrap());
        }
        for _ in 0..20 {
            let Some((timer, at)) = world.timers.iter().min_by_key(|(_, at)| **at).map(|(timer, at)| (*timer, *at)) else { break };
            world.timers.remove(&timer);
            now = now.max(at);
            world.take(call.handle(now, Input::Due(timer)).unwrap());
            world.holds(&call)?;
        }
        prop_assert_eq!(call.state, CallState::Ended);
    }
}
