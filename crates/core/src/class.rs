//! How far a value may travel.

use serde::Serialize;

/// What a value is about. Logs, traces and prompts take `Public` and `Internal`; the rest only where a policy says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DataClass {
    /// May be shown to anybody.
    Public,
    /// About the system: ids, counts, times.
    Internal,
    /// About a person, or said by one.
    Personal,
    /// Opens something, or shows what somebody said in confidence: seeing it is recorded.
    Sensitive,
}
