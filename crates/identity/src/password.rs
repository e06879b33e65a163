//! Passwords: Argon2id in a bounded pool, so that signing in never takes all cores nor all memory.

use std::{sync::Arc, thread::available_parallelism, time::Instant};

use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use carillon_core::Problem;
use carillon_platform::{
    limits::{Key, Limit, Limits},
    random,
};
use prometheus_client::{
    metrics::{
        counter::Counter,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::words::{NewPassword, Password};

/// OWASP's first choice: 19 MiB, two passes, one lane. So a core tries some twenty a second, and each place takes 19 MiB.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Passwords that wait for a core. When it is full, the next asker is told to come back.
const WAITING: usize = 64;
/// What the password of nobody is compared with, so that it takes as long as anybody's. It is no password's hash.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// An engine of the gate: hashes and compares passwords, and heeds how often one may guess.
pub struct Passwords {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    limits: Arc<Limits>,
    metrics: Metrics,
}

/// Where an attempt comes from.
#[derive(Clone, Copy)]
pub(crate) enum From {
    /// A device on which the account was signed in before, or a session of its own.
    Known(Uuid),
    Elsewhere(Key),
}

/// An attempt that was counted as a failure, as long as nobody knows better: so those at the same moment are counted too.
pub(crate) struct Attempt<'p> {
    limits: &'p Limits,
    counted: Vec<(Limit, Key)>,
}

impl Attempt<'_> {
    /// It does not count.
    pub(crate) fn was_right(self) {
        self.counted.into_iter().for_each(|(limit, key)| self.limits.give_back(limit, key));
    }
}

/// How a password compared with what was kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    pub right: bool,
    /// The same password by today's parameters, if it was kept by others.
    pub better: Option<String>,
}

struct Metrics {
    seconds: Histogram,
    waiting: Gauge,
    refused: Counter,
}

impl Passwords {
    /// One hash a core at a time.
    pub fn new(limits: Arc<Limits>) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let metrics =
            Metrics { seconds: Histogram::new(exponential_buckets(0.01, 2.0, 10)), waiting: Gauge::default(), refused: Counter::default() };
        Self { turns: Arc::new(Semaphore::new(cores)), places: Arc::new(Semaphore::new(cores + WAITING)), limits, metrics }
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("passwords_seconds", "Time of a core to hash or compare a password", self.metrics.seconds.clone());
        registry.register("passwords_waiting", "Passwords that wait for a core, or have one", self.metrics.waiting.clone());
        registry.register("passwords_refused", "Askers sent away because too many passwords waited", self.metrics.refused.clone());
    }

    /// Counts an attempt at the password of this login, whether there is one or not. Each address and each device has its own count, and
    /// all strangers together one more: whoever comes on a device that the account knows is not held up by what strangers try.
    pub(crate) fn attempt(&self, login: &str, from: From) -> Result<Attempt<'_>, Problem> {
        let (place, stranger) = match from {
            From::Known(id) => (Key::id(id), false),
            From::Elsewhere(place) => (place, true),
        };
        let here = (Limit::SignInAccount, Key::text_from(login, place));
        let anywhere = (Limit::SignInAnywhere, Key::text(login));
        self.limits.check(here.0, here.1, 1)?;
        let mut attempt = Attempt { limits: &self.limits, counted: vec![here] };
        if stranger {
            if let Err(wait) = self.limits.check(anywhere.0, anywhere.1, 1) {
                attempt.was_right();
                return Err(wait.into());
            }
            attempt.counted.push(anywhere);
        }
        Ok(attempt)
    }

    pub(crate) async fn hash(&self, new: &NewPassword) -> Result<String, Problem> {
        let password = new.password().clone();
        self.work(move || hash(&password)).await?
    }

    /// Takes as long when nothing was kept.
    pub(crate) async fn compare(&self, password: &Password, kept: Option<&str>) -> Result<Compared, Problem> {
        let (password, kept) = (password.clone(), kept.map(str::to_owned));
        self.work(move || compare(&password, kept.as_deref())).await?
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            self.metrics.refused.inc();
            return Err(Problem::flooding(2));
        };
        let waiting = Waiting::new(&self.metrics.waiting);
        let turn = self.turns.clone().acquire_owned().await.map_err(Problem::broken)?;
        let seconds = self.metrics.seconds.clone();
        // Who leaves meanwhile does not give the core back before it is free.
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn, waiting);
            let start = Instant::now();
            let done = work();
            seconds.observe(start.elapsed().as_secs_f64());
            done
        });
        done.await.map_err(Problem::broken)
    }
}

struct Waiting(Gauge);

impl Waiting {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}
impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &Password) -> Result<String, Problem> {
    let hash = argon2().hash_password_with_salt(password.bytes(), &random::bytes::<16>()).map_err(Problem::broken)?;
    Ok(hash.to_string())
}

fn compare(password: &Password, kept: Option<&str>) -> Result<Compared, Problem> {
    let known = PasswordHash::new(kept.unwrap_or(NOBODY)).map_err(Problem::broken)?;
    let right = argon2().verify_password(password.bytes(), &known).is_ok() && kept.is_some();
    let better = if right && !of_today(&known) { Some(hash(password)?) } else { None };
    Ok(Compared { right, better })
}

fn of_today(known: &PasswordHash) -> bool {
    let params = Params::try_from(known).is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, 1));
    params && known.algorithm == ARGON2ID_IDENT && known.version == Some(Version::V0x13.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use carillon_core::Kind;
    use carillon_platform::limits::{Config, Limits};

    use super::{Argon2, NOBODY, Params, Password, PasswordHash, PasswordHasher, Passwords, compare, hash, of_today};

    fn word(text: &str) -> Password {
        Password::try_from(text.to_owned()).expect("it fits")
    }

    #[test]
    fn right_is_right_and_wrong_is_wrong() {
        let kept = hash(&word("a few good words")).expect("hashes");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let right = compare(&word("a few good words"), Some(&kept)).expect("compares");
        assert_eq!((right.right, right.better), (true, None));
        assert!(!compare(&word("a few bad words"), Some(&kept)).expect("compares").right);
    }

    #[test]
    fn nobody_has_no_password_and_costs_as_much() {
        assert!(!compare(&word(""), None).expect("compares").right);
        assert!(of_today(&PasswordHash::new(NOBODY).expect("parses")));
    }

    #[test]
    fn older_parameters_are_replaced() {
        let older = Argon2::from(Params::new(8 * 1024, 1, 1, None).expect("fits"));
        let kept = older.hash_password_with_salt(b"a few good words", b"sixteen bytes...").expect("hashes");
        let compared = compare(&word("a few good words"), Some(&kept.to_string())).expect("compares");
        let better = compared.better.expect("a better one");
        assert!(compared.right && better.contains("m=19456,t=2,p=1"));
    }

    #[tokio::test]
    async fn beyond_those_who_wait_the_next_is_sent_away() {
        let passwords = Arc::new(Passwords::new(Arc::new(Limits::new(&Config::default()))));
        let all = passwords.places.available_permits() as u32;
        let taken = passwords.places.clone().acquire_many_owned(all).await.expect("open");
        let refused = passwords.compare(&word("x"), None).await.expect_err("no room");
        assert_eq!(refused.kind, Kind::Flooding);
        drop(taken);
        assert!(!passwords.compare(&word("x"), None).await.expect("room again").right);
        assert_eq!(passwords.metrics.waiting.get(), 0);
    }
}
