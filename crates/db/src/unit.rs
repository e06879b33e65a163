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
