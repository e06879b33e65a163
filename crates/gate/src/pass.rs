//! A decision that lasts: as long as its session, its membership and its policy do.

use carillon_core::{Principal, Problem};
use tokio::sync::watch;

use crate::{Gate, Topic, View};

/// What is decided once, when a leg or a subscription opens. It is a view whose sight is what was opened.
pub trait Opening: View + Clone {
    /// What may end it, besides the end of the session: a word on one of these topics, and it is asked again.
    fn stands_on(&self, who: &Principal) -> Vec<Topic>;
}

/// The right to pass signals. Whoever holds one asks [`Pass::check`] before each use.
pub struct Pass<W: Opening> {
    gate: Gate,
    who: Principal,
    opening: W,
    session: Option<watch::Receiver<i64>>,
    feet: Vec<watch::Receiver<i64>>,
    /// Something moved, and it was not seen since that it still stands.
    moved: bool,
}

impl<W: Opening> Pass<W> {
    pub(crate) async fn open(gate: &Gate, who: &Principal, opening: W) -> Result<(Self, W::Sight), Problem> {
        // Listen first, then look: what changes in between is heard.
        let session = who.session().map(|session| gate.hub().listen(Topic::Session(session)));
        let feet = opening.stands_on(who).into_iter().map(|topic| gate.hub().listen(topic)).collect();
        let sight = gate.see(who, opening.clone()).await?;
        Ok((Self { gate: gate.clone(), who: who.clone(), opening, session, feet, moved: false }, sight))
    }

    pub fn opening(&self) -> &W {
        &self.opening
    }

    /// Asks again if something that it stands on has moved since: what is to be seen now, or why the pass fell.
    pub async fn check(&mut self) -> Result<Option<W::Sight>, Problem> {
        // A session is told of once, when it ends.
        if self.session.as_ref().is_some_and(|session| session.has_changed().unwrap_or(true)) {
            return Err(Problem::unauthenticated("the session has ended: sign in again"));
        }
        for foot in &mut self.feet {
            if foot.has_changed().unwrap_or(true) {
                // What moves from here on is either seen by the look below, or found changed the next time.
                foot.mark_unchanged();
                self.moved = true;
            }
        }
        if !self.moved {
            return Ok(None);
        }
        let sight = self.gate.see_again(&self.who, self.opening.clone()).await?;
        self.moved = false;
        Ok(Some(sight))
    }
}
