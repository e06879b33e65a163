//! Sign in with a password.

use carillon_core::{Action, DeviceId, PersonId, Principal, Problem, SessionId};
use carillon_gate::{Change, Cx, Done, Prep, Verb, View};
use carillon_platform::limits::Key;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{DeviceHint, SignedIn},
    password::{Compared, From, Passwords},
    sessions, store,
    words::{Login, Password},
};

/// Sign in with a login and a password, on this device.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    pub login: Login,
    pub password: Password,
    #[serde(default)]
    pub device: DeviceHint,
    #[serde(skip)]
    #[schema(ignore)]
    tried: Tried,
}

/// What the password was compared with, and how that went.
#[derive(Debug, Clone, Default)]
struct Tried {
    account: Option<PersonId>,
    kept: Option<String>,
    compared: Compared,
}

impl Verb for SignIn {
    const ACTION: Action = Action::SessionSignIn;
    type On = ();
    type Answer = SignedIn;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        let passwords = prep.gate.engines().get::<Passwords>()?;
        let kept = Kept { login: self.login.clone(), device: self.device.id };
        let Sight { account, kept, known_device } = prep.gate.see(prep.who, kept).await?;
        let from = known_device.map_or_else(|| From::Elsewhere(place(prep.who)), |device| From::Known(device.uuid()));
        let attempt = passwords.attempt(self.login.as_str(), from)?;
        let compared = passwords.compare(&self.password, kept.as_deref()).await?;
        if compared.right {
            attempt.was_right();
        }
        self.tried = Tried { account, kept, compared };
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.tried.account.into_iter().map(PersonId::uuid).collect()
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<SignedIn>, Problem> {
        let Tried { account, kept, compared } = &self.tried;
        let known = match account {
            Some(account) => store::person(&mut cx.tx, *account).await?,
            None => None,
        };
        let failed = |whom: String, why: &str| Change { subject: format!("account:{whom}"), what: json!({ "why": why }) };
        let Some(known) = known.filter(|_| compared.right) else {
            let whom = account.map_or_else(|| "unknown".into(), |account| account.to_string());
            let wrong = Problem::unauthenticated("the login or the password is wrong").named("sign-in-failed");
            return Ok(Done::failed(wrong, failed(whom, "password")));
        };
        if known.password != *kept {
            return Err(Problem::again("the password was changed meanwhile"));
        }
        let person = known.person.id;
        if let Err(closed) = known.open() {
            return Ok(Done::failed(closed, failed(person.to_string(), "closed")));
        }
        if let Some(better) = &compared.better {
            store::set_password(&mut cx.tx, person, Some(better)).await?;
        }
        sessions::sign_in(cx, person, &self.device, "password").await
    }
}

/// Where somebody comes from who is nobody yet, or somebody else.
fn place(who: &Principal) -> Key {
    match who {
        Principal::Anonymous { address: Some(address) } => Key::address(*address),
        who => Key::id(who.session().map_or(Uuid::nil(), SessionId::uuid)),
    }
}

/// What is kept of an account's password, and whether it knows the device.
struct Kept {
    login: Login,
    device: Option<DeviceId>,
}

#[derive(Default)]
struct Sight {
    account: Option<PersonId>,
    kept: Option<String>,
    known_device: Option<DeviceId>,
}

impl View for Kept {
    const ACTION: Action = Action::SessionSignIn;
    type On = ();
    type Sight = Sight;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Sight, Problem> {
        let Some(known) = store::account_by_login(&mut cx.tx, self.login.as_str()).await? else { return Ok(Sight::default()) };
        let account = known.person.id;
        let known_device = match self.device {
            Some(device) if store::has_device(&mut cx.tx, account, device).await? => Some(device),
            _ => None,
        };
        Ok(Sight { account: Some(account), kept: known.password, known_device })
    }
}
