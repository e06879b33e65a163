//! The one place that reads the wall clock. Whoever decides over time is given it as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use carillon_core::Timestamp;

/// The time of day. A clock set before 1970 reads as 1970.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
pub fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| i64::try_from(past.as_millis()).unwrap_or(i64::MAX)))
}
