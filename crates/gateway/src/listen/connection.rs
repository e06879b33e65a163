//! One connection: TLS if the door has it, HTTP/1.1 or HTTP/2 as the client likes, until it ends or is ended.

use std::{
    convert::Infallible,
    future::poll_fn,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::{Router, body::Body};
use carillon_platform::tasks::Tasks;
use hyper::{Request, Response, body::Incoming, rt::Executor, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::debug;

use super::{
    pace::Paced,
    places::Place,
    pulse::{Answer, Fate, HEADERS, Pulse, Watched},
};
use crate::{Certificates, Peer, TrustedProxies};

/// Requests at once in one HTTP/2 connection; the client waits with further ones.
const STREAMS: u32 = 100;
/// Bytes of all headers of one request.
const HEADER_BYTES: usize = 32 * 1024;
/// An HTTP/2 client that does not answer a ping for this long is gone.
const PING: Duration = Duration::from_secs(20);

/// What all connections of a door share.
#[derive(Clone)]
pub(super) struct Connections(Arc<Shared>);

struct Shared {
    router: Router,
    tls: Option<TlsAcceptor>,
    proxies: TrustedProxies,
    http: Builder<Spawn>,
    tasks: Tasks,
    stopping: CancellationToken,
    cut: CancellationToken,
}

/// hyper's own tasks, one for each HTTP/2 request, among those of the house.
#[derive(Clone)]
struct Spawn(Tasks);

impl<F: Future<Output: Send> + Send + 'static> Executor<F> for Spawn {
    fn execute(&self, task: F) {
        self.0.spawn("http2", async move { drop(task.await) });
    }
}

impl Connections {
    pub(super) fn new(
        router: Router,
        certificates: Option<Certificates>,
        proxies: TrustedProxies,
        tasks: Tasks,
        stopping: CancellationToken,
        cut: CancellationToken,
    ) -> Self {
        let mut http = Builder::new(Spawn(tasks.clone()));
        http.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(HEADER_BYTES);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEADER_BYTES as u32)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        let tls = certificates.map(|certificates| TlsAcceptor::from(certificates.tls()));
        Self(Arc::new(Shared { router, tls, proxies, http, tasks, stopping, cut }))
    }

    /// Whether many people come from there: a proxy's address, or this machine's own.
    pub(super) fn shares(&self, address: IpAddr) -> bool {
        address.to_canonical().is_loopback() || self.0.proxies.hold(address)
    }

    /// In clear only with those who stay on this machine, or bring what came encrypted to them.
    pub(super) fn speaks_with(&self, address: IpAddr) -> bool {
        self.0.tls.is_some() || self.shares(address)
    }

    pub(super) fn serve(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        let Self(shared) = self.clone();
        self.0.tasks.spawn("connection", async move {
            let cut = shared.cut.clone();
            tokio::select! {
                () = cut.cancelled() => {}
                () = shared.connect(stream, peer.ip(), place) => {}
            }
        });
    }
}

impl Shared {
    async fn connect(self: Arc<Self>, stream: TcpStream, peer: IpAddr, place: Place) {
        // An answer must not wait for the next one to fill a packet.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.http(stream, peer, place).await };
        let handshake = tokio::select! {
            () = self.stopping.cancelled() => return,
            handshake = timeout(HEADERS, tls.accept(stream)) => handshake,
        };
        match handshake {
            Ok(Ok(stream)) => self.http(stream, peer, place).await,
            Ok(Err(why)) => debug!(%peer, %why, "a TLS handshake failed"),
            Err(_) => debug!(%peer, "a TLS handshake took too long"),
        }
    }

    async fn http<S>(&self, stream: S, connected: IpAddr, place: Place)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let pulse = Pulse::new();
        let service = service_fn(|mut request: Request<Incoming>| {
            let answering = pulse.request(request.version());
            let peer = Peer(self.proxies.origin(connected, request.headers()));
            request.extensions_mut().insert(peer);
            let answer = self.router.clone().oneshot(request.map(|body| Body::new(Paced::new(body))));
            async move {
                let Ok(response) = answer.await;
                Ok::<Response<Answer>, Infallible>(response.map(|body| Answer { body, _answering: answering }))
            }
        });
        let io = TokioIo::new(Watched { stream, pulse: pulse.clone(), _place: place });
        let mut connection = pin!(self.http.serve_connection_with_upgrades(io, service));
        let mut stopping = pin!(self.stopping.cancelled());
        let mut alarm = pin!(sleep_until(Instant::now()));
        let mut told = false;
        poll_fn(|cx| {
            if !told && stopping.as_mut().poll(cx).is_ready() {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
            loop {
                if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                    if let Err(why) = ended {
                        debug!(peer = %connected, why, "a connection broke");
                    }
                    return Poll::Ready(());
                }
                let Some((at, fate)) = pulse.due() else { return Poll::Pending };
                if alarm.deadline() != at {
                    alarm.as_mut().reset(at);
                }
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                debug!(peer = %connected, ?fate, "a connection is given up");
                if fate == Fate::Stuck {
                    return Poll::Ready(());
                }
                pulse.ends();
                connection.as_mut().graceful_shutdown();
            }
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn in_clear_it_speaks_with_this_machine_and_with_proxies_only() {
        let speaks = |proxies: &[&str], address: &str| {
            let proxies = TrustedProxies::parse(&proxies.iter().map(|text| (*text).into()).collect::<Vec<_>>()).expect("networks");
            let ends = CancellationToken::new;
            let connections = Connections::new(Router::new(), None, proxies, Tasks::new(), ends(), ends());
            connections.speaks_with(address.parse().expect("an address"))
        };
        for here in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"] {
            assert!(speaks(&["10.0.0.0/8"], here), "{here}");
        }
        for elsewhere in ["192.0.2.1", "11.0.0.1", "2001:db8::1", "::ffff:192.0.2.1"] {
            assert!(!speaks(&["10.0.0.0/8"], elsewhere), "{elsewhere}");
        }
        assert!(!speaks(&[], "10.1.2.3"), "named by nobody");
    }
}
