//! What people type, within its bounds: parsed at the edge, trusted inside.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::shown::shown;

/// A text without control characters. The blanks around it count, and go.
fn plain(text: &str, most: usize) -> Option<&str> {
    (text.chars().count() <= most && !text.chars().any(char::is_control)).then(|| text.trim())
}

/// What a person is called: 1 to 80 characters that are seen, and blanks between them: no control or format characters, but for the joiners
/// that some scripts need. Two people may have the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(
    value_type = String,
    min_length = 1,
    max_length = 80,
    pattern = r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb]+$"
)]
pub struct PersonName(String);

impl TryFrom<String> for PersonName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        shown(&text, 80).map(|name| Self(name.into())).ok_or("a name has 1 to 80 characters, not only blanks, none of which is invisible")
    }
}
impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}
impl PersonName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an account signs in with: 2 to 64 of `a-z`, `0-9`, `.`, `_` and `-`. Capitals become small, blanks around it go. Plain ASCII, so
/// that no two logins look alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^ *[A-Za-z0-9._-]{2,64} *$")]
pub struct Login(String);

impl TryFrom<String> for Login {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let login = text.trim_matches(' ').to_ascii_lowercase();
        let fits = (2..=64).contains(&login.len())
            && login.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte));
        if fits { Ok(Self(login)) } else { Err("a login has 2 to 64 characters: letters a to z, digits, `.`, `_` and `-`") }
    }
}
impl From<Login> for String {
    fn from(login: Login) -> Self {
        login.0
    }
}
impl Login {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password as somebody tries it: up to 256 characters.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, max_length = 256, format = Password)]
pub struct Password(Zeroizing<String>);

impl TryFrom<String> for Password {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = Zeroizing::new(text);
        if text.chars().count() <= 256 { Ok(Self(text)) } else { Err("a password has at most 256 characters") }
    }
}
impl Password {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A password that somebody chooses: 8 to 256 characters, whatever they are.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 8, max_length = 256, format = Password)]
pub struct NewPassword(Password);

impl TryFrom<String> for NewPassword {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let long = text.chars().count() >= 8;
        let password = Password::try_from(text)?;
        if long { Ok(Self(password)) } else { Err("a password has at least 8 characters: a few words are best") }
    }
}
impl NewPassword {
    pub(crate) fn password(&self) -> &Password {
        &self.0
    }
}

/// The language that the app speaks with a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Fr,
    En,
}

/// A remark for oneself: up to 200 characters, none of them a control character.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
pub struct Note(String);

impl TryFrom<String> for Note {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        plain(&text, 200).map(|note| Self(note.into())).ok_or("a note has at most 200 characters, none of them a control character")
    }
}
impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}
impl Note {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a device calls itself: up to 80 characters, none of them a control character. Empty: not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, max_length = 80, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
pub struct DeviceName(String);

impl TryFrom<String> for DeviceName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        plain(&text, 80).map(|name| Self(name.into())).ok_or("a device's name has at most 80 characters, none of them a control character")
    }
}
impl From<DeviceName> for String {
    fn from(name: DeviceName) -> Self {
        name.0
    }
}
impl DeviceName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
