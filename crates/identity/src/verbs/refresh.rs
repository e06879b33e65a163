//! Fetch the next two tokens.
//!
//! The tokens of a session are one family, in generations. The newest is good once; the one before it is taken once more while the
//! newest is young and unused, because an answer was lost or two tabs asked. Anything else means that somebody has a copy: that
//! session ends, and no other. Generations count, not times: clocks are too coarse to order two requests.

use carillon_core::{Action, Problem, SessionId};
use carillon_gate::{Change, Cx, Done, Topic, Verb};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Tokens,
    lifetimes::REFRESH_AGAIN,
    model::{EndReason, IssuedTokens},
    sessions::{REFRESH, RefreshText, belongs, issue},
    store::{self, Family},
    tokens::unfit,
};

/// Fetch the next two tokens by the refresh token, which is good once.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    pub refresh_token: RefreshText,
}

/// Which token of its family somebody came with.
enum Place {
    Newest,
    /// The one before, for the first time and soon enough.
    Before,
    /// One that had its time.
    Past,
}

impl Verb for Refresh {
    const ACTION: Action = Action::SessionRefresh;
    type On = ();
    type Answer = IssuedTokens;

    fn locks(&self) -> Vec<Uuid> {
        vec![self.refresh_token.session().uuid()]
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<IssuedTokens>, Problem> {
        let (text, id) = (&self.refresh_token, self.refresh_token.session());
        let known = store::family(&mut cx.tx, id).await?.filter(|family| family.shared == text.family.digest());
        let family = known.ok_or_else(|| unfit("no refresh token of ours"))?;
        let session = store::session(&mut cx.tx, id).await?.ok_or_else(|| Problem::broken("a family without its session"))?;
        session.stands(cx.now)?;
        let who = store::person(&mut cx.tx, session.person).await?.ok_or_else(|| Problem::broken("a session without its person"))?;
        who.open()?;
        let tokens = cx.engines.get::<Tokens>()?;
        let next = match self.place(&family, cx) {
            Place::Newest => {
                let next = text.next();
                let generation = family.generation + 1;
                store::next_generation(&mut cx.tx, id, &next.family(tokens, generation, cx.now)?).await?;
                next
            }
            Place::Before => {
                store::repeat_generation(&mut cx.tx, id).await?;
                let newest = tokens.unseal(REFRESH, &belongs(id, family.generation), &family.sealed)?;
                RefreshText::read(&newest).ok_or_else(|| Problem::broken("what was sealed is no refresh token"))?
            }
            Place::Past => return reused(cx, id, &family).await,
        };
        if !store::touch(&mut cx.tx, id, cx.now).await? {
            return Err(Problem::again("the session ended at the same moment"));
        }
        let issued = issue(tokens, &who, &session, &next, cx.now)?;
        Ok(Done::changed(issued, Change::of("session", id, json!({ "after": family.generation }))))
    }
}

impl Refresh {
    fn place(&self, family: &Family, cx: &Cx<'_>) -> Place {
        let digest = self.refresh_token.digest();
        if digest == family.newest {
            return Place::Newest;
        }
        let before = family.previous.as_ref() == Some(&digest) && !family.repeated;
        if before && cx.now.since(family.made_at) <= REFRESH_AGAIN { Place::Before } else { Place::Past }
    }
}

async fn reused(cx: &mut Cx<'_>, session: SessionId, family: &Family) -> Result<Done<IssuedTokens>, Problem> {
    let why = EndReason::TokenReused;
    store::end_session(&mut cx.tx, session, why, cx.now).await?;
    let change = Change::of("session", session, json!({ "ended": why.word(), "generation": family.generation }));
    Ok(Done::failed(why.problem(), change).hint(Topic::Session(session), cx.now.0))
}
