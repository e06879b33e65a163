//! Stories of a door: who comes in, from where, how long they may stay, and how it closes.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod wire;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Extension, Router, body::Bytes, extract::Request, http::StatusCode, response::IntoResponse, routing::get};
use carillon_gateway::{Config, Door, Peer, Running, serve};
use carillon_platform::tasks::Tasks;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
    time::{Instant, timeout},
};
use wire::{GET, LAST, ask, read_to};

struct House {
    running: Running,
    address: SocketAddr,
    /// Lets the answer of /slow go.
    go: Arc<Notify>,
    /// /slow was asked for.
    asked: Arc<Notify>,
}

async fn house(change: impl FnOnce(&mut Config)) -> House {
    let mut config = Config { listen: "127.0.0.1:0".into(), ..Config::default() };
    change(&mut config);
    let door = Door::public(&config, None).await.unwrap();
    let (go, asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (go, asked) = (go.clone(), asked.clone());
        move || async move {
            asked.notify_one();
            go.notified().await;
            "at last"
        }
    };
    let router = Router::new()
        .route(
            "/",
            get(|Extension(Peer(peer)): Extension<Peer>| async move { format!("you are {peer}") }).post(|body: Bytes| async move { body }),
        )
        .route("/slow", get(slow))
        .route("/echo", get(echo));
    let running = serve(router, door, &Tasks::new());
    House { address: running.address(), running, go, asked }
}

/// Takes the connection over and says again whatever comes.
async fn echo(request: Request) -> impl IntoResponse {
    Tasks::new().spawn("echo", async move {
        let mut stream = TokioIo::new(hyper::upgrade::on(request).await.unwrap());
        let mut buffer = [0; 64];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            stream.write_all(&buffer[..read]).await.unwrap();
        }
    });
    (StatusCode::SWITCHING_PROTOCOLS, [("connection", "upgrade"), ("upgrade", "echo")])
}

impl House {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

#[tokio::test]
async fn who_comes_is_answered_and_known_by_address() {
    let house = house(|_| {}).await;
    let answer = ask(house.connect().await, LAST).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("you are 127.0.0.1"), "{answer}");
    assert_eq!(house.running.stop(Duration::from_secs(5)).await, 0);
}

#[tokio::test]
async fn a_trusted_proxy_says_who_comes_and_nobody_else_does() {
    let forwarded = LAST.replace("Connection", "X-Forwarded-For: 6.6.6.6, 198.51.100.1\r\nConnection");
    let trusting = house(|config| config.trusted_proxies = vec!["127.0.0.0/8".into()]).await;
    assert!(ask(trusting.connect().await, &forwarded).await.ends_with("you are 198.51.100.1"));
    let wary = house(|_| {}).await;
    assert!(ask(wary.connect().await, &forwarded).await.ends_with("you are 127.0.0.1"));
}

#[tokio::test]
async fn http_2_is_spoken_to_who_begins_with_it() {
    let house = house(|_| {}).await;
    let io = TokioIo::new(house.connect().await);
    let (mut send, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let tasks = Tasks::new();
    tasks.spawn("client", async move { drop(connection.await) });
    let request = Request::get("http://here/").body(axum::body::Body::empty()).unwrap();
    let answer = send.send_request(request).await.unwrap();
    assert_eq!((answer.version(), answer.status()), (hyper::Version::HTTP_2, StatusCode::OK));
    drop((answer, send));
    assert_eq!(house.running.stop(Duration::from_secs(5)).await, 0);
}

#[tokio::test]
async fn an_upgraded_connection_goes_on_and_keeps_its_place() {
    let house = house(|_| {}).await;
    let mut stream = house.connect().await;
    let upgrade = "GET /echo HTTP/1.1\r\nHost: here\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    assert!(read_to(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 101"));
    stream.write_all(b"hello").await.unwrap();
    read_to(&mut stream, "hello").await;
    let mut closing = std::pin::pin!(house.running.stop(Duration::from_mins(1)));
    assert!(timeout(Duration::from_millis(50), &mut closing).await.is_err(), "somebody is still there");
    stream.write_all(b"bye").await.unwrap();
    read_to(&mut stream, "bye").await;
    drop(stream);
    assert_eq!(closing.await, 0);
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_door_closes() {
    let house = house(|_| {}).await;
    let (mut slow, mut idle) = (house.connect().await, house.connect().await);
    idle.write_all(GET.as_bytes()).await.unwrap();
    read_to(&mut idle, "you are 127.0.0.1").await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    house.asked.notified().await;
    let (go, address) = (house.go, house.address);
    let client = async {
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "who asks for nothing is sent away at once");
        assert!(TcpStream::connect(address).await.is_err(), "nobody new is let in");
        go.notify_one();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let (late, answer) = tokio::join!(house.running.stop(Duration::from_mins(1)), client);
    assert_eq!(late, 0);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("at last"), "{answer}");
}

#[tokio::test]
async fn who_takes_longer_than_the_grace_is_cut_off_and_counted() {
    let house = house(|_| {}).await;
    let mut stuck = house.connect().await;
    stuck.write_all(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    house.asked.notified().await;
    assert_eq!(house.running.stop(Duration::from_millis(20)).await, 1);
    assert_eq!(stuck.read(&mut [0]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn with_no_place_left_the_next_one_waits_for_one() {
    let house = house(|config| config.max_connections = 1).await;
    let mut first = house.connect().await;
    first.write_all(GET.as_bytes()).await.unwrap();
    read_to(&mut first, "you are 127.0.0.1").await;
    let second = house.connect().await;
    let mut second = std::pin::pin!(ask(second, LAST));
    assert!(timeout(Duration::from_millis(50), &mut second).await.is_err());
    drop(first);
    assert!(second.await.ends_with("you are 127.0.0.1"));
}

/// Time stands still but for what everybody waits for; each of these ends by the clock alone.
#[tokio::test(start_paused = true)]
async fn who_dawdles_gives_the_place_to_another() {
    let half = "GET / HTTP/1.1\r\nHost: he";
    let body = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf";
    for (sent, status, seconds) in [("", "", 10), (half, "", 10), (GET, "HTTP/1.1 200", 75), (body, "HTTP/1.1 400", 30)] {
        let house = house(|_| {}).await;
        let began = Instant::now();
        let answer = ask(house.connect().await, sent).await;
        let took = began.elapsed().as_secs();
        assert!(took >= seconds && took <= seconds + 1, "{sent:?} took {took} s and not {seconds}");
        assert!(answer.starts_with(status), "{sent:?}: {answer}");
    }
    let house = house(|_| {}).await;
    let mut stream = house.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_to(&mut stream, "you are 127.0.0.1").await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    let began = Instant::now();
    ask(stream, half).await;
    assert_eq!(began.elapsed().as_secs(), 10, "half of a later request");
}

#[tokio::test]
async fn plain_http_stays_on_this_machine() {
    let open = |listen: &str, proxies: &[&str]| {
        let trusted_proxies = proxies.iter().map(|text| (*text).into()).collect();
        let config = Config { listen: listen.into(), operator: listen.into(), trusted_proxies, ..Config::default() };
        async move { (Door::public(&config, None).await.map(drop), Door::operator(&config, None).await.map(drop)) }
    };
    for everywhere in ["0.0.0.0:0", "[::]:0"] {
        let (public, operator) = open(everywhere, &[]).await;
        let why = public.unwrap_err().to_string();
        for cure in ["gateway.certificate_file", "--lan", "gateway.trusted_proxies"] {
            assert!(why.contains(cure), "{why}");
        }
        assert!(operator.unwrap_err().to_string().starts_with("gateway.operator"));
        let (public, operator) = open(everywhere, &["10.0.0.0/8"]).await;
        assert!(public.is_ok() && operator.is_ok());
    }
    let (public, operator) = open("127.0.0.1:0", &[]).await;
    assert!(public.is_ok() && operator.is_ok());
}

#[tokio::test]
async fn an_address_that_cannot_be_had_is_explained() {
    let taken = house(|_| {}).await.address;
    let why = async |listen: String| Door::public(&Config { listen, ..Config::default() }, None).await.map(drop).unwrap_err().to_string();
    let said = why(taken.to_string()).await;
    assert!(said.contains(&taken.port().to_string()) && said.contains("--listen"), "{said}");
    let said = why("localhost".into()).await;
    assert!(said.contains("gateway.listen") && said.contains("127.0.0.1:8080"), "{said}");
    let config = Config { operator: taken.to_string(), ..Config::default() };
    let said = Door::operator(&config, None).await.map(drop).unwrap_err().to_string();
    assert!(said.contains("--operator"), "{said}");
}
