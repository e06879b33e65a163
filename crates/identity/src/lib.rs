//! Identity: who somebody is, on which device, and for how long.
//!
//! People are accounts or guests, in one table that others may read. A session is a sign-in on a device; it is known by the cookie, or
//! by short access tokens with a family of refresh tokens. [`Authenticator`] tells the gateway who comes.

mod authenticator;
mod lifetimes;
mod migrations;
mod model;
mod recognised;
mod sessions;
mod store;
mod ticket;
mod tokens;
pub mod verbs;
pub mod views;
mod words;

pub use authenticator::Authenticator;
pub use migrations::MIGRATIONS;
pub use model::{DeviceHint, DeviceView, EndReason, IssuedTokens, Person, PersonKind, SessionView, SignedIn};
pub use sessions::{create_guest, open_session};
pub use ticket::Ticket;
pub use tokens::{Claims, Tokens};
pub use words::{DeviceName, Language, Login, NewPassword, Note, Password, PersonName};

use carillon_gate::Entries;

/// The ways in to identity.
pub fn entries(entries: Entries) -> Entries {
    entries
}
