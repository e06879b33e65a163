//! Make an account on the machine itself, without an invitation.

use carillon_core::{Action, PersonId, Problem, Role};
use carillon_gate::{Change, Cx, Done, Prep, Verb};
use serde_json::json;
use uuid::Uuid;

use super::{
    accept_invitation::of_login,
    create_admin_link::{AdminLinkMade, link_for},
};
use crate::{
    account::ADMINS,
    password::Passwords,
    store::{self, NewAccount},
    words::{Login, NewPassword, PersonName},
};

/// Make an account. Without a password there is a link by which its person signs in once, and chooses one.
#[derive(Debug, Clone)]
pub struct CreateAccount {
    login: Login,
    name: PersonName,
    role: Role,
    password: Option<NewPassword>,
    hash: Option<String>,
}

impl CreateAccount {
    pub fn new(login: Login, name: PersonName, role: Role, password: Option<NewPassword>) -> Self {
        Self { login, name, role, password, hash: None }
    }
}

impl Verb for CreateAccount {
    const ACTION: Action = Action::AccountCreate;
    type On = ();
    type Answer = Option<AdminLinkMade>;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        if let Some(password) = &self.password {
            self.hash = Some(prep.gate.engines().get::<Passwords>()?.hash(password).await?);
        }
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        vec![ADMINS, of_login(&self.login)]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Option<AdminLinkMade>>, Problem> {
        let login = self.login.as_str();
        if store::account_by_login(&mut cx.tx, login).await?.is_some() {
            return Err(Problem::conflict(format!("the login {login} is taken: choose another")).named("login-taken"));
        }
        let id: PersonId = cx.new_id();
        let new = NewAccount { id, login, name: self.name.as_str(), role: self.role, password: self.hash.as_deref(), now: cx.now };
        store::add_account(&mut cx.tx, &new).await?;
        let link = if self.hash.is_none() { Some(link_for(cx, id).await?.1) } else { None };
        let what = json!({ "role": self.role, "password": self.hash.is_some() });
        Ok(Done::changed(link, Change::of("account", id, what)))
    }
}
