//! The words of rooms.

use carillon_core::{PersonId, RoomId, Timestamp, stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RoomKind {
    /// Anybody may be added, and a link lets guests in.
    Group,
    /// Two accounts, for ever these two.
    Direct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RoomRole {
    Owner,
    Member,
    Guest,
}

stored!(RoomKind { Group = "group", Direct = "direct" });
stored!(RoomRole { Owner = "owner", Member = "member", Guest = "guest" });

/// What an owner may make of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum GivenRole {
    Owner,
    Member,
}

impl From<GivenRole> for RoomRole {
    fn from(given: GivenRole) -> Self {
        match given {
            GivenRole::Owner => Self::Owner,
            GivenRole::Member => Self::Member,
        }
    }
}

/// A room as one person stands to it: what the policy must know.
#[derive(Debug, Clone, Serialize)]
pub struct RoomFor {
    pub room: RoomId,
    pub kind: RoomKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership: Option<Membership>,
    /// Whom the act is about, when it is about somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<PersonId>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Membership {
    pub role: RoomRole,
    pub muted: bool,
}

/// A room in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomSummary {
    pub id: RoomId,
    /// A direct room is called by the other person's name.
    pub name: String,
    pub kind: RoomKind,
    /// Another one when an older copy of the database was put back: a cursor of another epoch means nothing.
    pub epoch: Uuid,
    /// The `seq` of the last event.
    pub head: i64,
    /// When that was.
    pub last_at: Timestamp,
}

/// A room as its members see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomView {
    #[serde(flatten)]
    pub summary: RoomSummary,
    /// Owners, then other accounts, then guests, each in the order of joining; 500 at most.
    pub members: Vec<MemberView>,
    /// The secret that lets others in: owners and members see it, guests do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberView {
    pub id: PersonId,
    /// `account` or `guest`.
    pub kind: String,
    pub name: String,
    pub role: RoomRole,
}

/// 1 to 80 characters that are seen, and blanks between them: no control or format characters, but for the joiners that some scripts need.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(
    value_type = String,
    min_length = 1,
    max_length = 80,
    pattern = r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb]+$"
)]
pub struct RoomName(String);

impl TryFrom<String> for RoomName {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let why = "a room's name has 1 to 80 characters, not only blanks, none of which is invisible";
        carillon_identity::shown(&text, 80).map(|name| Self(name.into())).ok_or_else(|| why.into())
    }
}
impl RoomName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody says: 1 byte to 16 KiB of UTF-8, not only blanks, without U+0000.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 16384, pattern = r"^[^\x00]*[^\s\x00\x85][^\x00]*$")]
pub struct Text(String);

impl TryFrom<String> for Text {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let fits = (1..=16 * 1024).contains(&text.len()) && !text.contains('\0') && !text.trim().is_empty();
        if fits { Ok(Self(text)) } else { Err("a message has 1 byte to 16 KiB of text, not only blanks, and no U+0000".into()) }
    }
}
impl Text {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
