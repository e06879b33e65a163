//! The tables of the REST signalling.

use carillon_gate::Migration;

pub(crate) const MIGRATION: Migration = Migration {
    owner: "webrtc",
    number: 1,
    name: "sessions of the REST signalling",
    both: &[],
    // What two peers said stands here sealed, while the session is open; afterwards only counts and hashes.
    sqlite: &[
        "CREATE TABLE webrtc_sessions (id UUID PRIMARY KEY, call UUID NOT NULL, room UUID NOT NULL, state TEXT NOT NULL, offerer UUID, \
         offerer_leg UUID NOT NULL, answerer UUID, answerer_leg UUID, request UUID, offer BLOB, answer BLOB, metadata BLOB, \
         offer_hash TEXT NOT NULL, answer_hash TEXT, candidates BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
         answered_at BIGINT, closed_at BIGINT, purged_at BIGINT)",
        "CREATE UNIQUE INDEX webrtc_sessions_request ON webrtc_sessions (offerer, request) WHERE request IS NOT NULL",
        "CREATE INDEX webrtc_sessions_open ON webrtc_sessions (call) WHERE closed_at IS NULL",
        "CREATE TABLE webrtc_candidates (session UUID NOT NULL, seq BIGINT NOT NULL, side TEXT NOT NULL, mark TEXT NOT NULL, \
         sealed BLOB NOT NULL, PRIMARY KEY (session, seq)) WITHOUT ROWID",
    ],
    postgres: &[
        "CREATE TABLE webrtc_sessions (id UUID PRIMARY KEY, call UUID NOT NULL, room UUID NOT NULL, state TEXT NOT NULL, offerer UUID, \
         offerer_leg UUID NOT NULL, answerer UUID, answerer_leg UUID, request UUID, offer BYTEA, answer BYTEA, metadata BYTEA, \
         offer_hash TEXT NOT NULL, answer_hash TEXT, candidates BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, \
         answered_at BIGINT, closed_at BIGINT, purged_at BIGINT)",
        "CREATE UNIQUE INDEX webrtc_sessions_request ON webrtc_sessions (offerer, request) WHERE request IS NOT NULL",
        "CREATE INDEX webrtc_sessions_open ON webrtc_sessions (call) WHERE closed_at IS NULL",
        "CREATE TABLE webrtc_candidates (session UUID NOT NULL, seq BIGINT NOT NULL, side TEXT NOT NULL, mark TEXT NOT NULL, \
         sealed BYTEA NOT NULL, PRIMARY KEY (session, seq))",
    ],
};
