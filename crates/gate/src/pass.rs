//! A decision that lasts: as long as its session, its membership and its policy do.

use carillon_core::Problem;
use futures::future::select_all;
use tokio::sync::watch;

use crate::{Gate, Topic, View};
use carillon_core::Principal;

/// What is decided once, when a leg or a subscription opens. It is a view whose sight is what was opened.
pub trait Opening: View + Clone {
    /// What may end it: a word on one of these topics, and it is asked again.
    fn stands_on(&self, who: &Principal) -> Vec<Topic>;
}

/// The right to pass signals. Whoever holds one asks [`Pass::shaken`] beside their work.
pub struct Pass<W: Opening> {
    gate: Gate,
    who: Principal,
    opening: W,
    feet: Vec<watch::Receiver<i64>>,
}

impl<W: Opening> Pass<W> {
    pub(crate) async fn open(gate: &Gate, who: &Principal, opening: W) -> Result<(Self, W::Sight), Problem> {
        // Listen first, then look: what changes in between is heard.
        let feet = opening.stands_on(who).into_iter().map(|topic| gate.hub().listen(topic)).collect();
        let sight = gate.see(who, opening.clone()).await?;
        Ok((Self { gate: gate.clone(), who: who.clone(), opening, feet }, sight))
    }

    /// Waits until something that it stands on has moved, then asks again: the pass still holds, or why it fell.
    pub async fn shaken(&mut self) -> Result<W::Sight, Problem> {
        if self.feet.is_empty() {
            std::future::pending::<()>().await;
        }
        let _ = select_all(self.feet.iter_mut().map(|foot| Box::pin(foot.changed()))).await;
        self.gate.see(&self.who, self.opening.clone()).await
    }
}
