//! Identity at its public face, each story on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a story that fails here has failed")]

mod house;

mod accounts;
mod administering;
mod attacks;
mod from_the_machine;
mod invitations;
mod keeping;
mod passwords;
mod record;
mod refresh;
mod sessions;
mod sign_in;
mod tabs_and_a_thief;
