//! From the call that was told last to the call that is: the words that lead there.

use carillon_calls::{CallView, LegState, ParticipantView, views::LiveCall};
use carillon_core::{DeviceId, PersonId};
use serde_json::{Value, json};

type Words = Vec<(&'static str, Value)>;

/// What a socket of `me` on `device` is told of a live call.
pub(super) fn between(before: Option<&LiveCall>, now: &LiveCall, me: PersonId, device: DeviceId) -> Words {
    let call = &now.call;
    let Some(before) = before else {
        let payload = json!({ "call": call, "room": call.room, "from": now.from, "ring": now.ring });
        // Whoever is in it must hear of the other, who may have come before the first look: on that word it offers.
        let others = call.participants.iter().filter(|one| one.inside() && on(call, me, device) && !is(one, me, device));
        let joined = others.map(|one| ("call:joined", json!({ "call": call.id, "participant": one })));
        return [("call:initiated", payload)].into_iter().chain(joined).collect();
    };
    let (mut words, mut whole) = (Words::new(), false);
    for one in &call.participants {
        let was = before.call.participants.iter().find(|was| was.id == one.id);
        let entered = one.inside() && was.is_none_or(|was| !was.inside() || was.leg != one.leg);
        if entered {
            words.push(("call:joined", json!({ "call": call.id, "participant": one })));
        } else if let Some(was) = was {
            if (one.audio, one.video) != (was.audio, was.video) {
                words.push((
                    "call:media-toggled",
                    json!({ "call": call.id, "participant": one.id, "audio": one.audio, "video": one.video }),
                ));
            }
            whole |= one.inside() && one.state != was.state;
        }
        words.extend(left(call, was, one));
    }
    if before.ring && !now.ring && !on(call, me, device) {
        words.push(("call:answered-elsewhere", json!({ "call": call.id })));
    }
    if whole || before.call.state != call.state || before.call.answered_at != call.answered_at {
        words.push(("call:state", json!({ "call": call })));
    }
    words
}

/// What a socket is told of a call that has ended since.
pub(super) fn ended(before: Option<&LiveCall>, call: &CallView) -> Words {
    let was = |one: &ParticipantView| before.and_then(|before| before.call.participants.iter().find(|was| was.id == one.id));
    let mut words: Words = call.participants.iter().filter_map(|one| left(call, was(one), one)).collect();
    words.push(("call:ended", json!({ "call": call.id, "reason": call.end_reason, "duration": call.duration })));
    words
}

pub(super) fn on(call: &CallView, me: PersonId, device: DeviceId) -> bool {
    call.participants.iter().any(|one| one.inside() && is(one, me, device))
}

fn is(one: &ParticipantView, me: PersonId, device: DeviceId) -> bool {
    one.member == me && one.device == Some(device)
}

/// Of those who were there when the call ended it says nothing: they have no reason of their own.
fn left(call: &CallView, was: Option<&ParticipantView>, one: &ParticipantView) -> Option<(&'static str, Value)> {
    let (reason, was) = (one.left_reason?, was?);
    (one.state == LegState::Left && was.state != LegState::Left)
        .then(|| ("call:left", json!({ "call": call.id, "participant": one.id, "member": one.member, "reason": reason })))
}
