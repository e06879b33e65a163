//! Programs measured from outside: started on ports of their own, asked over HTTP, ended when dropped.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time::sleep};

use crate::house::spawn;

/// A program that runs as long as this lives.
pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.stdin(Stdio::null()).spawn().with_context(|| format!("starting {}", command.get_program().display()))?))
    }
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody has at this moment.
pub fn port() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The server's program, beside this one.
pub fn server() -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("carillon");
    ensure!(program.exists(), "there is no {}: build it first", program.display());
    Ok(program)
}

/// One connection that stays open.
pub struct Http {
    sender: SendRequest<Full<Bytes>>,
    host: SocketAddr,
    token: Option<String>,
}

impl Http {
    pub async fn connect(host: SocketAddr, token: Option<String>) -> Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        spawn(async move { drop(connection.await) });
        Ok(Self { sender, host, token })
    }

    /// Status and body. `GET` when there is nothing to say.
    pub async fn ask(&mut self, path: &str, body: Option<&Value>) -> Result<(u16, Bytes)> {
        self.sender.ready().await?;
        let mut request =
            Request::builder().uri(path).header("host", self.host.to_string()).method(if body.is_some() { "POST" } else { "GET" });
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        let answer = self.sender.send_request(request.body(Full::new(body))?).await?;
        let status = answer.status().as_u16();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// The body of a 2xx as JSON.
    pub async fn json(&mut self, path: &str, body: Option<&Value>) -> Result<Value> {
        let (status, body) = self.ask(path, body).await?;
        ensure!((200..300).contains(&status), "{path} answered {status}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }
}

/// Waits until a path answers 200; how long that took since `since`.
pub async fn ready(host: SocketAddr, path: &str, since: Instant) -> Result<Duration> {
    while since.elapsed() < Duration::from_mins(1) {
        if let Ok(mut http) = Http::connect(host, None).await
            && let Ok((200, _)) = http.ask(path, None).await
        {
            return Ok(since.elapsed());
        }
        sleep(Duration::from_millis(2)).await;
    }
    bail!("{host}{path} does not answer")
}

/// The server on a directory of its own, ready to be asked.
pub struct Server {
    pub running: Running,
    pub public: SocketAddr,
    /// From the process's start until it was ready.
    pub started: Duration,
}

impl Server {
    pub async fn start(directory: &Path) -> Result<Self> {
        let (public, operator) = (port()?, port()?);
        let mut command = Command::new(server()?);
        command.current_dir(directory).args(["serve", "--listen", &public.to_string(), "--operator", &operator.to_string()]);
        command.envs([("CARILLON__MEDIA__STUN_LISTEN", "127.0.0.1:0"), ("CARILLON__LIMITS__HTTP_PRINCIPAL__PER_MINUTE", "10000000")]);
        command.envs([("CARILLON__LIMITS__HTTP_PRINCIPAL__BURST", "1000000")]);
        command.envs([("CARILLON__LIMITS__MESSAGES__PER_MINUTE", "10000000"), ("CARILLON__LIMITS__MESSAGES__BURST", "1000000")]);
        let since = Instant::now();
        let running = Running::start(command.stdout(Stdio::null()).stderr(Stdio::null()))?;
        let started = ready(operator, "/readyz", since).await?;
        Ok(Self { running, public, started })
    }

    /// Signs the administrator in by the one-time link; answers with an access token, good for five minutes.
    pub async fn token(&self, directory: &Path) -> Result<String> {
        let link = Command::new(server()?).current_dir(directory).args(["admin", "link"]).output()?;
        let text = String::from_utf8(link.stdout)?;
        let token = text.split('#').nth(1).and_then(|rest| rest.split_whitespace().next()).context("a link")?;
        let mut http = Http::connect(self.public, None).await?;
        let signed_in = http.json("/api/v1/session/link", Some(&serde_json::json!({ "token": token }))).await?;
        Ok(signed_in["tokens"]["accessToken"].as_str().context("a token")?.to_owned())
    }
}
