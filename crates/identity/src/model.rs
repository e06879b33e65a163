//! The words of identity.

use carillon_core::{DeviceId, InvitationId, PersonId, Principal, Problem, Role, RoomId, SessionId, Timestamp, stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::{DeviceName, Language};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    /// Signs in, stays.
    Account,
    /// Came by a room's link, and belongs to that room only.
    Guest,
}
stored!(PersonKind { Account = "account", Guest = "guest" });
stored!(Language { Fr = "fr", En = "en" });

pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
    }
}
pub(crate) fn read_role(word: &str) -> Result<Role, Problem> {
    match word {
        "member" => Ok(Role::Member),
        "admin" => Ok(Role::Admin),
        other => Err(Problem::broken(format!("a column holds `{other}`"))),
    }
}

/// Somebody, as others see them. Language is shown to oneself only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    pub id: PersonId,
    pub kind: PersonKind,
    pub name: String,
    /// Accounts have one, guests do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Since when the account is closed: administrators see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

/// An invitation, as administrators see it. What opens it is shown to nobody a second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    pub id: InvitationId,
    pub role: Role,
    pub note: String,
    /// Who made it; absent when the server itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<PersonId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// The account that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// A browser profile or an installed app, as its person named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceView {
    pub id: DeviceId,
    pub name: String,
}

/// A sign-in on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    pub id: SessionId,
    pub device: DeviceView,
    pub created_at: Timestamp,
    /// Right to within a few minutes.
    pub seen_at: Timestamp,
    /// It is the one that asks.
    pub current: bool,
}

/// What an app says of the device that it runs on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceHint {
    /// Kept by the app from one sign-in to the next. Without one the server makes one: it is in the answer's session.
    pub id: Option<DeviceId>,
    /// Shown in the list of sessions.
    pub name: Option<DeviceName>,
}

/// For apps that do not keep the cookie: a short-lived token for requests, and a token to fetch the next two with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssuedTokens {
    /// Five minutes of `Authorization: Bearer`.
    pub access_token: String,
    pub access_expires_at: Timestamp,
    /// Good for one use: the answer to it brings the next one.
    pub refresh_token: String,
    pub refresh_expires_at: Timestamp,
}

/// Somebody came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    pub principal: Person,
    pub session: SessionView,
    pub tokens: IssuedTokens,
    /// The room that a guest belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The secret of the session cookie. The gateway takes it out of the answer and sets the cookie; nobody else sees it.
    #[schema(ignore)]
    pub cookie: String,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    SignedOut,
    PasswordChanged,
    /// A refresh token came a second time: somebody has a copy of it.
    TokenReused,
    AccountClosed,
    /// The person has too many sessions, and this was the longest unseen.
    CrowdedOut,
    /// Nobody ended it: its time is over.
    Expired,
}
stored!(EndReason {
    SignedOut = "signed-out",
    PasswordChanged = "password-changed",
    TokenReused = "token-reused",
    AccountClosed = "account-closed",
    CrowdedOut = "crowded-out",
    Expired = "session-expired",
});

impl EndReason {
    /// What whoever comes with that session is told; the problem's name says why.
    pub(crate) fn problem(self) -> Problem {
        Problem::unauthenticated(match self {
            Self::SignedOut => "this session was signed out: sign in again",
            Self::PasswordChanged => "the password was changed: sign in with the new one",
            Self::TokenReused => "a refresh token was used twice, so somebody may have a copy: the session was ended, sign in again",
            Self::AccountClosed => CLOSED,
            Self::CrowdedOut => "there were too many sessions, and this one was the longest unused: sign in again",
            Self::Expired => "this session has expired: sign in again",
        })
        .named(self.word())
    }
}

const CLOSED: &str = "this account is closed: ask whoever runs this server";

/// A person with what only identity needs.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub person: Person,
    pub password: Option<String>,
    pub room: Option<RoomId>,
    pub disabled_at: Option<Timestamp>,
}

impl Known {
    pub(crate) fn open(&self) -> Result<(), Problem> {
        let closed = || Problem::refused(CLOSED).named("account-closed");
        if self.disabled_at.is_some() { Err(closed()) } else { Ok(()) }
    }

    /// Who stands at the gate, when they come with this session.
    pub(crate) fn principal(&self, session: SessionId, device: DeviceId) -> Result<Principal, Problem> {
        let id = self.person.id;
        match (self.person.kind, self.person.role, self.room) {
            (PersonKind::Account, Some(role), _) => Ok(Principal::Account { id, role, session, device }),
            (PersonKind::Guest, _, Some(room)) => Ok(Principal::Guest { id, room, session, device }),
            (kind, ..) => Err(Problem::broken(format!("the {} {id} has neither a role nor a room", kind.word()))),
        }
    }
}

/// A session as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub id: SessionId,
    pub person: PersonId,
    pub device: DeviceId,
    /// The digest of the cookie's text.
    pub cookie: String,
    pub seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub ended: Option<EndReason>,
}
