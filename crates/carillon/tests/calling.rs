//! Calls by Socket.IO on the real program: what each side hears, and when.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod server;

use serde_json::{Value, json};
use server::{Person, Server, id, socket::Socket};
use tempfile::TempDir;

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// A server, and two people with an account.
struct Town {
    server: Option<Server>,
    ada: Person,
    ben: Person,
    directory: TempDir,
}

impl Town {
    fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = serve(&directory);
        let ada = server.sign_in();
        let ben = account(&server, &ada, "ben");
        Self { server: Some(server), ada, ben, directory }
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    fn socket(&self, who: &Person) -> Socket {
        Socket::connect(&self.server().client, Some(&who.token)).unwrap()
    }

    /// The same person on another device.
    fn again(&self, login: &str) -> Person {
        let words = json!({ "login": login, "password": "a few good words" });
        Person::of(&self.server().client.post("/api/v1/session", None, &words))
    }

    /// Killed as by a power cut, and started once more.
    fn cut(&mut self) {
        self.server.take().unwrap().kill();
        self.server = Some(serve(&self.directory));
    }
}

/// Tokens are good for the address that made them: it is the same after each start.
fn serve(directory: &TempDir) -> Server {
    Server::start(&directory.path().join("data"), &["--public-url", "http://127.0.0.1"])
}

fn account(server: &Server, admin: &Person, login: &str) -> Person {
    let invited = server.client.post("/api/v1/invitations", Some(&admin.token), &json!({ "requestId": id(), "role": "member" }));
    let words = json!({ "token": invited.json()["token"], "login": login, "name": login, "password": "a few good words" });
    Person::of(&server.client.post("/api/v1/invitations/accept", None, &words))
}

fn result(mut answer: Value) -> Value {
    assert!(answer.get("problem").is_none(), "{answer}");
    answer["result"].take()
}

fn problem(answer: &Value) -> &str {
    answer["problem"]["type"].as_str().unwrap_or_else(|| panic!("it went well: {answer}")).strip_prefix("/problems/").unwrap()
}

fn call(socket: &mut Socket, other: &Person) -> Value {
    let media = json!({ "audio": true, "video": true });
    result(socket.ask("call:initiate", &json!({ "account": other.id, "requestId": id(), "media": media })))
}

fn join(socket: &mut Socket, call: &Value) -> Value {
    result(socket.ask("call:join", &json!({ "call": call, "requestId": id() })))
}

fn signal(socket: &mut Socket, call: &Value, kind: &str, signal: Value) -> Value {
    let mut said = json!({ "call": call, "type": kind });
    said["signal"] = signal;
    socket.ask("call:signal", &said)
}

fn candidate(number: usize) -> Value {
    json!({ "candidate": format!("candidate:{number} 1 UDP 1 192.0.2.1 50000 typ host"), "sdpMid": "0" })
}

fn of<'v>(call: &'v Value, who: &Person) -> &'v Value {
    call["participants"].as_array().unwrap().iter().find(|one| one["member"] == json!(who.id)).unwrap()
}

#[test]
fn two_people_talk() {
    let town = Town::open();
    let (mut adas, mut bens, mut tablet) = (town.socket(&town.ada), town.socket(&town.ben), town.socket(&town.again("ben")));
    let begun = call(&mut adas, &town.ben);
    let it = &begun["call"]["id"];
    assert!(begun["iceServers"][0]["urls"][0].as_str().unwrap().starts_with("stun:"), "{begun}");
    for ringing in [bens.hear("call:initiated"), tablet.hear("call:initiated")] {
        assert_eq!((&ringing["ring"], &ringing["from"]["id"], &ringing["call"]["id"]), (&json!(true), &json!(town.ada.id), it));
    }
    assert_eq!(adas.hear("call:initiated")["ring"], false);

    let joined = join(&mut bens, it);
    assert_eq!(adas.hear("call:joined")["participant"]["id"], joined["participant"]);
    assert_eq!(adas.hear("call:state")["call"]["state"], "active");
    assert_eq!(&tablet.hear("call:answered-elsewhere")["call"], it);

    let offer = json!({ "type": "offer", "sdp": SDP });
    assert_eq!(result(signal(&mut adas, it, "offer", offer.clone())), json!({}));
    let heard = bens.hear("call:signal");
    assert_eq!(heard, json!({ "call": it, "from": begun["participant"], "type": "offer", "signal": offer }));
    result(signal(&mut bens, it, "answer", json!({ "type": "answer", "sdp": SDP })));
    assert_eq!(adas.hear("call:signal")["from"], joined["participant"]);
    for number in 0..2 {
        result(signal(&mut bens, it, "ice-candidate", candidate(number)));
    }
    for number in 0..2 {
        assert_eq!(adas.hear("call:signal")["signal"], candidate(number), "in their order");
    }
    result(signal(&mut adas, it, "ice-candidate", json!({ "candidate": "" })));
    assert_eq!(bens.hear("call:signal")["signal"], json!({ "candidate": "" }));

    result(bens.ask("call:toggle-audio", &json!({ "call": it, "enabled": false })));
    let toggled = adas.hear("call:media-toggled");
    assert_eq!(toggled, json!({ "call": it, "participant": joined["participant"], "audio": false, "video": true }));
    result(adas.ask("call:leave", &json!({ "call": it, "reason": "hangup" })));
    let left = bens.hear("call:left");
    assert_eq!(left, json!({ "call": it, "participant": begun["participant"], "member": town.ada.id, "reason": "hangup" }));
    assert_eq!(bens.hear("call:ended")["reason"], "hangup");
    assert_eq!(&tablet.hear("call:ended")["call"], it);
    assert_eq!(problem(&signal(&mut bens, it, "offer", json!({ "type": "offer", "sdp": SDP }))), "gone");
}

#[test]
fn what_is_no_signal_or_for_nobody_is_refused() {
    let town = Town::open();
    let cleo = account(town.server(), &town.ada, "cleo");
    let (mut adas, mut bens, mut cleos) = (town.socket(&town.ada), town.socket(&town.ben), town.socket(&cleo));
    let it = call(&mut adas, &town.ben)["call"]["id"].clone();
    let offer = json!({ "type": "offer", "sdp": SDP });
    assert_eq!(problem(&signal(&mut adas, &it, "offer", offer.clone())), "conflict", "nobody has joined");
    assert_eq!(problem(&signal(&mut bens, &it, "offer", offer.clone())), "refused", "Ben has not joined");
    assert_eq!(problem(&signal(&mut cleos, &it, "offer", offer.clone())), "refused");
    assert_eq!(problem(&signal(&mut cleos, &json!(id()), "offer", offer.clone())), "missing");
    join(&mut bens, &it);
    adas.hear("call:joined");
    result(signal(&mut adas, &it, "offer", offer.clone()));
    assert_eq!(problem(&signal(&mut cleos, &it, "offer", offer)), "refused");
    for (kind, what) in [
        ("offer", json!({ "type": "answer", "sdp": SDP })),
        ("offer", json!({ "type": "offer", "sdp": "hello" })),
        ("offer", json!({ "type": "offer", "sdp": format!("{SDP}{}", "x".repeat(32 * 1024)) })),
        ("offer", json!({ "type": "offer", "sdp": SDP, "more": 1 })),
        ("bye", json!({})),
        ("ice-candidate", json!({ "sdpMid": "0" })),
        ("ice-candidate", json!({ "candidate": format!("candidate:{}", "x".repeat(2048)) })),
    ] {
        assert_eq!(problem(&signal(&mut adas, &it, kind, what)), "invalid");
    }
}

#[test]
fn candidates_of_one_negotiation_are_counted() {
    let directory = tempfile::tempdir().unwrap();
    let open = ["--set", "limits.socket_events.per_minute=100000", "--set", "limits.socket_events.burst=100000"];
    let server = Server::start(&directory.path().join("data"), &open);
    let ada = server.sign_in();
    let ben = account(&server, &ada, "ben");
    let mut adas = Socket::connect(&server.client, Some(&ada.token)).unwrap();
    let mut bens = Socket::connect(&server.client, Some(&ben.token)).unwrap();
    let it = call(&mut adas, &ben)["call"]["id"].clone();
    join(&mut bens, &it);
    for number in 0..256 {
        result(signal(&mut adas, &it, "ice-candidate", candidate(number)));
        assert_eq!(bens.hear("call:signal")["signal"], candidate(number));
    }
    assert_eq!(problem(&signal(&mut adas, &it, "ice-candidate", candidate(256))), "too-large");
    result(signal(&mut adas, &it, "offer", json!({ "type": "offer", "sdp": SDP })));
    result(signal(&mut adas, &it, "ice-candidate", candidate(257)));
}

#[test]
fn a_signal_that_was_taken_is_handed_over_however_late_the_other_reads() {
    let directory = tempfile::tempdir().unwrap();
    let open = ["--set", "limits.socket_events.per_minute=100000", "--set", "limits.socket_events.burst=100000"];
    let server = Server::start(&directory.path().join("data"), &open);
    let ada = server.sign_in();
    let ben = account(&server, &ada, "ben");
    let town = Town { server: Some(server), ada, ben, directory };
    let (mut adas, mut bens) = (town.socket(&town.ada), town.socket(&town.ben));
    let it = call(&mut adas, &town.ben)["call"]["id"].clone();
    join(&mut bens, &it);
    let offer = |number: usize| json!({ "type": "offer", "sdp": SDP.replace("s=-", &format!("s={number}")) });
    // He reads nothing, until nobody takes any more.
    let mut taken = 0;
    while signal(&mut adas, &it, "offer", offer(taken)).get("problem").is_none() {
        taken += 1;
    }
    assert!((257..1000).contains(&taken), "{taken}");
    for number in 0..taken {
        assert_eq!(bens.hear("call:signal")["signal"], offer(number));
    }
}

#[test]
fn who_loses_the_line_comes_back() {
    let town = Town::open();
    let (mut adas, mut bens) = (town.socket(&town.ada), town.socket(&town.ben));
    let it = call(&mut adas, &town.ben)["call"]["id"].clone();
    adas.hear("call:initiated");
    let joined = join(&mut bens, &it);
    adas.hear("call:joined");
    assert_eq!(adas.hear("call:state")["call"]["state"], "active");
    bens.close();
    assert_eq!(of(&adas.hear("call:state")["call"], &town.ben)["state"], "reconnecting");
    assert_eq!(problem(&signal(&mut adas, &it, "offer", json!({ "type": "offer", "sdp": SDP }))), "again");

    let mut bens = town.socket(&town.ben);
    let told = bens.hear("call:initiated");
    assert_eq!((&told["call"]["id"], &told["ring"]), (&it, &json!(false)), "he is told afresh, and is not called again");
    assert_eq!(join(&mut bens, &it)["participant"], joined["participant"]);
    let back = adas.hear("call:joined");
    assert_eq!((&back["participant"]["id"], &back["participant"]["state"]), (&joined["participant"], &json!("connecting")));
    result(signal(&mut adas, &it, "offer", json!({ "type": "offer", "sdp": SDP })));
    assert_eq!(bens.hear("call:signal")["type"], "offer");
}

#[test]
fn the_window_that_was_in_the_call_goes_and_another_stays() {
    let town = Town::open();
    let (mut adas, mut window, mut other) = (town.socket(&town.ada), town.socket(&town.ben), town.socket(&town.ben));
    let it = call(&mut adas, &town.ben)["call"]["id"].clone();
    adas.hear("call:initiated");
    join(&mut window, &it);
    assert_eq!(adas.hear("call:state")["call"]["state"], "active");
    window.close();
    assert_eq!(of(&adas.hear("call:state")["call"], &town.ben)["state"], "reconnecting");
    // Another window takes the call, and then a third: what becomes of the one before is of no account any more.
    let mut third = town.socket(&town.ben);
    join(&mut other, &it);
    join(&mut third, &it);
    other.close();
    let now = result(third.ask("call:state", &json!({ "call": it, "leg": "connected" })));
    assert_eq!((&of(&now["call"], &town.ben)["state"], &of(&now["call"], &town.ben)["leg"]), (&json!("connected"), &json!(3)));
    third.close();
    while of(&adas.hear("call:state")["call"], &town.ben)["state"] != "reconnecting" {}
}

#[test]
fn a_request_that_comes_again_over_another_socket_takes_the_leg_there() {
    let town = Town::open();
    let (mut adas, mut window) = (town.socket(&town.ada), town.socket(&town.ada));
    let asked = json!({ "account": town.ben.id, "requestId": id(), "media": { "audio": true, "video": true } });
    let begun = result(adas.ask("call:initiate", &asked));
    let it = &begun["call"]["id"];
    assert_eq!(result(adas.ask("call:initiate", &asked)), begun, "the same socket again");
    let mut bens = town.socket(&town.ben);
    join(&mut bens, it);
    assert_eq!(of(&result(window.ask("call:initiate", &asked))["call"], &town.ada)["leg"], 2);
    while bens.hear("call:joined")["participant"]["leg"] != 2 {} // on that word Ben offers again
    // The socket that asked first takes nothing along.
    adas.close();
    let now = result(window.ask("call:state", &json!({ "call": it, "leg": "connected" })));
    assert_eq!(of(&now["call"], &town.ada)["state"], "connected");
    window.close();
    while of(&bens.hear("call:state")["call"], &town.ada)["state"] != "reconnecting" {}
}

#[test]
fn whoever_is_put_out_of_the_room_is_out_of_its_call() {
    let town = Town::open();
    let client = &town.server().client;
    let room = client.post("/api/v1/rooms", Some(&town.ada.token), &json!({ "requestId": id(), "name": "Standup" })).json();
    let members = format!("/api/v1/rooms/{}/members", room["room"]["id"].as_str().unwrap());
    client.post(&members, Some(&town.ada.token), &json!({ "requestId": id(), "account": town.ben.id }));
    let (mut adas, mut bens) = (town.socket(&town.ada), town.socket(&town.ben));
    let media = json!({ "audio": true, "video": true });
    let begun = result(adas.ask("call:initiate", &json!({ "room": room["room"]["id"], "requestId": id(), "media": media })));
    let joined = join(&mut bens, &begun["call"]["id"]);
    adas.hear("call:joined");
    client.delete(&format!("{members}/{}", town.ben.id), Some(&town.ada.token));
    assert_eq!(bens.hear("call:ended")["call"], begun["call"]["id"]);
    let left = adas.hear("call:left");
    assert_eq!((&left["participant"], &left["reason"]), (&joined["participant"], &json!("hangup")));
}

#[test]
fn a_call_outlives_the_server() {
    let mut town = Town::open();
    let (mut adas, mut bens) = (town.socket(&town.ada), town.socket(&town.ben));
    let begun = call(&mut adas, &town.ben);
    let it = &begun["call"]["id"];
    join(&mut bens, it);
    town.cut();
    let (mut adas, mut bens) = (town.socket(&town.ada), town.socket(&town.ben));
    let told = adas.hear("call:initiated");
    assert_eq!((&told["call"]["id"], &told["call"]["state"]), (it, &json!("active")));
    assert_eq!(of(&told["call"], &town.ben)["state"], "reconnecting");
    assert_eq!(join(&mut adas, it)["participant"], begun["participant"]);
    assert_eq!(join(&mut bens, it)["call"]["state"], "active");
    result(signal(&mut bens, it, "offer", json!({ "type": "offer", "sdp": SDP })));
    assert_eq!(adas.hear("call:signal")["type"], "offer");
    result(adas.ask("call:end", &json!({ "call": it })));
    assert_eq!(&bens.hear("call:ended")["call"], it);
}

#[test]
fn a_guest_meets_the_host_in_the_call_of_the_room() {
    let town = Town::open();
    let client = &town.server().client;
    let room = client.post("/api/v1/rooms", Some(&town.ada.token), &json!({ "requestId": id(), "name": "Standup" })).json()["room"].clone();
    let mut adas = town.socket(&town.ada);
    let media = json!({ "audio": true, "video": true });
    let begun = result(adas.ask("call:initiate", &json!({ "room": room["id"], "requestId": id(), "media": media })));
    let grace = Person::of(&client.post("/api/v1/guests", None, &json!({ "link": room["link"], "name": "Grace" })));
    let mut graces = town.socket(&grace);
    let told = graces.hear("call:initiated");
    assert_eq!((&told["call"]["id"], &told["ring"], &told["from"]["kind"]), (&begun["call"]["id"], &json!(false), &json!("account")));
    join(&mut graces, &told["call"]["id"]);
    assert_eq!(adas.hear("call:joined")["participant"]["name"], "Grace");
    // Put out of the room, the guest is out of the call as well.
    let gone = client.delete(&format!("/api/v1/rooms/{}/members/{}", room["id"].as_str().unwrap(), grace.id), Some(&town.ada.token));
    assert_eq!(gone.status, 200, "{gone:?}");
    assert_eq!(&graces.hear("call:ended")["call"], &begun["call"]["id"]);
    assert_eq!(adas.hear("call:left")["member"], json!(grace.id));
}
