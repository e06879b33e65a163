//! Make an account an administrator, or a member again.

use carillon_core::{Action, PersonId, Problem, Role};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    account::{ADMINS, Account, account, another_admin},
    model::Person,
    store,
};

/// Make an account an administrator, or a member again. It counts at once, on all its devices; invitations that somebody made who is no
/// administrator any more open nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    pub account: PersonId,
    pub role: Role,
}

impl Verb for ChangeRole {
    const ACTION: Action = Action::AccountRole;
    type On = Account;
    type Answer = Person;

    fn locks(&self) -> Vec<Uuid> {
        vec![ADMINS, self.account.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Account, Problem> {
        account(cx, self.account).await
    }

    async fn apply(&self, on: Account, cx: &mut Cx<'_>) -> Result<Done<Person>, Problem> {
        let (id, known, role) = (self.account, on.known, self.role);
        let before = known.person.role;
        let answer = Person { role: Some(role), language: None, closed_at: known.disabled_at, ..known.person };
        if before == Some(role) {
            return Ok(Done::repeated(answer));
        }
        let mut revoked = 0;
        if role == Role::Member {
            another_admin(cx, id).await?;
            revoked = store::revoke_invitations_of(&mut cx.tx, id, cx.now).await?;
        }
        store::set_role(&mut cx.tx, id, role).await?;
        let change = Change::of("account", id, json!({ "role": role, "invitationsRevoked": revoked }));
        Ok(Done::changed(answer, change).hint(Topic::Person(id), cx.now.0))
    }
}
