//! How alive a connection is: who sends half a request, reads no answer, or is quiet for too long, gives the place to another.
//!
//! hyper's own timeout for headers runs while a kept connection is idle, too, and not at all while the version of HTTP is being found
//! out; so the connection is watched here, from its first byte on.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::http::Version;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use super::places::Place;

/// From the first byte of a request, or from the connection's start, until its headers are whole.
pub(super) const HEADERS: Duration = Duration::from_secs(10);
/// Between two requests.
const IDLE: Duration = Duration::from_secs(75);
/// For as long an answer may stand unread.
const UNREAD: Duration = Duration::from_secs(30);

pub(super) struct Pulse(Mutex<State>);

struct State {
    /// Requests that are being answered.
    running: usize,
    /// No request has come whole yet.
    fresh: bool,
    /// HTTP/2, where bytes between requests are not the beginning of one; pings tell whether the other side lives.
    multiplexed: bool,
    /// It was asked to end.
    ending: bool,
    quiet_since: Instant,
    /// The first byte after the last request.
    heard: Option<Instant>,
    /// Since when nothing can be written.
    unread: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Ask it to end.
    Quiet,
    /// End it.
    Stuck,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        let quiet_since = Instant::now();
        let state = State { running: 0, fresh: true, multiplexed: false, ending: false, quiet_since, heard: None, unread: None };
        Arc::new(Self(Mutex::new(state)))
    }

    /// What will befall it, and when, if nothing changes.
    pub(super) fn due(&self) -> Option<(Instant, Fate)> {
        let state = self.state();
        match (state.unread, state.heard) {
            (Some(since), _) => Some((since + UNREAD, Fate::Stuck)),
            _ if state.running > 0 => None,
            _ if state.fresh => Some((state.quiet_since + HEADERS, Fate::Stuck)),
            (_, Some(since)) if !state.multiplexed => Some((since + HEADERS, Fate::Stuck)),
            _ if state.ending => Some((state.quiet_since + IDLE + HEADERS, Fate::Stuck)),
            _ => Some((state.quiet_since + IDLE, Fate::Quiet)),
        }
    }

    pub(super) fn ends(&self) {
        self.state().ending = true;
    }

    /// A request has come whole; it runs until what this returns is dropped.
    pub(super) fn request(self: &Arc<Self>, version: Version) -> Answering {
        let mut state = self.state();
        state.running += 1;
        state.fresh = false;
        state.multiplexed = version == Version::HTTP_2;
        state.heard = None;
        drop(state);
        Answering(self.clone())
    }

    fn read(&self) {
        let mut state = self.state();
        if state.running == 0 && state.heard.is_none() {
            state.heard = Some(Instant::now());
        }
    }

    fn wrote(&self, all: bool) {
        let mut state = self.state();
        state.unread = if all { None } else { Some(state.unread.unwrap_or_else(Instant::now)) };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
pub(super) struct Answering(Arc<Pulse>);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running -= 1;
        state.heard = None;
        state.quiet_since = Instant::now();
    }
}

/// The body of an answer: while it is sent, its request runs.
pub(super) struct Answer {
    pub body: axum::body::Body,
    pub _answering: Answering,
}

impl Body for Answer {
    type Data = <axum::body::Body as Body>::Data;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection's bytes, noted as they pass. It holds the connection's place, wherever an upgrade may take it.
pub(super) struct Watched<S> {
    pub stream: S,
    pub pulse: Arc<Pulse>,
    pub _place: Place,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.pulse.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.pulse.wrote(wrote.is_ready());
        wrote
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[std::io::IoSlice<'_>]) -> Poll<std::io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.pulse.wrote(wrote.is_ready());
        wrote
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.pulse.wrote(flushed.is_ready());
        flushed
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
