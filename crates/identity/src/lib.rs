//! Identity: who somebody is, on which device, and for how long.
//!
//! People are accounts or guests, in one table that others may read. A session is a sign-in on a device; it is known by the cookie, or
//! by short access tokens with a family of refresh tokens. [`Authenticator`] tells the gateway who comes.
//! Administrators read here what is on record of everybody.

mod account;
mod authenticator;
mod keeping;
mod lifetimes;
mod migrations;
mod model;
mod password;
mod recognised;
mod sessions;
mod shown;
mod store;
mod ticket;
mod tokens;
pub mod verbs;
pub mod views;
mod words;

pub use authenticator::Authenticator;
pub use keeping::{Config, jobs, keep_house};
pub use migrations::MIGRATIONS;
pub use model::{DeviceHint, DeviceView, EndReason, InvitationView, IssuedTokens, Person, PersonKind, SessionView, SignedIn};
pub use password::Passwords;
pub use sessions::{create_guest, open_session};
pub use shown::shown;
pub use ticket::Ticket;
pub use tokens::{Claims, Tokens};
pub use words::{DeviceName, Language, Login, NewPassword, Note, Password, PersonName};

use carillon_gate::Entries;

/// The ways in to identity.
pub fn entries(entries: Entries) -> Entries {
    use verbs::{
        AcceptInvitation, ChangePassword, ChangeRole, CheckAudit, CloseAccount, CreateInvitation, EndAllSessions, EndSession, OpenAccount,
        Refresh, RevokeInvitation, SignIn, SignInByLink, SignOut, UpdateAccount,
    };
    use views::{ListAccounts, ListAudit, ListInvitations, ListSessions, SeeMe};
    entries
        .post::<SignIn>("/api/v1/session")
        .public("whoever signs in is nobody yet")
        .sets_session()
        .guessable()
        .get::<SeeMe>("/api/v1/session")
        .delete::<SignOut>("/api/v1/session")
        .ends_session()
        .post::<SignInByLink>("/api/v1/session/link")
        .public("the link itself is the right")
        .sets_session()
        .guessable()
        .post::<Refresh>("/api/v1/token")
        .public("the refresh token itself is the right")
        .get::<ListSessions>("/api/v1/sessions")
        .delete::<EndAllSessions>("/api/v1/sessions")
        .ends_session()
        .delete::<EndSession>("/api/v1/sessions/{session}")
        .post::<CreateInvitation>("/api/v1/invitations")
        .created()
        .get::<ListInvitations>("/api/v1/invitations")
        .delete::<RevokeInvitation>("/api/v1/invitations/{invitation}")
        .post::<AcceptInvitation>("/api/v1/invitations/accept")
        .public("whoever holds an invitation is nobody yet")
        .sets_session()
        .guessable()
        .get::<ListAccounts>("/api/v1/accounts")
        .post::<CloseAccount>("/api/v1/accounts/{account}/close")
        .post::<OpenAccount>("/api/v1/accounts/{account}/open")
        .post::<ChangeRole>("/api/v1/accounts/{account}/role")
        .get::<ListAudit>("/api/v1/admin/audit")
        .post::<CheckAudit>("/api/v1/admin/audit/check")
        .post::<UpdateAccount>("/api/v1/me")
        .post::<ChangePassword>("/api/v1/me/password")
        .guessable()
}
