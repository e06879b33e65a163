//! Close an account, and open it again.

use carillon_core::{Action, PersonId, Problem, Role};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    account::{ADMINS, Account, account, another_admin},
    model::{EndReason, Person},
    sessions::tell_ended,
    store,
};

/// Close an account: all its sessions end at once, nobody signs in to it, and invitations that it made open nothing any more. What its person
/// said stays.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseAccount {
    pub account: PersonId,
}

/// Open a closed account again: its person signs in as before.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    pub account: PersonId,
}

impl Verb for CloseAccount {
    const ACTION: Action = Action::AccountClose;
    type On = Account;
    type Answer = Person;

    fn locks(&self) -> Vec<Uuid> {
        vec![ADMINS, self.account.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Account, Problem> {
        account(cx, self.account).await
    }

    async fn apply(&self, on: Account, cx: &mut Cx<'_>) -> Result<Done<Person>, Problem> {
        let (id, known) = (self.account, on.known);
        if let Some(closed_at) = known.disabled_at {
            return Ok(Done::repeated(seen(known.person, Some(closed_at))));
        }
        if known.person.role == Some(Role::Admin) {
            another_admin(cx, id).await?;
        }
        store::set_closed(&mut cx.tx, id, Some(cx.now)).await?;
        let ended = store::end_sessions(&mut cx.tx, id, None, EndReason::AccountClosed, cx.now).await?;
        let revoked = store::revoke_invitations_of(&mut cx.tx, id, cx.now).await?;
        let what = json!({ "closed": true, "sessionsEnded": ended.len(), "invitationsRevoked": revoked });
        let done = Done::changed(seen(known.person, Some(cx.now)), Change::of("account", id, what));
        Ok(tell_ended(done, ended, cx.now).hint(Topic::Person(id), cx.now.0))
    }
}

impl Verb for OpenAccount {
    const ACTION: Action = Action::AccountOpen;
    type On = Account;
    type Answer = Person;

    fn locks(&self) -> Vec<Uuid> {
        vec![ADMINS, self.account.uuid()]
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Account, Problem> {
        account(cx, self.account).await
    }

    async fn apply(&self, on: Account, cx: &mut Cx<'_>) -> Result<Done<Person>, Problem> {
        let (id, known) = (self.account, on.known);
        let answer = seen(known.person, None);
        if known.disabled_at.is_none() {
            return Ok(Done::repeated(answer));
        }
        store::set_closed(&mut cx.tx, id, None).await?;
        Ok(Done::changed(answer, Change::of("account", id, json!({ "closed": false }))).hint(Topic::Person(id), cx.now.0))
    }
}

/// As administrators see them: a language is shown to oneself only.
fn seen(person: Person, closed_at: Option<carillon_core::Timestamp>) -> Person {
    Person { closed_at, language: None, ..person }
}
