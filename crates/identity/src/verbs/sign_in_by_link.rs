//! Sign in by an administrator's one-time link.

use carillon_core::{Action, Id, Kind, Problem};
use carillon_gate::{Change, Cx, Done, Verb};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{DeviceHint, SignedIn},
    sessions,
    store::{self, Link},
    ticket::Ticket,
};

/// Sign in by a one-time link, on this device.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInByLink {
    pub token: Ticket,
    #[serde(default)]
    pub device: DeviceHint,
}

impl Verb for SignInByLink {
    const ACTION: Action = Action::SessionSignInByLink;
    type On = ();
    type Answer = SignedIn;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.token.id::<Link>().uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<SignedIn>, Problem> {
        let id: Id<Link> = self.token.id();
        let failed = |problem, why: &str| Ok(Done::failed(problem, Change::of("adminLink", id, json!({ "why": why }))));
        let known = store::admin_link(&mut cx.tx, id).await?.filter(|link| link.digest == self.token.digest());
        let Some(link) = known else {
            return failed(
                Problem::new(Kind::Missing, "there is no such link: copy all of it, or ask for a new one").named("link-unknown"),
                "unknown",
            );
        };
        if link.used_at.is_some() {
            return failed(Problem::gone("this link was used already: ask for a new one").named("link-used"), "used");
        }
        if cx.now >= link.expires_at {
            return failed(Problem::gone("this link was good for 15 minutes: ask for a new one").named("link-expired"), "expired");
        }
        let known = store::person(&mut cx.tx, link.account).await?.ok_or_else(|| Problem::missing("account"))?;
        if let Err(closed) = known.open() {
            return failed(closed, "closed");
        }
        if !store::use_admin_link(&mut cx.tx, id, cx.now).await? {
            return Err(Problem::again("another came by this link at the same moment"));
        }
        sessions::sign_in(cx, link.account, &self.device, "link").await
    }
}
