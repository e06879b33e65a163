//! Take an invitation back.

use carillon_core::{Action, InvitationId, Problem};
use carillon_gate::{Change, Cx, Done, Empty, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store;

/// Take an invitation back that nobody has accepted: it opens nothing any more.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeInvitation {
    pub invitation: InvitationId,
}

/// Who made it.
#[derive(Debug, Serialize)]
pub struct Made {
    creator: Uuid,
    #[serde(skip)]
    used: bool,
}

impl Verb for RevokeInvitation {
    const ACTION: Action = Action::InvitationRevoke;
    type On = Made;
    type Answer = Empty;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.invitation.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Made, Problem> {
        let invitation = store::invitation(&mut cx.tx, self.invitation).await?.ok_or_else(|| Problem::missing("invitation"))?;
        Ok(Made { creator: invitation.creator, used: invitation.used_at.is_some() })
    }

    async fn apply(&self, on: Made, cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        if on.used {
            let late = "this invitation was accepted already: close the account that came of it, if it should not be";
            return Err(Problem::gone(late).named("invitation-used"));
        }
        if !store::revoke_invitation(&mut cx.tx, self.invitation, cx.now).await? {
            return Ok(Done::repeated(Empty {}));
        }
        Ok(Done::changed(Empty {}, Change::of("invitation", self.invitation, json!({ "revoked": true }))))
    }
}
