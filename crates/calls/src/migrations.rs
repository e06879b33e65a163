//! The tables of calls.

use carillon_gate::Migration;

pub(crate) const CALLS: Migration = Migration {
    owner: "calls",
    number: 1,
    name: "calls, participants and their statistics",
    both: &[
        "CREATE TABLE calls (id UUID PRIMARY KEY, room UUID NOT NULL, direct BOOLEAN NOT NULL, state TEXT NOT NULL, \
         initiator UUID NOT NULL, audio BOOLEAN NOT NULL, video BOOLEAN NOT NULL, started_at BIGINT NOT NULL, answered_at BIGINT, \
         ended_at BIGINT, end_reason TEXT, revision BIGINT NOT NULL)",
        "CREATE INDEX calls_room ON calls (room, id)",
        // A room has one live call, whoever starts two at once.
        "CREATE UNIQUE INDEX calls_live ON calls (room) WHERE state <> 'ended'",
        // `device` is nothing while the person rings: then all their devices do. `place` is the order in which they came.
        "CREATE TABLE participants (id UUID PRIMARY KEY, call UUID NOT NULL, place BIGINT NOT NULL, member UUID NOT NULL, device UUID, request UUID, \
         leg BIGINT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, audio BOOLEAN NOT NULL, video BOOLEAN NOT NULL, joined_at BIGINT, \
         gone_at BIGINT, left_at BIGINT, left_reason TEXT, UNIQUE (call, member, device, kind))",
        "CREATE UNIQUE INDEX participants_request ON participants (member, request) WHERE request IS NOT NULL",
        "CREATE INDEX participants_live ON participants (member, device) WHERE state <> 'left'",
        // The last snapshot of a leg stands at slot 0; one a minute at those above.
        "CREATE TABLE call_stats (participant UUID NOT NULL, leg BIGINT NOT NULL, slot BIGINT NOT NULL, at BIGINT NOT NULL, \
         snapshot TEXT NOT NULL, PRIMARY KEY (participant, leg, slot))",
    ],
    sqlite: &[],
    postgres: &[],
};

pub(crate) const RATINGS: Migration = Migration {
    owner: "calls",
    number: 2,
    name: "how calls were, and whose they were",
    both: &[
        "CREATE TABLE call_ratings (call UUID NOT NULL, person UUID NOT NULL, rating BIGINT NOT NULL, problems TEXT NOT NULL, words TEXT, \
         at BIGINT NOT NULL, PRIMARY KEY (call, person))",
        "CREATE INDEX participants_member ON participants (member, call)",
    ],
    sqlite: &[],
    postgres: &[],
};
