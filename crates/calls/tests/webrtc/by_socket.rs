//! One side by REST, the other by socket, in one call.

use carillon_calls::webrtc::{HearSignals, Heard, SignalKind, TakeSignal};
use carillon_core::{CallId, ParticipantId, Problem, WebrtcSessionId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    house::{Came, House, named, stories},
    negotiation::{ANSWER, CANDIDATES, CLOSE, SESSION, SESSIONS, answer, candidate, offer, offered},
};

stories! {
    an_offer_by_rest_is_heard_and_answered_by_socket,
    whoever_was_there_first_by_socket_yields_its_offer,
    signals_for_a_session_that_is_over_are_refused,
    strangers_to_the_call_hear_and_say_nothing,
    one_device_has_one_leg,
}

/// What a socket keeps of a call.
pub(crate) struct Ear {
    call: CallId,
    session: Option<WebrtcSessionId>,
    after: i64,
}

impl Ear {
    pub(crate) fn at(session: &Value) -> Self {
        Self { call: id(&session["call"]), session: None, after: 0 }
    }

    pub(crate) async fn hear(&mut self, house: &House, who: &Came) -> Vec<(String, Value)> {
        let view = HearSignals { call: self.call, session: self.session, after: self.after };
        let Heard { session, signals, next } = house.gate.see(&who.who, view).await.unwrap();
        (self.session, self.after) = (session, next);
        signals.into_iter().map(|signal| (signal.kind.to_owned(), signal.signal)).collect()
    }
}

fn id<K>(value: &Value) -> carillon_core::Id<K> {
    value.as_str().unwrap().parse().unwrap()
}

pub(crate) async fn join(house: &House, who: &Came, call: &Value) -> Value {
    house.event(who, "call:join", json!({ "call": call, "requestId": Uuid::now_v7() })).await.unwrap()
}

/// The participant of the other in the answer to a join.
pub(crate) fn other(joined: &Value) -> ParticipantId {
    let all = joined["call"]["participants"].as_array().unwrap();
    let other = all.iter().find(|one| one["id"] != joined["participant"]).unwrap();
    id(&other["id"])
}

pub(crate) async fn say(house: &House, who: &Came, to: (&Value, ParticipantId), kind: SignalKind, signal: Value) -> Result<(), Problem> {
    house.gate.act(&who.who, TakeSignal::new(id(to.0), to.1, kind, signal)).await.map(drop)
}

async fn an_offer_by_rest_is_heard_and_answered_by_socket(house: House) {
    let (ada, ben, room) = house.two().await;
    let session = offered(&house, &ada, &room).await;
    let call = &session["call"];
    house.post(&ada, CANDIDATES, json!({ "id": session["id"], "candidates": [candidate(1), candidate(2)] })).await.unwrap();
    let mut changed = house.gate.hub().listen(carillon_gate::Topic::Call(id(call)));
    let joined = join(&house, &ben, call).await;
    let to = other(&joined);
    assert!(*to.to_string() < *joined["participant"].as_str().unwrap(), "the side by socket is the polite one");

    let mut ear = Ear::at(&session);
    let said = |signal: Value| ("ice-candidate".to_owned(), signal);
    assert_eq!(ear.hear(&house, &ben).await, [("offer".to_owned(), offer("first")), said(candidate(1)), said(candidate(2))]);
    assert_eq!(ear.hear(&house, &ben).await, []);

    say(&house, &ben, (call, to), SignalKind::Answer, answer("ben")).await.unwrap();
    say(&house, &ben, (call, to), SignalKind::Answer, answer("ben")).await.expect("the same again");
    say(&house, &ben, (call, to), SignalKind::IceCandidate, candidate(3)).await.unwrap();
    say(&house, &ben, (call, to), SignalKind::IceCandidate, candidate(3)).await.expect("the same again");
    assert_eq!(named(say(&house, &ben, (call, to), SignalKind::Answer, answer("other")).await), "conflict");
    let seen = house.get(&ada, SESSION, json!({ "id": session["id"] })).await.unwrap();
    assert_eq!((&seen["state"], &seen["answer"], &seen["candidates"]), (&json!("answered"), &answer("ben"), &json!(3)));
    let all = house.get(&ada, CANDIDATES, json!({ "id": session["id"], "after": 2 })).await.unwrap();
    assert_eq!(all["candidates"], json!([{ "seq": 3, "from": "answerer", "candidate": candidate(3) }]));

    changed.mark_unchanged();
    house.post(&ada, CANDIDATES, json!({ "id": session["id"], "candidates": [candidate(4)] })).await.unwrap();
    changed.changed().await.unwrap();
    assert_eq!(ear.hear(&house, &ben).await, [said(candidate(4))]);
    let mut anew = Ear::at(&session);
    let again = anew.hear(&house, &ben).await;
    assert_eq!(again, [said(candidate(1)), said(candidate(2)), said(candidate(4))], "a new socket of the page that answered");

    house.post(&ada, CLOSE, json!({ "id": session["id"] })).await.unwrap();
    let calls = house.get(&ben, "/api/v1/rooms/{room}/calls", json!({ "room": room })).await.unwrap();
    let states: Vec<_> = calls["calls"][0]["participants"].as_array().unwrap().iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["left", "connecting"], "closing ends the leg by REST, not the one by socket");
}

async fn whoever_was_there_first_by_socket_yields_its_offer(house: House) {
    let (ada, ben, room) = house.two().await;
    let input = json!({ "room": room, "requestId": Uuid::now_v7(), "media": { "audio": true, "video": true } });
    let started = house.event(&ben, "call:initiate", input).await.unwrap();
    let session = offered(&house, &ada, &room).await;
    assert_eq!(session["call"], started["call"]["id"]);
    let joined = house.event(&ben, "call:state", json!({ "call": session["call"] })).await.unwrap();
    let to = other(&json!({ "call": joined["call"], "participant": started["participant"] }));
    assert!(*to.to_string() < *started["participant"].as_str().unwrap());
    let call = &session["call"];
    say(&house, &ben, (call, to), SignalKind::Offer, offer("ben")).await.expect("passed over, as an impolite peer does");
    assert_eq!(house.get(&ada, SESSION, json!({ "id": session["id"] })).await.unwrap()["state"], "offered");
    let mut ear = Ear::at(&session);
    assert_eq!(ear.hear(&house, &ben).await, [("offer".to_owned(), offer("first"))]);
    say(&house, &ben, (call, to), SignalKind::Answer, answer("ben")).await.unwrap();
    assert_eq!(house.get(&ada, SESSION, json!({ "id": session["id"] })).await.unwrap()["answer"], answer("ben"));
    // A restart of ICE: a new session, heard like the first.
    let next = house.post(&ada, SESSIONS, json!({ "offer": offer("restart"), "room": room })).await.unwrap();
    assert_eq!(ear.hear(&house, &ben).await, [("offer".to_owned(), offer("restart"))]);
    say(&house, &ben, (call, to), SignalKind::Answer, answer("anew")).await.unwrap();
    assert_eq!(house.get(&ada, SESSION, json!({ "id": next["id"] })).await.unwrap()["answer"], answer("anew"));
}

async fn signals_for_a_session_that_is_over_are_refused(house: House) {
    let (ada, ben, room) = house.two().await;
    let session = offered(&house, &ada, &room).await;
    let call = &session["call"];
    let to = other(&join(&house, &ben, call).await);
    for bad in [json!({}), offer("ben"), json!({ "type": "answer", "sdp": "x".repeat(1_000_000) }), json!(7)] {
        assert_eq!(named(say(&house, &ben, (call, to), SignalKind::Answer, bad).await), "invalid");
    }
    for port in 0..256 {
        say(&house, &ben, (call, to), SignalKind::IceCandidate, candidate(port)).await.unwrap();
    }
    assert_eq!(named(say(&house, &ben, (call, to), SignalKind::IceCandidate, candidate(256)).await), "conflict");
    house.post(&ada, CLOSE, json!({ "id": session["id"] })).await.unwrap();
    assert_eq!(named(say(&house, &ben, (call, to), SignalKind::Answer, answer("late")).await), "conflict");
    assert_eq!(named(say(&house, &ben, (call, to), SignalKind::IceCandidate, candidate(1)).await), "conflict");
}

async fn strangers_to_the_call_hear_and_say_nothing(house: House) {
    let (ada, ben, room) = house.two().await;
    let eve = house.account("eve").await;
    let session = offered(&house, &ada, &room).await;
    let call = &session["call"];
    let calls = house.get(&ada, "/api/v1/rooms/{room}/calls", json!({ "room": room })).await.unwrap();
    let to: ParticipantId = id(&calls["calls"][0]["participants"][0]["id"]);
    for outside in [&eve, &ben] {
        let view = HearSignals { call: id(call), session: None, after: 0 };
        assert_eq!(named(house.gate.see(&outside.who, view).await), "refused");
        assert_eq!(named(say(&house, outside, (call, to), SignalKind::Answer, answer("eve")).await), "refused");
    }
    assert_eq!(house.get(&ada, SESSION, json!({ "id": session["id"] })).await.unwrap(), session);
}

async fn one_device_has_one_leg(house: House) {
    let (ada, ben, room) = house.two().await;
    let session = offered(&house, &ada, &room).await;
    join(&house, &ben, &session["call"]).await;
    let answering = json!({ "id": session["id"], "answer": answer("ben") });
    assert_eq!(named(house.post(&ben, ANSWER, answering.clone()).await), "conflict", "its signals go by the socket");
    assert_eq!(named(house.post(&ben, SESSIONS, json!({ "offer": offer("ben"), "room": room })).await), "conflict");
    house.event(&ben, "call:leave", json!({ "call": session["call"] })).await.unwrap();
    house.post(&house.device_of(ben.person), ANSWER, answering).await.unwrap();
}
