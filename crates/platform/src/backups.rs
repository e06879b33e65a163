//! What is remembered of backups: when each was made, and whether a restore of it was tried.

mod store;

pub use store::{Made, TABLE, last_verified, note};
