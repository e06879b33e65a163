//! What one socket asks, one after the other.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use carillon_calls::verbs::{InitiateCall, JoinCall};
use carillon_core::{Problem, RoomId};
use carillon_gate::{Entry, Topic, Way, parse};
use carillon_platform::limits::{Key, Limit, Wait};
use carillon_rooms::views::{Caught, FollowRoom, SeeHeads, Typing};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::sleep};
use utoipa::ToSchema;

use super::{
    calls,
    follow::{Cursor, Right, follow},
    inbox::Request,
    session::{Session, close},
};
use crate::http::depth;

/// Rooms in one `room:sync`.
const SYNC: usize = 100;
/// Bytes of its answer, before the last room.
const FULL: usize = 768 * 1024;
/// Bytes of an answer that count as one more event.
const ONE: usize = 64 * 1024;
/// Events with names that nobody knows, before the socket is closed.
const UNKNOWN: u32 = 10;
const DEPTH: usize = 16;

pub(crate) async fn serve(session: Arc<Session>, mut requests: mpsc::Receiver<Request>) {
    let events: HashMap<&str, &Entry> =
        session.app.entries.iter().filter_map(|entry| if let Way::Event(name) = entry.way { Some((name, entry)) } else { None }).collect();
    let mut signals = calls::Signalling::default();
    let (mut unknown, mut paid) = (0, false);
    while let Some(Request { event, data, ack }) = requests.recv().await {
        let answer = async {
            let data = data?;
            let person = session.who.person().ok_or_else(|| Problem::unauthenticated("sign in first"))?;
            if !std::mem::take(&mut paid) {
                session.app.limits.check(Limit::SocketEvents, Key::id(person.uuid()), 1)?;
            }
            if depth(&data) > DEPTH {
                return Err(Problem::invalid("the argument is nested too deeply"));
            }
            match event.as_str() {
                "room:join" => join(&session, parse(data)?).await,
                "room:leave" => Ok(leave(&session, &parse(data)?)),
                "room:sync" => sync(&session, parse(data)?).await,
                "room:typing" => typing(&session, parse(data)?).await,
                "call:initiate" => calls::enter(&session, InitiateCall { held: Some(calls::held(&session)), ..parse(data)? }).await,
                "call:join" => calls::enter(&session, JoinCall { held: Some(calls::held(&session)), ..parse(data)? }).await,
                "call:signal" => signals.pass(&session, parse(data)?).await,
                name => {
                    if let Some(entry) = events.get(name) {
                        (entry.call)(session.app.gate.clone(), session.who.clone(), data).await
                    } else {
                        unknown += 1;
                        Err(Problem::missing("event: see the published schemas"))
                    }
                }
            }
        };
        let answer = answer.await;
        let bytes = answer.as_ref().map_or(0, |answer| answer.to_string().len());
        Request::answer(ack, answer);
        paid = pay(&session, bytes).await;
        if unknown >= UNKNOWN {
            return close(&session.socket).await;
        }
    }
}

/// A long answer counts as several events: whoever got it waits until they have so many, and one more. Then the next is paid, too.
async fn pay(session: &Session, bytes: usize) -> bool {
    let cost = u32::try_from(bytes / ONE).unwrap_or(u32::MAX - 1);
    let (1.., Some(person)) = (cost, session.who.person()) else { return false };
    while let Err(Wait(time)) = session.app.limits.check(Limit::SocketEvents, Key::id(person.uuid()), cost + 1) {
        sleep(time).await;
    }
    true
}

async fn join(session: &Arc<Session>, opening: FollowRoom) -> Result<Value, Problem> {
    let room = opening.room;
    session.following.place(room)?;
    // Follow first, then look: nothing falls between. Where nobody follows yet, the feed begins where we looked.
    let feed = session.feeds.running(room);
    let person = session.who.person().ok_or_else(|| Problem::unauthenticated("sign in first"))?;
    let member = session.app.gate.hub().listen(Topic::Member(room, person));
    let (pass, caught) = session.app.gate.pass(&session.who, opening).await?;
    let feed = feed.unwrap_or_else(|| session.feeds.follow(room, caught.head));
    let cursor = Cursor::at(if caught.limited { i64::MAX } else { caught.head });
    let follower = follow(session.clone(), feed, cursor.clone(), Right { pass, member });
    session.following.start(room, cursor, || session.app.spawn("room follower", follower));
    serde_json::to_value(caught).map_err(Problem::broken)
}

/// Follow a room no longer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leave {
    room: RoomId,
}

fn leave(session: &Session, leave: &Leave) -> Value {
    session.following.stop(leave.room);
    json!({})
}

/// Catch up with several rooms, 100 at most.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sync {
    rooms: Vec<FollowRoom>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AllCaught {
    /// In the order in which they were asked for.
    rooms: Vec<Caught>,
    /// The answer is full: ask again for the rooms that are not in it.
    limited: bool,
}

/// Catches up; the rooms that are followed go on from there.
async fn sync(session: &Session, Sync { rooms }: Sync) -> Result<Value, Problem> {
    let asked = rooms.len();
    if asked > SYNC {
        return Err(Problem::invalid(format!("{SYNC} rooms at most")));
    }
    if rooms.iter().map(|opening| opening.room).collect::<HashSet<_>>().len() < asked {
        return Err(Problem::invalid("a room is named twice"));
    }
    let (mut all, mut bytes) = (Vec::new(), 0);
    for opening in rooms {
        let room = opening.room;
        let caught = session.app.gate.see(&session.who, opening).await?;
        if let (false, Some(cursor)) = (caught.limited, session.following.cursor(room)) {
            cursor.set(caught.head);
        }
        bytes += caught.bytes();
        all.push(caught);
        if bytes >= FULL {
            break;
        }
    }
    let limited = all.len() < asked;
    serde_json::to_value(AllCaught { rooms: all, limited }).map_err(Problem::broken)
}

async fn typing(session: &Session, typing: Typing) -> Result<Value, Problem> {
    let room = typing.room;
    session.app.gate.see(&session.who, typing).await?;
    let payload = serde_json::value::to_raw_value(&json!({ "room": room, "member": session.who.person() })).map_err(Problem::broken)?;
    let signal = carillon_gate::Signal { event: "room:typing", payload: payload.into() };
    session.app.gate.signals().send(Topic::Room(room), &signal, Some(session.reader));
    Ok(json!({}))
}

/// Where the followed rooms stand.
pub(crate) async fn tell_heads(session: &Session) {
    let rooms = session.following.all();
    if rooms.is_empty() {
        return;
    }
    if let Ok(heads) = session.app.gate.see(&session.who, SeeHeads { rooms }).await {
        let _ = session.socket.emit("room:heads", &heads); // the next one says it again
    }
}
