//! Whether the session at the other end of a socket still stands.

use std::time::Duration;

use carillon_core::{Kind, Problem};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// So often it looks without a hint: a session also ends by its age.
const LOOK: Duration = Duration::from_hours(1);
/// Between two looks when the database is too busy to answer; twice as long each time.
const PAUSE: Duration = Duration::from_millis(100);
/// Whoever is not known to stand for this long is put out. A client with a right to be there comes back, and is looked at anew.
const DOUBT: Duration = Duration::from_secs(5);

/// Waits until the session is over, or nobody can say that it is not: why. `ended` was listened to before the first look.
pub(super) async fn over<F>(mut ended: watch::Receiver<i64>, stands: impl Fn() -> F) -> Problem
where
    F: Future<Output = Result<(), Problem>>,
{
    loop {
        // At first too: it may have ended since it was recognised.
        match timeout(DOUBT, certain(&stands)).await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => return why,
            Err(late) => return Problem::again(late),
        }
        if let Ok(Err(gone)) = timeout(LOOK, ended.changed()).await {
            return Problem::broken(gone);
        }
    }
}

/// Asks until there is an answer.
async fn certain<F>(stands: impl Fn() -> F) -> Result<(), Problem>
where
    F: Future<Output = Result<(), Problem>>,
{
    let mut pause = PAUSE;
    loop {
        match stands().await {
            Err(problem) if problem.kind != Kind::Unauthenticated => {}
            answer => return answer,
        }
        sleep(pause).await;
        pause *= 2;
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future::pending};

    use tokio::time::Instant;

    use super::*;

    fn signed_out() -> Problem {
        Problem::unauthenticated("signed out").named("signed-out")
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_database_does_not_make_it_forget_that_somebody_has_signed_out() {
        let (tell, ended) = watch::channel(0);
        let looks = Cell::new(0);
        let stands = || {
            let look = looks.replace(looks.get() + 1);
            async move {
                match look {
                    0 => Ok(()),
                    1..=3 => Err(Problem::again("busy")),
                    _ => Err(signed_out()),
                }
            }
        };
        let since = Instant::now();
        let (why, ()) = tokio::join!(over(ended, stands), async {
            sleep(PAUSE).await;
            tell.send_replace(1); // told once only
        });
        assert_eq!((why.name, looks.get()), (Some("signed-out"), 5));
        assert!(since.elapsed() < DOUBT, "{:?}", since.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn who_cannot_be_looked_at_is_put_out() {
        let (_tell, ended) = watch::channel(0);
        let since = Instant::now();
        assert_eq!(over(ended.clone(), || async { Err(Problem::again("busy")) }).await.kind, Kind::Again);
        assert_eq!(since.elapsed(), DOUBT);
        // Nor does an answer that never comes keep anybody in.
        assert_eq!(over(ended, pending).await.kind, Kind::Again);
        assert_eq!(since.elapsed(), 2 * DOUBT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_that_ends_by_its_age_ends_without_a_word() {
        let (_tell, ended) = watch::channel(0);
        let since = Instant::now();
        let stands = || async move { if since.elapsed() < 2 * LOOK { Ok(()) } else { Err(signed_out()) } };
        assert_eq!(over(ended, stands).await.name, Some("signed-out"));
    }
}
