//! The tables of identity. Digests and sealed values are base64url texts, so that one text serves both engines.

use carillon_gate::Migration;

pub const MIGRATIONS: &[Migration] = &[Migration {
    owner: "identity",
    number: 1,
    name: "people, their devices and sessions, and the ways to come in",
    both: &[
        // Accounts and guests share one space of ids. Other crates may join this table to read `id`, `kind`, `name` and `disabled_at`, and
        // that of sessions to read `person`, `seen_at` and `ended_at`.
        // `folded` is the name in small letters, to search in.
        "CREATE TABLE people (id UUID PRIMARY KEY, kind TEXT NOT NULL, login TEXT UNIQUE, name TEXT NOT NULL, folded TEXT NOT NULL, \
         language TEXT, role TEXT, password TEXT, room UUID, created_at BIGINT NOT NULL, disabled_at BIGINT)",
        "CREATE INDEX people_accounts ON people (id) WHERE kind = 'account'",
        // An app chooses its device's id: it counts only together with the person.
        "CREATE TABLE devices (person UUID NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL, \
         PRIMARY KEY (person, id))",
        "CREATE TABLE sessions (id UUID PRIMARY KEY, person UUID NOT NULL, device UUID NOT NULL, cookie TEXT NOT NULL, \
         created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT, ended TEXT)",
        "CREATE INDEX sessions_person ON sessions (person, ended_at)",
        "CREATE INDEX sessions_seen ON sessions (seen_at)",
        // One family a session. `family` is the digest of what all its tokens share, `newest` and `previous` those of two generations;
        // `sealed` is the newest token, for the one time that it may be asked for again.
        "CREATE TABLE refresh_families (session UUID PRIMARY KEY, family TEXT NOT NULL, generation BIGINT NOT NULL, newest TEXT NOT NULL, \
         previous TEXT, made_at BIGINT NOT NULL, repeated BOOLEAN NOT NULL, sealed TEXT NOT NULL)",
        "CREATE TABLE invitations (id UUID PRIMARY KEY, creator UUID NOT NULL, request UUID NOT NULL, role TEXT NOT NULL, \
         note TEXT NOT NULL, digest TEXT NOT NULL, sealed TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, \
         used_at BIGINT, account UUID, revoked_at BIGINT, UNIQUE (creator, request))",
        "CREATE TABLE admin_links (id UUID PRIMARY KEY, account UUID NOT NULL, digest TEXT NOT NULL, expires_at BIGINT NOT NULL, \
         used_at BIGINT)",
    ],
    sqlite: &[],
    postgres: &[],
}];
