//! Choose a password, or another one.

use carillon_core::{Action, PersonId, Problem, SessionId};
use carillon_gate::{Change, Cx, Done, Empty, Prep, Verb, View};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{EndReason, Known},
    password::{From, Passwords},
    sessions::tell_ended,
    store,
    words::{NewPassword, Password},
};

/// Choose a password. Whoever has one must say it; all other sessions end.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    pub new: NewPassword,
    pub old: Option<Password>,
    #[serde(skip)]
    #[schema(ignore)]
    tried: Tried,
}

#[derive(Debug, Clone, Default)]
struct Tried {
    account: Option<PersonId>,
    kept: Option<String>,
    /// The hash of the new one, if the old one was right.
    hash: Option<String>,
}

impl Verb for ChangePassword {
    const ACTION: Action = Action::PasswordChange;
    type On = ();
    type Answer = Empty;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        let passwords = prep.gate.engines().get::<Passwords>()?;
        let Known { person, password: kept, .. } = prep.gate.see(prep.who, Own {}).await?;
        let right = match (&self.old, &kept) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(old), Some(kept)) => {
                // Somebody has the session; others who guess at this account do not hold them up.
                let here = prep.who.session().map_or(Uuid::nil(), SessionId::uuid);
                let attempt = passwords.attempt(person.login.as_deref().unwrap_or_default(), From::Known(here))?;
                let right = passwords.compare(old, Some(kept)).await?.right;
                if right {
                    attempt.was_right();
                }
                right
            }
        };
        let hash = if right { Some(passwords.hash(&self.new).await?) } else { None };
        self.tried = Tried { account: Some(person.id), kept, hash };
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.tried.account.into_iter().map(PersonId::uuid).collect()
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Empty>, Problem> {
        let account = self.tried.account.ok_or_else(|| Problem::broken("nothing was prepared"))?;
        let known = store::person(&mut cx.tx, account).await?.ok_or_else(|| Problem::missing("account"))?;
        if known.password != self.tried.kept {
            return Err(Problem::again("the password was changed meanwhile"));
        }
        let Some(hash) = &self.tried.hash else {
            let wrong = Problem::refused("the old password is not right").named("wrong-password");
            return Ok(Done::failed(wrong, Change::of("account", account, json!({ "why": "password" }))));
        };
        store::set_password(&mut cx.tx, account, Some(hash)).await?;
        let ended = store::end_sessions(&mut cx.tx, account, cx.who.session(), EndReason::PasswordChanged, cx.now).await?;
        let change = Change::of("account", account, json!({ "first": known.password.is_none(), "sessionsEnded": ended.len() }));
        Ok(tell_ended(Done::changed(Empty {}, change), ended, cx.now))
    }
}

/// Oneself, with what is kept of the password.
struct Own {}

impl View for Own {
    const ACTION: Action = Action::PasswordChange;
    type On = ();
    type Sight = Known;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Known, Problem> {
        let me = cx.who.person().ok_or_else(|| Problem::missing("account"))?;
        store::person(&mut cx.tx, me).await?.ok_or_else(|| Problem::missing("account"))
    }
}
