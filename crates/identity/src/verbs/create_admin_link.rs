//! Make a one-time link that signs an administrator in.

use carillon_core::{Action, Id, PersonId, Problem, Role, Timestamp};
use carillon_gate::{Change, Cx, Done, Verb};
use serde_json::json;
use uuid::Uuid;

use crate::{
    account::ADMINS,
    lifetimes::ADMIN_LINK,
    store::{self, AdminLink, Link, NewAccount},
    ticket::Ticket,
};

const LOGIN: &str = "admin";

/// Make a link that signs an administrator in, once and within 15 minutes. If there is no open administrator, their account is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct CreateAdminLink {
    /// Only while no administrator has a password: a server that is in use prints no link at each start.
    pub unless_settled: bool,
}

#[derive(Debug, Clone)]
pub struct AdminLinkMade {
    pub token: String,
    pub expires_at: Timestamp,
}

impl Verb for CreateAdminLink {
    const ACTION: Action = Action::AdminLinkCreate;
    type On = ();
    type Answer = Option<AdminLinkMade>;

    fn locks(&self) -> Vec<Uuid> {
        vec![ADMINS] // two processes that start at the same time make one first account
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Option<AdminLinkMade>>, Problem> {
        if self.unless_settled && store::admin_has_password(&mut cx.tx).await? {
            return Ok(Done::repeated(None));
        }
        let known = store::first_admin(&mut cx.tx).await?;
        let account = match known {
            Some(account) => account,
            None => first_account(cx).await?,
        };
        let (id, made) = link_for(cx, account).await?;
        let what = json!({ "account": account, "newAccount": known.is_none() });
        Ok(Done::changed(Some(made), Change::of("adminLink", id, what)))
    }
}

/// A link that signs in this account.
pub(super) async fn link_for(cx: &mut Cx<'_>, account: PersonId) -> Result<(Id<Link>, AdminLinkMade), Problem> {
    let id = cx.new_id();
    let (ticket, expires_at) = (Ticket::new(id), cx.now.plus(ADMIN_LINK));
    let link = AdminLink { account, digest: ticket.digest(), expires_at, used_at: None };
    store::add_admin_link(&mut cx.tx, id, &link).await?;
    Ok((id, AdminLinkMade { token: ticket.text().into(), expires_at }))
}

async fn first_account(cx: &mut Cx<'_>) -> Result<PersonId, Problem> {
    let id: PersonId = cx.new_id();
    let taken = store::account_by_login(&mut cx.tx, LOGIN).await?.is_some();
    let login = if taken { format!("{LOGIN}-{}", id.uuid().simple()) } else { LOGIN.into() };
    let new = NewAccount { id, login: &login, name: "Admin", role: Role::Admin, password: None, now: cx.now };
    store::add_account(&mut cx.tx, &new).await?;
    Ok(id)
}
