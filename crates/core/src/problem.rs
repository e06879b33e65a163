//! What went wrong, in the words of RFC 9457: a sentence for the asker, and the cause for the operator.

use std::{borrow::Cow, fmt, sync::Arc};

/// The sorts of problem. Each has one HTTP status and one name, on every way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input cannot be right, whoever sends it.
    Invalid,
    /// It is not known who asks.
    Unauthenticated,
    /// It is known who asks, and they may not.
    Refused,
    Missing,
    /// What was asked does not fit what is.
    Conflict,
    /// It was, and will not be again.
    Gone,
    TooLarge,
    Unsupported,
    /// Too many requests: wait, then ask again.
    Flooding,
    /// A fault of ours.
    Broken,
    /// Nothing was changed; the same request may be sent again.
    Again,
    /// Not known whether it was done; ask again with the same request id.
    Unknown,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Invalid,
        Self::Unauthenticated,
        Self::Refused,
        Self::Missing,
        Self::Conflict,
        Self::Gone,
        Self::TooLarge,
        Self::Unsupported,
        Self::Flooding,
        Self::Broken,
        Self::Again,
        Self::Unknown,
    ];

    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::Refused => 403,
            Self::Missing => 404,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::TooLarge => 413,
            Self::Unsupported => 415,
            Self::Flooding => 429,
            Self::Broken => 500,
            Self::Again | Self::Unknown => 503,
        }
    }

    /// The last part of the problem's type, unless the problem has a name of its own.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Refused => "refused",
            Self::Missing => "missing",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::TooLarge => "too-large",
            Self::Unsupported => "unsupported",
            Self::Flooding => "flooding",
            Self::Broken => "broken",
            Self::Again => "again",
            Self::Unknown => "unknown",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Invalid => "The request cannot be understood",
            Self::Unauthenticated => "Sign in first",
            Self::Refused => "This is not allowed",
            Self::Missing => "There is nothing here",
            Self::Conflict => "This does not fit the present state",
            Self::Gone => "This is over",
            Self::TooLarge => "This is too large",
            Self::Unsupported => "This form is not understood",
            Self::Flooding => "Too many requests",
            Self::Broken => "Something broke on our side",
            Self::Again => "Busy: send the same request again",
            Self::Unknown => "Not known whether it was done: ask again with the same request id",
        }
    }
}

/// A problem on its way to the asker.
#[derive(Debug, Clone)]
pub struct Problem {
    pub kind: Kind,
    /// A name of its own within the kind, for askers that branch on it: `direct-call-full`.
    pub name: Option<&'static str>,
    /// One sentence for the asker: what happened and what to do.
    pub detail: Cow<'static, str>,
    /// Seconds to wait before asking again.
    pub retry_after: Option<u32>,
    /// The cause, for the operator's log; never sent.
    pub source: Option<Arc<str>>,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, name: None, detail: detail.into(), retry_after: None, source: None }
    }
    pub fn invalid(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, why)
    }
    pub fn unauthenticated(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Unauthenticated, why)
    }
    pub fn refused(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Refused, why)
    }
    pub fn missing(what: &str) -> Self {
        Self::new(Kind::Missing, format!("there is no such {what}, or you may not see it"))
    }
    pub fn conflict(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Conflict, why)
    }
    pub fn gone(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Gone, why)
    }
    pub fn too_large(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::TooLarge, why)
    }
    pub fn flooding(retry_after: u32) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(Kind::Flooding, "too many requests at once: wait a little, then ask again") }
    }
    pub fn again(cause: impl fmt::Display) -> Self {
        Self { retry_after: Some(1), ..Self::new(Kind::Again, "nothing was changed: send the same request again") }.because(cause)
    }
    pub fn unknown(cause: impl fmt::Display) -> Self {
        Self { retry_after: Some(1), ..Self::new(Kind::Unknown, "the answer was lost: ask again with the same request id") }.because(cause)
    }
    pub fn broken(cause: impl fmt::Display) -> Self {
        Self::new(Kind::Broken, "a fault of ours: the operator's log names the cause").because(cause)
    }
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.source = Some(cause.to_string().into());
        self
    }
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }
    /// `/problems/<name>`: what `type` says on the wire.
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.name.unwrap_or_else(|| self.kind.name()))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name.unwrap_or_else(|| self.kind.name()), self.detail)?;
        self.source.as_ref().map_or(Ok(()), |source| write!(f, " ({source})"))
    }
}
impl std::error::Error for Problem {}
