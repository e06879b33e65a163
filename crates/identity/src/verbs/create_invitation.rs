//! Invite somebody to have an account.

use carillon_core::{Action, InvitationId, PersonId, Problem, RequestId, Role, Timestamp};
use carillon_gate::{Change, Cx, Done, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Tokens,
    lifetimes::INVITATION,
    store::{self, Invitation},
    ticket::Ticket,
    words::Note,
};

/// What seals the tokens of invitations.
pub(crate) const SEALED: &str = "identity.invitations";

/// Invite somebody: whoever has the token may make one account with it, within a week.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateInvitation {
    pub request_id: RequestId,
    pub role: Role,
    /// For oneself: whom it is for.
    #[serde(default)]
    pub note: Note,
}

/// An invitation, to be handed on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invited {
    pub id: InvitationId,
    pub token: String,
    pub expires_at: Timestamp,
}

impl Verb for CreateInvitation {
    const ACTION: Action = Action::InvitationCreate;
    type On = ();
    type Answer = Invited;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.request_id.uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Invited>, Problem> {
        let tokens = cx.engines.get::<Tokens>()?;
        let creator = cx.who.person().map_or(Uuid::nil(), PersonId::uuid);
        if let Some(Invitation { id, sealed, expires_at, used_at, revoked_at, role, note, .. }) =
            store::invited_before(&mut cx.tx, creator, self.request_id).await?
        {
            if role != self.role || note != self.note.as_str() {
                return Err(Problem::conflict("this `requestId` made another invitation: make a new one"));
            }
            if revoked_at.is_some() {
                return Err(Problem::gone("this request made an invitation, and it was taken back").named("invitation-revoked"));
            }
            if used_at.is_some() {
                return Err(Problem::gone("this request made an invitation, and somebody has accepted it").named("invitation-used"));
            }
            return Ok(Done::repeated(Invited { id, token: tokens.unseal(SEALED, &belongs(id), &sealed)?, expires_at }));
        }
        let id: InvitationId = cx.new_id();
        let (ticket, expires_at) = (Ticket::new(id), cx.now.plus(INVITATION));
        let sealed = tokens.seal(SEALED, &belongs(id), ticket.text())?;
        let (digest, note) = (ticket.digest(), self.note.as_str().into());
        let new = Invitation { id, role: self.role, digest, sealed, expires_at, used_at: None, revoked_at: None, note, creator };
        store::add_invitation(&mut cx.tx, &new, self.request_id, cx.now).await?;
        let answer = Invited { id, token: ticket.text().into(), expires_at };
        Ok(Done::changed(answer, Change::of("invitation", id, json!({ "role": self.role }))))
    }
}

fn belongs(invitation: InvitationId) -> String {
    format!("invitations|sealed|{invitation}")
}
