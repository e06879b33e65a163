//! Who is there when the walk begins.

use std::{cell::Cell, path::Path};

use serde_json::{Value, json};

use crate::server::{Person, Server, id, run, text};

pub(crate) const PASSWORD: &str = "a few good words";

pub(crate) struct World {
    pub server: Server,
    database: Option<String>,
    /// The administrator; owns the room.
    pub ada: Person,
    /// A member of the room.
    pub ben: Person,
    /// Has an account, and is in no room.
    pub cleo: Person,
    /// A guest of the room.
    pub grace: Person,
    pub room: String,
    pub link: String,
    count: Cell<u32>,
}

impl World {
    pub(crate) fn open(data: &Path, database: Option<String>) -> Self {
        // All come from one address, and faster than people do.
        let mut more: Vec<String> = Vec::new();
        for limit in
            ["http_address", "sign_in_address", "sign_in_account", "sign_in_anywhere", "enter_address", "messages", "socket_events"]
        {
            more.extend(["per_minute", "burst"].into_iter().flat_map(|key| ["--set".into(), format!("limits.{limit}.{key}=100000")]));
        }
        more.extend(database.iter().flat_map(|url| ["--database".into(), url.clone()]));
        let server = Server::start(data, &more.iter().map(String::as_str).collect::<Vec<_>>());
        let ada = server.sign_in();
        let nobody = || Person { id: String::new(), token: String::new(), session: String::new() };
        let mut world = Self {
            server,
            database,
            ada,
            ben: nobody(),
            cleo: nobody(),
            grace: nobody(),
            room: String::new(),
            link: String::new(),
            count: Cell::new(0),
        };
        (world.ben, world.cleo) = (world.account(), world.account());
        (world.room, world.link) = world.group();
        let entered = world.server.client.post("/api/v1/guests", None, &json!({ "link": world.link, "name": "Grace" }));
        world.grace = Person::of(&entered);
        world
    }

    /// A name that nobody has yet.
    pub(crate) fn login(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("person-{}", self.count.get())
    }

    /// A new account with [`PASSWORD`].
    pub(crate) fn account(&self) -> Person {
        self.account_as(&self.login())
    }

    pub(crate) fn account_as(&self, login: &str) -> Person {
        let body = json!({ "token": self.invitation(), "login": login, "name": login, "password": PASSWORD });
        Person::of(&self.server.client.post("/api/v1/invitations/accept", None, &body))
    }

    pub(crate) fn invitation(&self) -> Value {
        let made = self.post(&self.ada, "/api/v1/invitations", &json!({ "requestId": id(), "role": "member" }));
        made["token"].clone()
    }

    /// A room of Ada's with Ben in it, and its link.
    pub(crate) fn group(&self) -> (String, String) {
        let made = self.post(&self.ada, "/api/v1/rooms", &json!({ "requestId": id(), "name": "Standup" }));
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let (room, link) = (text(&made["room"]["id"]), text(&made["room"]["link"]));
        self.add(&room, &self.ben);
        (room, link)
    }

    pub(crate) fn add(&self, room: &str, person: &Person) {
        self.post(&self.ada, &format!("/api/v1/rooms/{room}/members"), &json!({ "requestId": id(), "account": person.id }));
    }

    /// What is asked for in passing must go well.
    pub(crate) fn post(&self, who: &Person, path: &str, body: &Value) -> Value {
        let answer = self.server.client.post(path, Some(&who.token), body);
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer.json()
    }

    /// The token of a fresh link for the administrator.
    pub(crate) fn admin_link(&self) -> String {
        let data = self.server.said["data"].as_str().unwrap();
        let mut arguments = vec!["admin", "link", "--data", data];
        arguments.extend(self.database.iter().flat_map(|url| ["--database", url]));
        let made = run(&arguments);
        assert!(made.status.success(), "{}", text(&made.stderr));
        text(&made.stdout).trim().split_once('#').unwrap().1.into()
    }
}

impl Person {
    pub(crate) fn asks(&self, what: Value) -> crate::Asked {
        (Some(self.token.clone()), what)
    }
}

pub(crate) fn nobody_asks(what: Value) -> crate::Asked {
    (None, what)
}
