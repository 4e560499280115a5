//! What the console shows of offers.

use chrono::{DateTime, Utc};
use queue_dispatch::{AgentId, CallId, OfferStage, Queue, Token, Why};

use crate::system::PhoneSystem;

/// An offer as the console shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenOffer {
    /// How [`PhoneSystem::decline`] knows it.
    pub token: Token,
    /// The caller.
    pub call: CallId,
    /// Void from then on, unless answered.
    pub answer_by: DateTime<Utc>,
    /// Why this caller, in words.
    pub why: String,
    /// How far it has come.
    pub stage: OfferStage,
    /// Whether every phone rings for this caller.
    pub everyone: bool,
    /// Whether the caller is on hold.
    pub held: bool,
}

impl PhoneSystem {
    /// The offers of an agent, from the ringing to the end of the talk.
    #[must_use]
    pub fn offers_to(&self, agent: AgentId) -> Vec<OpenOffer> {
        let open: Vec<_> = self
            .floor
            .queue
            .read(|queue| queue.offers_to(agent).collect());
        open.into_iter()
            .map(|(offer, stage)| OpenOffer {
                token: offer.token,
                call: offer.call,
                answer_by: offer.answer_by,
                why: offer.why.to_string(),
                stage,
                everyone: matches!(offer.why, Why::Everyone { .. }),
                held: self.floor.callers.is_held(offer.call),
            })
            .collect()
    }

    /// Whether an agent has put this caller on hold.
    #[must_use]
    pub fn is_on_hold(&self, call: CallId) -> bool {
        self.floor.callers.is_held(call)
    }

    /// Since when a caller counts as waiting.
    #[must_use]
    pub fn waiting_since(&self, call: CallId) -> Option<DateTime<Utc>> {
        self.floor
            .queue
            .read(|queue: &Queue| queue.waiting_since(call))
    }
}
