//! One numbered hook, hit before every statement and around every COMMIT.
//!
//! With the feature `testing` and `CARILLON_FAILPOINT=N` in the environment the N-th hit kills the process as `kill -9` would.
//! Without the feature there is nothing here.

#[cfg(not(feature = "testing"))]
pub(crate) const fn hit() {}

#[cfg(feature = "testing")]
pub(crate) fn hit() {
    use std::sync::{
        LazyLock,
        atomic::{AtomicI64, Ordering::SeqCst},
    };
    static LEFT: LazyLock<AtomicI64> = LazyLock::new(|| AtomicI64::new(armed()));
    if LEFT.load(SeqCst) > 0 && LEFT.fetch_sub(1, SeqCst) == 1 {
        // SIGKILL: no destructor runs, no buffer is flushed.
        let _ = std::process::Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
        loop {
            std::thread::park();
        }
    }
}

#[cfg(feature = "testing")]
#[expect(clippy::disallowed_methods, reason = "the hook exists in test builds only, and is told its number by the parent process")]
fn armed() -> i64 {
    std::env::var("CARILLON_FAILPOINT").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}
