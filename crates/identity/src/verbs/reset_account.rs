//! Give somebody another way in, on the machine itself: the password was lost, or is known to others.

use carillon_core::{Action, PersonId, Problem};
use carillon_gate::{Change, Cx, Done, Prep, Topic, Verb, View};
use carillon_platform::jobs;
use serde_json::json;
use uuid::Uuid;

use super::create_admin_link::{AdminLinkMade, link_for};
use crate::{
    account::{Account, account},
    keeping::TELL_ENDED,
    model::EndReason,
    password::Passwords,
    sessions::tell_ended,
    store,
    words::{Login, NewPassword},
};

/// End all sessions of an account, and its links that nobody came by yet. Its password is the new one; or none, and there is a link by
/// which its person signs in once and chooses one.
#[derive(Debug, Clone)]
pub struct ResetAccount {
    login: Login,
    password: Option<NewPassword>,
    account: Option<PersonId>,
    hash: Option<String>,
}

impl ResetAccount {
    pub fn new(login: Login, password: Option<NewPassword>) -> Self {
        Self { login, password, account: None, hash: None }
    }
}

impl Verb for ResetAccount {
    const ACTION: Action = Action::AccountReset;
    type On = Account;
    type Answer = Option<AdminLinkMade>;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.account = Some(prep.gate.see(prep.who, OfLogin(self.login.clone())).await?);
        if let Some(password) = &self.password {
            self.hash = Some(prep.gate.engines().get::<Passwords>()?.hash(password).await?);
        }
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.account.into_iter().map(PersonId::uuid).collect()
    }

    async fn load(&self, cx: &mut Cx<'_>) -> Result<Account, Problem> {
        account(cx, self.account.ok_or_else(|| Problem::broken("nothing was prepared"))?).await
    }

    async fn apply(&self, on: Account, cx: &mut Cx<'_>) -> Result<Done<Option<AdminLinkMade>>, Problem> {
        on.known.open()?;
        let id = on.known.person.id;
        // Before the sessions: whoever comes by such a link at this moment has a session that ends, or no link.
        store::drop_admin_links(&mut cx.tx, id).await?;
        store::set_password(&mut cx.tx, id, self.hash.as_deref()).await?;
        let ended = store::end_sessions(&mut cx.tx, id, None, EndReason::PasswordChanged, cx.now).await?;
        let link = if self.hash.is_none() { Some(link_for(cx, id).await?.1) } else { None };
        if !ended.is_empty() {
            // It is most often done beside the server that these sessions are remembered by.
            jobs::schedule(&mut cx.tx, TELL_ENDED, id.uuid(), cx.now, "").await?;
        }
        let what = json!({ "password": self.hash.is_some(), "sessionsEnded": ended.len() });
        let done = Done::changed(link, Change::of("account", id, what));
        Ok(tell_ended(done, ended, cx.now).hint(Topic::Jobs, cx.now.0))
    }
}

/// Whose login this is.
struct OfLogin(Login);

impl View for OfLogin {
    const ACTION: Action = Action::AccountReset;
    type On = ();
    type Sight = PersonId;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<PersonId, Problem> {
        let login = self.0.as_str();
        let known = store::account_by_login(&mut cx.tx, login).await?;
        Ok(known.ok_or_else(|| Problem::missing("account"))?.person.id)
    }
}
