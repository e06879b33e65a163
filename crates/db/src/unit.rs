//! Work for one transaction.

use carillon_core::Problem;
use futures::future::BoxFuture;
use uuid::Uuid;

use crate::Tx;

/// What runs inside a transaction, and hears how it ended.
pub trait Unit: Send {
    /// What it must have for itself: an engine with many writers locks these before `run`, always in the same order.
    fn locks(&self) -> Vec<Uuid>;
    /// May be called again, after all that it wrote was undone: the last time counts. It awaits nothing but its transaction.
    /// A unit that panics, waits for something else or ignores a failed statement has written nothing, and is told so in `settle`.
    fn run<'t>(&'t mut self, tx: Tx<'t>) -> BoxFuture<'t, Verdict>;
    /// Called once, when the commit is durable or has failed.
    fn settle(self: Box<Self>, committed: Result<(), Problem>);
}

/// What shall become of the writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Keep,
    Undo,
    /// Another transaction came in between: undo, and run again.
    Again,
}

/// How a run broke the rules of [`Unit::run`]: all that it wrote is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    Panicked,
    Waited,
    IgnoredAFailure,
}

impl Harm {
    pub(crate) fn problem(self) -> Problem {
        Problem::broken(match self {
            Self::Panicked => "a unit panicked; nothing was changed",
            Self::Waited => "a unit waited for something other than its transaction; nothing was changed",
            Self::IgnoredAFailure => "a unit ignored a failed statement; nothing was changed",
        })
    }
}
