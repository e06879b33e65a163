//! What can be done about accounts and sessions: one file each.

mod note_seen;

pub use note_seen::NoteSeen;
