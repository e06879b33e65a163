//! How long things last.

use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// An access token. Short, because those who check it elsewhere by the published keys do not hear when its session ends.
pub(crate) const ACCESS: Duration = Duration::from_mins(5);
/// A session, however much it is used (OWASP ASVS 5.0, 7.3.2).
pub(crate) const SESSION: Duration = DAY.saturating_mul(30);
/// A session that nobody uses (ASVS 7.3.1).
pub(crate) const SESSION_UNUSED: Duration = DAY.saturating_mul(7);
/// How old the newest refresh token may be for the one before it to be taken once more: an answer was lost, or two tabs asked.
pub(crate) const REFRESH_AGAIN: Duration = Duration::from_secs(30);
pub(crate) const INVITATION: Duration = DAY.saturating_mul(7);
pub(crate) const ADMIN_LINK: Duration = Duration::from_mins(15);
/// What `seen_at` may lag behind.
pub(crate) const SEEN: Duration = Duration::from_mins(5);
/// What a recognised session may be remembered without asking the database again, unless it is heard that it ended.
pub(crate) const RECOGNISED: Duration = Duration::from_mins(1);
