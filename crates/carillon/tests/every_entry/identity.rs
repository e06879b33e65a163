//! People and sessions.

use serde_json::{Value, json};

use crate::{
    Line, line,
    server::{Person, id},
    world::{PASSWORD, World, nobody_asks},
};

pub(crate) const LINES: &[Line] = &[
    line(
        "POST /api/v1/session",
        |world| {
            let login = world.login();
            world.account_as(&login);
            nobody_asks(json!({ "login": login, "password": PASSWORD }))
        },
        |_| nobody_asks(json!({ "login": "admin", "password": "guessed" })),
    ),
    line("GET /api/v1/session", |world| world.grace.asks(json!({})), |_| nobody_asks(json!({}))),
    line("DELETE /api/v1/session", |world| world.account().asks(json!({})), |_| nobody_asks(json!({}))),
    line(
        "POST /api/v1/session/link",
        |world| nobody_asks(json!({ "token": world.admin_link() })),
        |_| nobody_asks(json!({ "token": guessed() })),
    ),
    line(
        "POST /api/v1/token",
        |world| nobody_asks(json!({ "refreshToken": signed_in_again(world)["tokens"]["refreshToken"] })),
        |_| nobody_asks(json!({ "refreshToken": format!("{}.{}", guessed(), "A".repeat(43)) })),
    ),
    line("GET /api/v1/sessions", |world| world.ben.asks(json!({})), |_| nobody_asks(json!({}))),
    line("DELETE /api/v1/sessions", |world| world.account().asks(json!({})), |_| nobody_asks(json!({}))),
    line(
        "DELETE /api/v1/sessions/{session}",
        |world| {
            let person = world.account();
            let session = person.session.clone();
            person.asks(json!({ "session": session }))
        },
        |world| world.cleo.asks(json!({ "session": world.ada.session })),
    ),
    line("POST /api/v1/invitations", |world| world.ada.asks(invite()), |world| world.ben.asks(invite())),
    line("GET /api/v1/invitations", |world| world.ada.asks(json!({ "limit": 2 })), |world| world.ben.asks(json!({}))),
    line(
        "DELETE /api/v1/invitations/{invitation}",
        |world| world.ada.asks(json!({ "invitation": invited(world) })),
        |world| world.ben.asks(json!({ "invitation": invited(world) })),
    ),
    line("POST /api/v1/invitations/accept", |world| accept(world, &world.invitation()), |world| accept(world, &json!(guessed()))),
    line("GET /api/v1/accounts", |world| world.ben.asks(json!({})), |world| world.grace.asks(json!({}))),
    line(
        "POST /api/v1/accounts/{account}/close",
        |world| world.ada.asks(json!({ "account": world.account().id })),
        |world| world.ben.asks(json!({ "account": world.cleo.id })),
    ),
    line(
        "POST /api/v1/accounts/{account}/open",
        |world| world.ada.asks(json!({ "account": world.account().id })),
        |world| world.ben.asks(json!({ "account": world.cleo.id })),
    ),
    line(
        "POST /api/v1/accounts/{account}/role",
        |world| world.ada.asks(json!({ "account": world.account().id, "role": "admin" })),
        |world| world.ada.asks(json!({ "account": world.ada.id, "role": "member" })),
    ),
    line(
        "GET /api/v1/admin/audit",
        |world| world.ada.asks(json!({ "limit": 5, "outcome": "refused", "who": world.ben.id })),
        |world| world.ben.asks(json!({})),
    ),
    line("POST /api/v1/admin/audit/check", |world| world.ada.asks(json!({})), |world| world.grace.asks(json!({}))),
    line("POST /api/v1/me", |world| world.grace.asks(json!({ "name": "Grace Hopper" })), |_| nobody_asks(json!({ "name": "Nobody" }))),
    line(
        "POST /api/v1/me/password",
        |world| world.account().asks(json!({ "old": PASSWORD, "new": "some other words" })),
        |world| world.grace.asks(json!({ "new": "some other words" })),
    ),
];

/// Of the right form, and nobody's.
fn guessed() -> String {
    "A".repeat(64)
}

fn invited(world: &World) -> Value {
    world.post(&world.ada, "/api/v1/invitations", &invite())["id"].clone()
}

fn invite() -> Value {
    json!({ "requestId": id(), "role": "member" })
}

fn accept(world: &World, token: &Value) -> crate::Asked {
    let login = world.login();
    nobody_asks(json!({ "token": token, "login": login, "name": login, "password": PASSWORD }))
}

fn signed_in_again(world: &World) -> Value {
    let login = world.login();
    world.account_as(&login);
    let answer = world.server.client.post("/api/v1/session", None, &json!({ "login": login, "password": PASSWORD }));
    Person::of(&answer);
    answer.json()
}
