//! The body of a request: it comes at a pace, or not at all.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{BoxError, body::Bytes};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

/// What any body is given; then a second for each KiB that has come.
const FIRST: Duration = Duration::from_secs(30);

pub(super) struct Paced {
    body: Incoming,
    since: Instant,
    received: u64,
    /// Made when the body makes us wait for the first time.
    late: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, since: Instant::now(), received: 0, late: None }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                if let Some(Ok(frame)) = &frame {
                    this.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let until = this.since + FIRST + Duration::from_secs(this.received / 1024);
                let late = this.late.get_or_insert_with(|| Box::pin(sleep_until(until)));
                if late.deadline() != until {
                    late.as_mut().reset(until);
                }
                ready!(late.as_mut().poll(cx));
                Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the body comes too slowly").into())))
            }
        }
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
