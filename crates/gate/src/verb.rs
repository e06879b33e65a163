//! What a subject crate implements, and the few types that it is given.

use std::future::{Future, ready};

use carillon_core::{Action, DataClass, Id, Principal, Problem, Timestamp};
use carillon_db::Tx;
use carillon_platform::random;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Engines, Gate, Hint, Topic};

/// Something that can be done.
pub trait Verb: Sized + Send + Sync + 'static {
    const ACTION: Action;
    /// What it acts on: read in this transaction, shown to the policy, handed to `apply`. What was decided on is what is changed.
    type On: Serialize + Send + Sync;
    type Answer: Send + 'static;

    /// Slow work that must not hold the transaction: hashing a password, fetching a page. What it finds goes into fields that the
    /// wire does not fill, and is checked again in `apply`.
    fn prepare(&mut self, prep: &Prep<'_>) -> impl Future<Output = Result<(), Problem>> + Send {
        let _ = prep;
        ready(Ok(()))
    }

    /// What it must have for itself from `load` to the commit: the room, the account. Another act with one of these waits; every
    /// verb that changes a decision's facts names the same ones.
    fn locks(&self) -> Vec<Uuid> {
        Vec::new()
    }

    /// The facts. May run again.
    fn load(&self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Self::On, Problem>> + Send;

    /// The change. May run again, after all was undone: no effect outside the transaction.
    fn apply(&self, on: Self::On, cx: &mut Cx<'_>) -> impl Future<Output = Result<Done<Self::Answer>, Problem>> + Send;
}

/// Something that can be seen.
pub trait View: Send + Sync + 'static {
    const ACTION: Action;
    /// What is sensitive is shown only when it is on record that it was seen.
    const CLASS: DataClass = Self::ACTION.class();
    type On: Serialize + Send + Sync;
    type Sight: Send + 'static;

    /// What the record names, of what is sensitive: `room:<id>`.
    fn subject(&self) -> String {
        String::new()
    }

    fn load(&self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Self::On, Problem>> + Send;
    fn show(self, on: Self::On, cx: &mut Cx<'_>) -> impl Future<Output = Result<Self::Sight, Problem>> + Send;
}

/// What slow work before the transaction has at hand.
pub struct Prep<'p> {
    pub who: &'p Principal,
    pub now: Timestamp,
    pub gate: &'p Gate,
}

/// Who acts, when, and in which transaction.
pub struct Cx<'t> {
    pub who: &'t Principal,
    pub now: Timestamp,
    pub tx: Tx<'t>,
    /// What the decision asks of `apply` or `show`: `mask`, `stepUp`.
    pub obligations: Vec<String>,
    /// Keys, rules and other things without a socket that the server was started with.
    pub engines: &'t Engines,
    _sealed: Sealed,
}

struct Sealed;

impl<'t> Cx<'t> {
    pub(crate) fn new(who: &'t Principal, now: Timestamp, tx: Tx<'t>, engines: &'t Engines) -> Self {
        Self { who, now, tx, obligations: Vec::new(), engines, _sealed: Sealed }
    }

    /// An id that was never given before.
    pub fn new_id<K>(&self) -> Id<K> {
        Id::new(random::id())
    }
}

/// What a verb changed: the content of its audit event. Ids, counts and hashes; no message, name or secret.
#[derive(Debug)]
pub struct Change {
    /// `room:<id>`, `session:<id>`.
    pub subject: String,
    pub what: Value,
}

impl Change {
    pub fn of(subject: &str, id: impl std::fmt::Display, what: Value) -> Self {
        Self { subject: format!("{subject}:{id}"), what }
    }
}

/// Actions that may be kept without a [`Change`]: how the leg of a call is right now, and what its client measures. It is of the moment,
/// comes by the thousand, and says nothing of who did what; who joined and left is recorded.
pub const UNRECORDED: &[Action] = &[Action::CallToggle, Action::CallState, Action::CallStats];

/// The end of a verb. Nothing is kept without a [`Change`], but the state of legs.
pub struct Done<A> {
    pub(crate) end: End<A>,
    pub(crate) hints: Vec<Hint>,
}

pub(crate) enum End<A> {
    Changed(A, Change),
    Kept(A),
    Repeated(A),
    Failed(Problem, Change),
}

impl<A> Done<A> {
    pub fn changed(answer: A, change: Change) -> Self {
        Self { end: End::Changed(answer, change), hints: Vec::new() }
    }
    /// What was written is kept, and not audited: only for the few actions in [`UNRECORDED`].
    pub fn kept(answer: A) -> Self {
        Self { end: End::Kept(answer), hints: Vec::new() }
    }
    /// The same request came before; nothing is written now.
    pub fn repeated(answer: A) -> Self {
        Self { end: End::Repeated(answer), hints: Vec::new() }
    }
    /// The refusal itself must be kept: a failed sign-in, a stolen token's family.
    pub fn failed(problem: Problem, change: Change) -> Self {
        Self { end: End::Failed(problem, change), hints: Vec::new() }
    }
    /// After the commit: whoever listens to `topic` should look up to `head`.
    #[must_use]
    pub fn hint(mut self, topic: Topic, head: i64) -> Self {
        self.hints.push(Hint { topic, head });
        self
    }
}
