//! A colleague at a console, who presses the same buttons as the visitor.

use std::time::Duration;

use chrono::{DateTime, Utc};
use fastrand::Rng;
use queue_dispatch::{AgentId, AgentState, CallId, OfferStage, Token};

use crate::system::PhoneSystem;
use crate::talk::{OpenOffer, Presence};

/// A button that is about to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Press {
    Presence(Presence),
    Answer(CallId),
    Decline(Token),
    Hold(CallId),
    Resume(CallId),
}

#[derive(Debug)]
pub(super) struct ConsoleAgent {
    agent: AgentId,
    rng: Rng,
    at_work: bool,
    /// When they come back from a break, or take the next one.
    turns: DateTime<Utc>,
    /// What they are about to do.
    intends: Option<(DateTime<Utc>, Press)>,
    /// What they have made up their mind about: an offer that rings, and one that is a talk.
    rang: Option<Token>,
    talked: Option<Token>,
}

impl ConsoleAgent {
    pub(super) fn new(agent: AgentId, seed: u64, arrives: DateTime<Utc>) -> Self {
        Self {
            agent,
            rng: Rng::with_seed(seed),
            at_work: false,
            turns: arrives,
            intends: None,
            rang: None,
            talked: None,
        }
    }

    pub(super) async fn work_until(&mut self, until: DateTime<Utc>, system: &PhoneSystem) {
        if self.turns < until {
            self.at_work = !self.at_work;
            let (presence, lasts) = if self.at_work {
                (Presence::Ready, self.rng.u64(500..=1_800))
            } else {
                (Presence::Break, self.rng.u64(60..=300))
            };
            self.turns = until + Duration::from_secs(lasts);
            self.press(Press::Presence(presence), system).await;
        }
        match self.intends {
            Some((at, press)) if at < until => {
                self.intends = None;
                self.press(press, system).await;
            }
            Some(_) => {}
            None => self.intends = self.look(system).map(|(time, press)| (until + time, press)),
        }
    }

    /// Looks at the console: is there anything to do?
    fn look(&mut self, system: &PhoneSystem) -> Option<(Duration, Press)> {
        let offers = system.offers_to(self.agent);
        let of = |stage| offers.iter().find(move |offer| offer.stage == stage);
        let rings = of(OfferStage::Ringing).filter(|_| self.at_work);
        if let Some(offer) = rings.filter(|offer| self.rang != Some(offer.token)) {
            self.rang = Some(offer.token);
            return self.rings(offer);
        }
        if let Some(offer) = of(OfferStage::Talking) {
            if offer.held {
                let time = Duration::from_secs(self.rng.u64(8..=25));
                return Some((time, Press::Resume(offer.call)));
            }
            if self.talked != Some(offer.token) {
                self.talked = Some(offer.token);
                let asks_somebody = self.rng.u8(..100) < 15;
                let time = Duration::from_secs(self.rng.u64(10..=30));
                return asks_somebody.then_some((time, Press::Hold(offer.call)));
            }
        }
        let state = system.agent_state(self.agent);
        if state == Some(AgentState::WrapUp) && self.rng.u8(..100) < 40 {
            let time = Duration::from_secs(self.rng.u64(4..=15));
            return Some((time, Press::Presence(Presence::WrapUpDone)));
        }
        if state == Some(AgentState::Paused) && self.at_work {
            // Back from the kettle.
            let time = Duration::from_secs(self.rng.u64(5..=20));
            return Some((time, Press::Presence(Presence::Ready)));
        }
        None
    }

    fn rings(&mut self, offer: &OpenOffer) -> Option<(Duration, Press)> {
        match self.rng.u8(..100) {
            // Not at the desk.
            0..6 => None,
            6..10 => Some((Duration::from_secs(4), Press::Decline(offer.token))),
            _ => {
                let time = Duration::from_secs(self.rng.u64(2..=9));
                Some((time, Press::Answer(offer.call)))
            }
        }
    }

    /// What comes of it shows on the console: that somebody else was first is no news to anybody.
    async fn press(&mut self, press: Press, system: &PhoneSystem) {
        let agent = self.agent;
        let pressed = match press {
            Press::Presence(presence) => system.presence(agent, presence).await,
            Press::Answer(call) => system.answer(agent, call).await,
            Press::Decline(token) => system.decline(agent, token).await,
            Press::Hold(call) => system.hold(agent, call).await,
            Press::Resume(call) => system.resume(agent, call).await,
        };
        if let Err(error) = pressed {
            tracing::debug!(%agent, ?press, "in vain: {error}");
        }
    }

    /// Leaves the desk; a talk that is under way comes to its end.
    pub(super) async fn leaves(&mut self, system: &PhoneSystem) {
        self.press(Press::Presence(Presence::Break), system).await;
    }

    pub(super) async fn goes_home(&mut self, system: &PhoneSystem) {
        if std::mem::take(&mut self.at_work) {
            self.press(Press::Presence(Presence::SignedOut), system)
                .await;
        }
        // Whoever is still at it finishes the talk; nobody begins anything before the morning.
        self.turns = DateTime::<Utc>::MAX_UTC;
    }

    pub(super) fn skip_to(&mut self, instant: DateTime<Utc>) {
        (self.at_work, self.turns) = (false, instant);
    }
}
