//! Become an account.

use carillon_core::{Action, InvitationId, Kind, PersonId, Problem, Timestamp};
use carillon_gate::{Change, Cx, Done, Prep, Tx, Verb, View};
use carillon_platform::random;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{DeviceHint, SignedIn},
    password::Passwords,
    sessions,
    store::{self, Invitation, NewAccount},
    ticket::Ticket,
    words::{Login, NewPassword, PersonName},
};

/// Make an account with an invitation, and sign in on this device.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptInvitation {
    pub token: Ticket,
    pub login: Login,
    pub name: PersonName,
    pub password: NewPassword,
    #[serde(default)]
    pub device: DeviceHint,
    /// Made only for those who hold an invitation.
    #[serde(skip)]
    #[schema(ignore)]
    hash: Option<String>,
}

impl Verb for AcceptInvitation {
    const ACTION: Action = Action::InvitationAccept;
    type On = ();
    type Answer = SignedIn;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        if prep.gate.see(prep.who, Good { token: self.token.clone() }).await? {
            self.hash = Some(prep.gate.engines().get::<Passwords>()?.hash(&self.password).await?);
        }
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        vec![InvitationId::uuid(self.token.id()), of_login(&self.login)]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<SignedIn>, Problem> {
        let id: InvitationId = self.token.id();
        let invitation = match standing(&mut cx.tx, &self.token, cx.now).await? {
            Ok(invitation) => invitation,
            Err((problem, why)) => return Ok(Done::failed(problem, Change::of("invitation", id, json!({ "why": why })))),
        };
        let password = self.hash.as_deref().ok_or_else(|| Problem::again("the invitation was made meanwhile"))?;
        if store::account_by_login(&mut cx.tx, self.login.as_str()).await?.is_some() {
            return Err(Problem::conflict("this login is taken: choose another").named("login-taken"));
        }
        let account: PersonId = cx.new_id();
        let (login, name) = (self.login.as_str(), self.name.as_str());
        let new = NewAccount { id: account, login, name, role: invitation.role, password: Some(password), now: cx.now };
        store::add_account(&mut cx.tx, &new).await?;
        if !store::use_invitation(&mut cx.tx, id, account, cx.now).await? {
            return Err(Problem::again("another accepted it at the same moment"));
        }
        sessions::sign_in(cx, account, &self.device, "invitation").await
    }
}

/// Whoever else wants this login waits.
pub(super) fn of_login(login: &Login) -> Uuid {
    let digest = random::digest(format!("login|{}", login.as_str()));
    Uuid::from_bytes(*digest.first_chunk().expect("32 bytes"))
}

type Judged = Result<Invitation, (Problem, &'static str)>;

async fn standing(tx: &mut Tx<'_>, token: &Ticket, now: Timestamp) -> Result<Judged, Problem> {
    let known = store::invitation(tx, token.id()).await?.filter(|invitation| invitation.digest == token.digest());
    Ok(match known {
        None => Err((
            Problem::new(Kind::Missing, "there is no such invitation: copy all of it, or ask for a new one").named("invitation-unknown"),
            "unknown",
        )),
        Some(Invitation { used_at: Some(_), .. }) => {
            Err((Problem::gone("this invitation was accepted already: sign in").named("invitation-used"), "used"))
        }
        Some(Invitation { revoked_at: Some(_), .. }) => {
            Err((Problem::gone("this invitation was taken back: ask for a new one").named("invitation-revoked"), "revoked"))
        }
        Some(invitation) if now >= invitation.expires_at => {
            Err((Problem::gone("this invitation was good for a week: ask for a new one").named("invitation-expired"), "expired"))
        }
        Some(invitation) => Ok(invitation),
    })
}

/// Whether an invitation is worth hashing a password for.
struct Good {
    token: Ticket,
}

impl View for Good {
    const ACTION: Action = Action::InvitationAccept;
    type On = ();
    type Sight = bool;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<bool, Problem> {
        Ok(standing(&mut cx.tx, &self.token, cx.now).await?.is_ok())
    }
}
