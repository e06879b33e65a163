//! What can be done about accounts and sessions: one file each.

mod accept_invitation;
mod change_password;
mod change_role;
mod close_account;
mod create_account;
mod create_admin_link;
mod create_invitation;
mod end_all_sessions;
mod end_session;
mod note_seen;
mod purge;
mod refresh;
mod reset_account;
mod revoke_invitation;
mod sign_in;
mod sign_in_by_link;
mod update_account;

pub use accept_invitation::AcceptInvitation;
pub use change_password::ChangePassword;
pub use change_role::ChangeRole;
pub use close_account::{CloseAccount, OpenAccount};
pub use create_account::CreateAccount;
pub use create_admin_link::{AdminLinkMade, CreateAdminLink};
pub(crate) use create_invitation::SEALED as INVITATIONS;
pub use create_invitation::{CreateInvitation, Invited};
pub use end_all_sessions::{EndAllSessions, EndedSessions};
pub use end_session::{EndSession, SignOut};
pub use note_seen::NoteSeen;
pub use purge::Purge;
pub use refresh::Refresh;
pub use reset_account::ResetAccount;
pub use revoke_invitation::RevokeInvitation;
pub use sign_in::SignIn;
pub use sign_in_by_link::SignInByLink;
pub use update_account::UpdateAccount;
