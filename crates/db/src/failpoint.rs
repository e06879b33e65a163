//! One numbered hook, hit before every statement and around every COMMIT.
//!
//! With the feature `testing` and `CARILLON_FAILPOINT=N` in the environment the N-th hit kills the process as `kill -9` would.
//! Without the feature there is nothing here.

#[cfg(not(feature = "testing"))]
pub(crate) const fn hit() {}

#[cfg(feature = "testing")]
pub(crate) use armed::hit;

#[cfg(feature = "testing")]
pub(crate) mod armed {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering::SeqCst},
    };

    use rustix::process::{Signal, getpid, kill_process};

    static HITS: AtomicU64 = AtomicU64::new(0);
    static ARMED: LazyLock<Option<u64>> = LazyLock::new(number);

    pub(crate) fn hit() {
        let nth = HITS.fetch_add(1, SeqCst) + 1;
        if *ARMED == Some(nth) {
            // SIGKILL: no destructor runs, no buffer is flushed.
            let _ = kill_process(getpid(), Signal::KILL);
            loop {
                std::thread::park();
            }
        }
    }

    pub(crate) fn hits() -> u64 {
        HITS.load(SeqCst)
    }

    #[expect(clippy::disallowed_methods, reason = "the hook exists in test builds only, and is told its number by the parent process")]
    fn number() -> Option<u64> {
        std::env::var("CARILLON_FAILPOINT").ok()?.parse().ok()
    }
}
