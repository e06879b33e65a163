//! How somebody found a call.

use carillon_core::{PersonId, Timestamp, stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallProblem {
    NoSound,
    /// Sound that comes in pieces.
    Choppy,
    Echo,
    NoPicture,
    /// A picture that stands still.
    Frozen,
    /// The connection broke.
    Dropped,
    Other,
}

stored!(CallProblem {
    NoSound = "noSound",
    Choppy = "choppy",
    Echo = "echo",
    NoPicture = "noPicture",
    Frozen = "frozen",
    Dropped = "dropped",
    Other = "other"
});

/// What somebody has to say of a call: up to 500 characters, without U+0000.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 500, pattern = r"^[^\x00]*$")]
pub struct RatingWords(String);

impl TryFrom<String> for RatingWords {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = text.chars().count() <= 500 && !text.contains('\0');
        if fits { Ok(Self(text.trim().into())) } else { Err("the words have at most 500 characters, and no U+0000") }
    }
}
impl RatingWords {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one of those who took part said of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallRating {
    pub person: PersonId,
    pub name: String,
    /// 1 to 5.
    pub rating: i64,
    pub problems: Vec<CallProblem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    pub at: Timestamp,
}
