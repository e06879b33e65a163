//! The tables of the record, and the triggers that guard them against accidents.

use carillon_db::Migration;

/// `place` orders events by commit: the row's number on SQLite, where one writer inserts in order; the transaction's number on
/// PostgreSQL, counted from a base (`base.rs`), where everything below the oldest transaction still running is final.
pub const MIGRATIONS: &[Migration] = &[FIRST, BASE, READ];

const FIRST: Migration = Migration {
    owner: "audit",
    number: 1,
    name: "events and their chain",
    both: &[],
    sqlite: &[
        "CREATE TABLE events (place INTEGER PRIMARY KEY AUTOINCREMENT, id UUID NOT NULL, at BIGINT NOT NULL, actor UUID, \
         action TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL)",
        "CREATE TABLE events_chain (block INTEGER PRIMARY KEY, events BIGINT NOT NULL, place BIGINT NOT NULL, id UUID NOT NULL, \
         at BIGINT NOT NULL, hash BLOB NOT NULL)",
        "CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END",
        "CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END",
        "CREATE TRIGGER chain_stays BEFORE UPDATE ON events_chain BEGIN SELECT RAISE(ABORT, 'the audit chain is never changed'); END",
        "CREATE TRIGGER chain_remains BEFORE DELETE ON events_chain BEGIN SELECT RAISE(ABORT, 'the audit chain is never cut'); END",
    ],
    postgres: &[
        "CREATE TABLE events (place BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint), id UUID NOT NULL, at BIGINT NOT NULL, \
         actor UUID, action TEXT NOT NULL, subject TEXT NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (place, id))",
        "CREATE TABLE events_chain (block BIGINT PRIMARY KEY, events BIGINT NOT NULL, place BIGINT NOT NULL, id UUID NOT NULL, \
         at BIGINT NOT NULL, hash BYTEA NOT NULL)",
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'audit events are never changed or deleted'; END $$",
        "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
        "CREATE TRIGGER chain_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON events_chain FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
        "ALTER TABLE events ENABLE ALWAYS TRIGGER events_stay",
        "ALTER TABLE events_chain ENABLE ALWAYS TRIGGER chain_stays",
    ],
};

const BASE: Migration = Migration {
    owner: "audit",
    number: 2,
    name: "places that survive a restore",
    both: &[],
    sqlite: &[],
    postgres: &[
        "CREATE TABLE events_base (base BIGINT NOT NULL)",
        "INSERT INTO events_base (base) VALUES (0)",
        "CREATE FUNCTION audit_place() RETURNS bigint LANGUAGE plpgsql AS \
         $$ BEGIN RETURN pg_current_xact_id()::text::bigint + (SELECT base FROM events_base); END $$",
        "ALTER TABLE events ALTER COLUMN place SET DEFAULT audit_place()",
    ],
};

/// Ways to read it (`store.rs`). On SQLite every index ends with the place by itself. Messages are most of a record, and each index by person
/// or by room would touch another page for every one: they are found by their action and their time.
const READ: Migration = Migration {
    owner: "audit",
    number: 3,
    name: "ways to read the record",
    both: &[],
    sqlite: &[
        "CREATE INDEX events_at ON events (at)",
        "CREATE INDEX events_actor ON events (actor, at) WHERE actor IS NOT NULL AND action <> 'message.post'",
        "CREATE INDEX events_action ON events (action, at)",
        "CREATE INDEX events_subject ON events (subject, at) WHERE subject <> '' AND action <> 'message.post'",
        "CREATE INDEX events_trouble ON events (at) WHERE instr(body, CAST('\"outcome\":\"done\",\"policy\":' AS BLOB)) = 0",
    ],
    postgres: &[
        "CREATE INDEX events_at ON events (at, place)",
        "CREATE INDEX events_actor ON events (actor, at, place) WHERE actor IS NOT NULL AND action <> 'message.post'",
        "CREATE INDEX events_action ON events (action, at, place)",
        "CREATE INDEX events_subject ON events (subject, at, place) WHERE subject <> '' AND action <> 'message.post'",
        "CREATE INDEX events_trouble ON events (at, place) WHERE position('\"outcome\":\"done\",\"policy\":'::bytea IN body) = 0",
    ],
};
