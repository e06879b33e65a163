//! What the doctor found: each finding says what is, why it matters, and the command that cures it.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Well,
    Warning,
    Error,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub check: &'static str,
    pub level: Level,
    pub what: String,
    /// Why it matters.
    pub why: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
}

/// One check, and why it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    pub name: &'static str,
    pub why: &'static str,
}

impl Check {
    pub(crate) fn well(self, what: impl Into<String>) -> Finding {
        self.finding(Level::Well, what.into(), None)
    }

    pub(crate) fn warning(self, what: impl Into<String>, cure: impl Into<String>) -> Finding {
        self.finding(Level::Warning, what.into(), Some(cure.into()))
    }

    pub(crate) fn error(self, what: impl Into<String>, cure: impl Into<String>) -> Finding {
        self.finding(Level::Error, what.into(), Some(cure.into()))
    }

    fn finding(self, level: Level, what: String, cure: Option<String>) -> Finding {
        Finding { check: self.name, level, what, why: self.why, cure }
    }
}
