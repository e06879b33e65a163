//! Who comes: the holder of a session cookie, or the bearer of an access token.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use carillon_core::{Principal, Problem, SessionId, Timestamp};
use carillon_gate::{Gate, Topic};

use crate::{
    Tokens,
    lifetimes::{RECOGNISED, SEEN},
    recognised::Recognised,
    ticket::Ticket,
    tokens::unfit,
    verbs::NoteSeen,
    views::{Recognise, Standing},
};

/// Sessions whose use waits to be written down; then it is due at once.
const WAITING: usize = 256;
const WHO: Principal = Principal::system("authenticator");

/// Recognises sessions. Clones share what is remembered: for up to a minute, unless the session ends or its person's role changes.
#[derive(Clone)]
pub struct Authenticator(Arc<Inner>);

struct Inner {
    gate: Gate,
    recognised: Mutex<Recognised>,
    seen: Mutex<Seen>,
}

/// Sessions in use that are to be noted as such, all at once.
struct Seen {
    waiting: HashMap<SessionId, Timestamp>,
    due: Timestamp,
}

impl Authenticator {
    pub fn new(gate: Gate) -> Self {
        let seen = Seen { waiting: HashMap::new(), due: gate.now() };
        Self(Arc::new(Inner { gate, recognised: Mutex::default(), seen: Mutex::new(seen) }))
    }

    /// Whose cookie it is.
    pub async fn by_cookie(&self, text: &str) -> Result<Principal, Problem> {
        let unknown = || Problem::unauthenticated("this cookie stands for no session: sign in").named("session-unknown");
        let cookie = Ticket::read(text).ok_or_else(unknown)?;
        let standing = self.standing(cookie.id()).await?;
        if standing.cookie == cookie.digest() { Ok(standing.principal) } else { Err(unknown()) }
    }

    /// Whose access token it is. What the session is now counts, not what it was when the token was signed.
    pub async fn by_token(&self, jwt: &str) -> Result<Principal, Problem> {
        let gate = &self.0.gate;
        let claims = gate.engines().get::<Tokens>()?.verify(jwt, gate.now())?;
        let principal = self.standing(claims.sid).await?.principal;
        let theirs = principal.person() == Some(claims.sub) && principal.device() == Some(claims.did);
        if theirs { Ok(principal) } else { Err(unfit("its session is another's")) }
    }

    /// Whether the session of whoever was recognised before still stands, or why not: `signed-out`, `password-changed`. Asks the
    /// database.
    pub async fn stands(&self, who: &Principal) -> Result<(), Problem> {
        let Some(session) = who.session() else { return Ok(()) };
        self.look(session).await.map(drop)
    }

    /// The public keys of our access tokens, as RFC 7517 writes them.
    pub fn jwks(&self) -> Result<serde_json::Value, Problem> {
        Ok(self.0.gate.engines().get::<Tokens>()?.jwks())
    }

    async fn standing(&self, session: SessionId) -> Result<Standing, Problem> {
        let now = self.0.gate.now();
        let known = self.0.recognised.lock().expect("no panic while held").get(session, now);
        if let Some(standing) = known {
            return Ok(standing);
        }
        let first = self.look(session).await?; // nothing is remembered of an id that somebody made up
        let Some(person) = first.principal.person() else { return Ok(first) };
        let moved = [Topic::Session(session), Topic::Person(person)].map(|topic| self.0.gate.hub().listen(topic));
        let standing = self.look(session).await?; // it may have changed before we listened
        let until = standing.until.min(now.plus(RECOGNISED));
        self.0.recognised.lock().expect("no panic while held").put(session, standing.clone(), until, moved);
        if now >= standing.seen_at.plus(SEEN) {
            self.seen(session, now).await;
        }
        Ok(standing)
    }

    async fn look(&self, session: SessionId) -> Result<Standing, Problem> {
        self.0.gate.see(&WHO, Recognise { session }).await
    }

    /// Notes that a session is in use; whoever comes when many wait, or when the last time was a while ago, writes it down for all.
    async fn seen(&self, session: SessionId, now: Timestamp) {
        let due = {
            let mut seen = self.0.seen.lock().expect("no panic while held");
            seen.waiting.insert(session, now);
            if seen.waiting.len() < WAITING && now < seen.due {
                return;
            }
            seen.due = now.plus(RECOGNISED);
            std::mem::take(&mut seen.waiting)
        };
        // What is not written now is noted again when the session is next looked up.
        if let Err(why) = self.0.gate.act(&WHO, NoteSeen { sessions: due }).await {
            tracing::warn!(%why, "sessions in use were not noted");
        }
    }
}
