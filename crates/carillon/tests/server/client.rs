//! A client of few words: one connection a request, nothing added.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// A server that keeps somebody waiting longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Client {
    /// For a server at `http://<address>`.
    pub(crate) fn new(url: &str) -> Self {
        Self { address: url.strip_prefix("http://").expect("on loopback it is plain HTTP").into() }
    }

    pub(crate) fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask("GET", path, &bearer(token), None)
    }
    pub(crate) fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        self.ask("POST", path, &bearer(token), Some(body))
    }
    pub(crate) fn delete(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask("DELETE", path, &bearer(token), Some(&serde_json::json!({})))
    }

    /// One request with these header lines; a body goes as JSON.
    pub(crate) fn ask(&self, method: &str, path: &str, lines: &[String], body: Option<&Value>) -> Answer {
        let lines: String = lines.iter().flat_map(|line| [line, "\r\n"]).collect();
        let body = body.map(ToString::to_string);
        let body =
            body.map_or_else(String::new, |body| format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
        let end = if body.is_empty() { "\r\n" } else { "" };
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{lines}{body}{end}", self.address))
    }

    /// Sends it all, and reads until the server hangs up.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.write_all(request.as_bytes()); // an early answer says why the rest is not wanted
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }

    pub(crate) fn host(&self) -> &str {
        &self.address
    }
}

pub(crate) fn bearer(token: Option<&str>) -> Vec<String> {
    token.map(|token| format!("Authorization: Bearer {token}")).into_iter().collect()
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let split = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..split].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<_> =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.into())).collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &bytes[split + 4..];
        let body = if chunked { whole(body) } else { body.to_vec() };
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The last part of the problem's type.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        problem["type"].as_str().unwrap().strip_prefix("/problems/").unwrap().into()
    }
}

fn whole(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = chunks.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..line]).unwrap(), 16).unwrap();
        let start = line + 2;
        body.extend_from_slice(&chunks[start..start + size]);
        chunks = &chunks[(start + size + 2).min(chunks.len())..];
        if size == 0 {
            break;
        }
    }
    body
}
