//! What can be seen of people and sessions.

mod record;

pub use record::{AuditActor, AuditEvent, AuditEvents, AuditOutcome, ListAudit};

use carillon_core::{Action, InvitationId, PersonId, Principal, Problem, SessionId, Timestamp};
use carillon_gate::{Cx, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    lifetimes::SESSION_UNUSED,
    model::{InvitationView, Person, SessionView},
    store,
};

/// Sessions in one answer: more than stand at once.
const SESSIONS: i64 = 200;

/// Who one is, and by which session.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeeMe {}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Me {
    pub principal: Person,
    pub session: SessionView,
}

impl View for SeeMe {
    const ACTION: Action = Action::SessionSee;
    type On = ();
    type Sight = Me;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Me, Problem> {
        let (Some(person), Some(session)) = (cx.who.person(), cx.who.session()) else { return Err(Problem::missing("session")) };
        let known = store::person(&mut cx.tx, person).await?.ok_or_else(|| Problem::missing("person"))?;
        let session = store::session_seen(&mut cx.tx, session).await?.ok_or_else(|| Problem::missing("session"))?;
        Ok(Me { principal: known.person, session })
    }
}

/// One's own sessions, the last used first.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSessions {}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sessions {
    pub sessions: Vec<SessionView>,
}

impl View for ListSessions {
    const ACTION: Action = Action::SessionList;
    type On = ();
    type Sight = Sessions;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Sessions, Problem> {
        let Some(person) = cx.who.person() else { return Ok(Sessions { sessions: Vec::new() }) };
        Ok(Sessions { sessions: store::sessions_of(&mut cx.tx, person, cx.who.session(), cx.now, SESSIONS).await? })
    }
}

/// The accounts of this server, or those whose name or login holds a text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAccounts {
    /// A part of the name or login; capitals or not. At most 80 characters, without U+0000.
    #[schema(max_length = 80, pattern = r"^[^\x00]*$")]
    pub query: Option<String>,
    /// Those that are closed, instead of those that are open: for administrators.
    pub closed: Option<bool>,
    /// `next` of the page before.
    pub after: Option<PersonId>,
    /// 1 to 100; 50 unless said.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Accounts {
    pub accounts: Vec<Person>,
    /// There may be more after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<PersonId>,
}

/// Which accounts.
#[derive(Debug, Serialize)]
pub struct Which {
    closed: bool,
}

impl View for ListAccounts {
    const ACTION: Action = Action::AccountList;
    type On = Which;
    type Sight = Accounts;

    async fn load(&self, _: &mut Cx<'_>) -> Result<Which, Problem> {
        Ok(Which { closed: self.closed.unwrap_or(false) })
    }
    async fn show(self, Which { closed }: Which, cx: &mut Cx<'_>) -> Result<Accounts, Problem> {
        let limit = up_to_100(self.limit)?;
        if self.query.as_ref().is_some_and(|part| part.chars().count() > 80 || part.contains('\0')) {
            return Err(Problem::invalid("`query` has at most 80 characters, and no U+0000"));
        }
        let part = self.query.as_deref().map(str::trim).filter(|part| !part.is_empty());
        let accounts = store::accounts(&mut cx.tx, closed, part, self.after, limit).await?;
        let next = accounts.last().filter(|_| accounts.len() as i64 == limit).map(|last| last.id);
        Ok(Accounts { accounts, next })
    }
}

/// The invitations of this server, the newest first: for administrators.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListInvitations {
    /// `next` of the page before.
    pub after: Option<InvitationId>,
    /// 1 to 100; 50 unless said.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Invitations {
    pub invitations: Vec<InvitationView>,
    /// There may be more after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<InvitationId>,
}

impl View for ListInvitations {
    const ACTION: Action = Action::InvitationList;
    type On = ();
    type Sight = Invitations;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Invitations, Problem> {
        let limit = up_to_100(self.limit)?;
        let invitations = store::invitations(&mut cx.tx, self.after, limit).await?;
        let next = invitations.last().filter(|_| invitations.len() as i64 == limit).map(|last| last.id);
        Ok(Invitations { invitations, next })
    }
}

fn up_to_100(limit: Option<i64>) -> Result<i64, Problem> {
    let limit = limit.unwrap_or(50);
    if (1..=100).contains(&limit) { Ok(limit) } else { Err(Problem::invalid("`limit` is 1 to 100")) }
}

/// Which sessions of a person have ended since then.
pub(crate) struct EndedSince {
    pub person: PersonId,
    pub since: Timestamp,
}

impl View for EndedSince {
    const ACTION: Action = Action::SessionRecognise;
    type On = ();
    type Sight = Vec<SessionId>;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Vec<SessionId>, Problem> {
        store::ended_since(&mut cx.tx, self.person, self.since, SESSIONS).await
    }
}

/// Which principal a session stands for.
pub(crate) struct Recognise {
    pub session: SessionId,
}

/// A session that stands.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub principal: Principal,
    /// The digest of its cookie.
    pub cookie: String,
    pub until: Timestamp,
    pub seen_at: Timestamp,
}

impl View for Recognise {
    const ACTION: Action = Action::SessionRecognise;
    type On = ();
    type Sight = Standing;

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Standing, Problem> {
        let unknown = || Problem::unauthenticated("there is no such session: sign in").named("session-unknown");
        let session = store::session(&mut cx.tx, self.session).await?.ok_or_else(unknown)?;
        session.stands(cx.now)?;
        let person = store::person(&mut cx.tx, session.person).await?.ok_or_else(unknown)?;
        person.open().map_err(|closed| Problem::unauthenticated(closed.detail).named("account-closed"))?;
        Ok(Standing {
            principal: person.principal(session.id, session.device)?,
            cookie: session.cookie,
            until: session.expires_at.min(session.seen_at.plus(SESSION_UNUSED)),
            seen_at: session.seen_at,
        })
    }
}
