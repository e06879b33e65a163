//! Socket.IO: the same entries as events, and what the server tells by itself.
//!
//! Delivery is never relied on: rooms are caught up by cursor, calls by their state. So a socket may lose anything, and whoever reads
//! too slowly is told `room:lag` and goes on from there.

mod calls;
mod connect;
mod feed;
mod follow;
mod following;
mod inbox;
mod requests;
mod rooms;
mod session;
mod standing;

pub(crate) use calls::Said;
pub(crate) use requests::{AllCaught, Leave, Sync};

use std::time::Duration;

use socketioxide::{SocketIo, TransportType, handler::ConnectHandler, layer::SocketIoLayer};

use crate::App;

/// Bytes of one event. SDP is 32 KiB at most.
const EVENT: u64 = 64 * 1024;
/// Packets that wait for one socket; when they are too many, the room lags and is caught up later. The longest event is 40 KiB; longer
/// answers are paid for.
const BUFFER: usize = 128;
/// A socket that does not answer a ping for this long is gone: at most 30 s after its last word.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

/// All open sockets of this process.
#[derive(Clone)]
pub struct Sockets(SocketIo);

impl Sockets {
    /// Closes them: their clients come back by themselves, to whoever listens then.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

pub(crate) fn open(app: &App) -> (SocketIoLayer, Sockets) {
    let (layer, io) = SocketIo::builder()
        .req_path("/socket.io")
        .transports([TransportType::Polling, TransportType::Websocket])
        .max_payload(EVENT)
        .ws_max_message_size(EVENT as usize)
        .ws_max_frame_size(EVENT as usize)
        .ws_read_buffer_size(4096)
        .max_buffer_size(BUFFER)
        .ping_interval(PING.0)
        .ping_timeout(PING.1)
        .connect_timeout(Duration::from_secs(10))
        .ack_timeout(Duration::from_secs(10))
        .build_layer();
    let feeds = feed::Feeds::new(app.gate.clone(), app.tasks.clone());
    let (checked, opened) = (app.clone(), app.clone());
    // The library tells the client before it calls this, and reads on meanwhile: the queue of events stands already.
    let welcome = move |socket: socketioxide::extract::SocketRef, io: SocketIo| {
        session::start(&opened, feeds.clone(), &io, socket);
        std::future::ready(())
    };
    let known = move |socket: socketioxide::extract::SocketRef, auth: connect::Auth| {
        let app = checked.clone();
        async move { connect::authenticate(&app, &socket, &auth).await }
    };
    io.ns("/", welcome.with(known));
    (layer, Sockets(io))
}
