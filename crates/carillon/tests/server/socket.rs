//! Socket.IO over polling, as far as a story needs it: connect, ask, hear.

use std::time::Instant;

use serde_json::{Value, json};

use super::{
    client::{Client, PATIENCE},
    schema,
};

pub(crate) struct Socket {
    client: Client,
    path: String,
    asked: u64,
    /// What was heard while an answer was waited for.
    heard: Vec<(String, Value)>,
    /// The server has closed it.
    gone: bool,
}

impl Socket {
    /// With an access token; or the problem that the server answers.
    pub(crate) fn connect(client: &Client, token: Option<&str>) -> Result<Self, Value> {
        let path = "/socket.io/?EIO=4&transport=polling";
        let opened = client.get(path, None);
        let opened: Value = serde_json::from_str(opened.body.strip_prefix('0').unwrap_or_else(|| panic!("{opened:?}"))).unwrap();
        let path = format!("{path}&sid={}", opened["sid"].as_str().unwrap());
        let mut socket = Self { client: client.clone(), path, asked: 0, heard: Vec::new(), gone: false };
        socket.post(&format!("40{}", token.map_or_else(|| json!({}), |token| json!({ "token": token }))));
        loop {
            let mut connected = false;
            for packet in socket.poll() {
                connected |= packet.starts_with("40");
                socket.take(&packet);
                if let Some(refused) = packet.strip_prefix("44") {
                    let refused: Value = serde_json::from_str(refused).unwrap();
                    return Err(serde_json::from_str(refused["message"].as_str().unwrap()).unwrap());
                }
            }
            if connected {
                return Ok(socket);
            }
        }
    }

    /// Sends one event and waits for its acknowledgement: `{result}` or `{problem}`.
    pub(crate) fn ask(&mut self, event: &str, payload: &Value) -> Value {
        self.asked += 1;
        let number = self.asked;
        self.post(&format!("42{number}{}", json!([event, payload])));
        let (mut answer, since) = (None, Instant::now());
        while answer.is_none() {
            assert!(since.elapsed() < PATIENCE, "{event} is not acknowledged");
            for packet in self.poll() {
                if let Some(args) = packet.strip_prefix(&format!("43{number}")) {
                    answer = serde_json::from_str::<Vec<Value>>(args).unwrap().pop();
                } else if !self.take(&packet) {
                    assert!(packet == "2" || packet.starts_with('6'), "unexpected: {packet}");
                }
            }
        }
        let answer = answer.unwrap();
        if let Some(result) = answer.get("result") {
            schema::answered(event, result);
        }
        answer
    }

    /// The next event of this name, now or later.
    pub(crate) fn hear(&mut self, name: &str) -> Value {
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < PATIENCE, "{name} is not heard");
            if let Some(at) = self.heard.iter().position(|(heard, _)| heard == name) {
                return self.heard.remove(at).1;
            }
            for packet in self.poll() {
                self.take(&packet);
            }
        }
    }

    /// Reads until the server has closed it.
    pub(crate) fn closed(&mut self) {
        let since = Instant::now();
        while !self.gone {
            assert!(since.elapsed() < PATIENCE, "it is not closed");
            for packet in self.poll() {
                self.take(&packet);
            }
        }
    }

    /// Keeps what the server tells by itself.
    fn take(&mut self, packet: &str) -> bool {
        self.gone |= packet == "41";
        let Some(told) = packet.strip_prefix("42") else { return false };
        let mut told: Vec<Value> = serde_json::from_str(told).unwrap();
        let (payload, name) = (told.pop().unwrap(), told[0].as_str().unwrap());
        schema::told(name, &payload);
        self.heard.push((name.into(), payload));
        true
    }

    /// Goes away with a word, as a page does that is closed.
    pub(crate) fn close(self) {
        self.post("41");
    }

    fn post(&self, packet: &str) {
        let head = format!("POST {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.path, self.client.host());
        let answer =
            self.client.send(&format!("{head}Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {}\r\n\r\n{packet}", packet.len()));
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"), "{answer:?}");
    }

    /// What waits, or comes; a ping is answered.
    fn poll(&self) -> Vec<String> {
        let answer = self.client.get(&self.path, None);
        assert_eq!(answer.status, 200, "{answer:?}");
        let packets: Vec<String> = answer.body.split('\u{1e}').map(Into::into).collect();
        if packets.iter().any(|packet| packet == "2") {
            self.post("3");
        }
        packets
    }
}
