//! The tables of rooms.

use carillon_gate::Migration;

pub const MIGRATIONS: &[Migration] = &[Migration {
    owner: "rooms",
    number: 1,
    name: "rooms, members and the log",
    both: &[
        // `low` and `high` are the two of a direct room, sorted: a pair has one.
        "CREATE TABLE rooms (id UUID PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, epoch UUID NOT NULL, head BIGINT NOT NULL, \
         head_at BIGINT NOT NULL, link TEXT UNIQUE, creator UUID NOT NULL, request UUID NOT NULL, low UUID, high UUID, \
         UNIQUE (creator, request), UNIQUE (low, high))",
        "CREATE TABLE members (room UUID NOT NULL, person UUID NOT NULL, role TEXT NOT NULL, muted BOOLEAN NOT NULL, \
         joined_at BIGINT NOT NULL, PRIMARY KEY (room, person))",
        "CREATE INDEX members_person ON members (person, room)",
        "CREATE INDEX members_guests ON members (joined_at) WHERE role = 'guest'",
    ],
    sqlite: &[
        "CREATE TABLE log (room UUID NOT NULL, seq BIGINT NOT NULL, id UUID NOT NULL, at BIGINT NOT NULL, sender UUID, request UUID, \
         body BLOB NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID",
        "CREATE UNIQUE INDEX log_request ON log (room, sender, request) WHERE request IS NOT NULL",
    ],
    postgres: &[
        "CREATE TABLE log (room UUID NOT NULL, seq BIGINT NOT NULL, id UUID NOT NULL, at BIGINT NOT NULL, sender UUID, request UUID, \
         body BYTEA NOT NULL, PRIMARY KEY (room, seq))",
        "CREATE UNIQUE INDEX log_request ON log (room, sender, request) WHERE request IS NOT NULL",
    ],
}];
