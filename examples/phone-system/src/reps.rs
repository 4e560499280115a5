//! The reps' legs: which one takes calls, and what it was last told. Their records.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::{AgentId, Token};
use twilio_webhook::CallSid;

use crate::records::{Records, RecordsError, RepLegs};

/// So many wrong PINs are taken for a rep's number,
const WRONG_PINS: u32 = 5;
/// and so many for all of them together, for they share the PIN,
const WRONG_PINS_OF_ALL: u32 = 20;
/// within this time.
const WRONG_WITHIN: TimeDelta = TimeDelta::minutes(15);

/// What comes of keying in a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    /// It is the PIN.
    Right,
    /// It is not.
    Wrong,
    /// There were too many that were not. Nor is the right one taken now: who guesses shall not learn it.
    TooOften,
}

/// What all servers know of the reps beside their states, which the queue knows.
#[derive(Debug)]
pub(crate) struct Reps {
    records: Arc<Records>,
    /// What this server has told the timeline last, for Twilio may ask the same twice.
    told: Mutex<HashMap<AgentId, Token>>,
}

impl Reps {
    pub(crate) fn new(records: Arc<Records>) -> Self {
        Self {
            records,
            told: Mutex::default(),
        }
    }

    /// The rep takes calls on this leg from now on.
    pub(crate) async fn works_on(&self, rep: AgentId, leg: CallSid) -> Result<(), RecordsError> {
        self.change(rep, |legs| legs.leg = Some(leg.to_string()))
            .await
    }

    /// Whether this leg is the one that the rep takes calls on.
    pub(crate) fn is_working_leg(&self, rep: AgentId, leg: CallSid) -> bool {
        self.leg(rep) == Some(leg)
    }

    /// The leg on which the rep takes calls, if they have dialled in.
    pub(crate) fn leg(&self, rep: AgentId) -> Option<CallSid> {
        let legs: RepLegs = self.records.get(&rep.to_string())?;
        legs.leg?.parse().ok()
    }

    /// The rep is there, and not a machine of theirs: they have pressed a key of their phone, or Answer.
    pub(crate) async fn confirms(&self, rep: AgentId, offer: Token) -> Result<(), RecordsError> {
        self.change(rep, |legs| legs.confirmed = Some(offer.number()))
            .await
    }

    /// Whether the rep is known to be there for this offer.
    pub(crate) fn is_confirmed(&self, rep: AgentId, offer: Token) -> bool {
        let legs: Option<RepLegs> = self.records.get(&rep.to_string());
        legs.and_then(|legs| legs.confirmed) == Some(offer.number())
    }

    /// Somebody with the rep's number has keyed in a PIN.
    pub(crate) async fn tries(
        &self,
        rep: AgentId,
        is_right: bool,
        now: DateTime<Utc>,
    ) -> Result<Tried, RecordsError> {
        let mut tried = Tried::TooOften;
        let lately = |legs: &RepLegs| legs.wrong_since.filter(|since| now - *since < WRONG_WITHIN);
        // Not counted in one step with this try: a few more in the same instant do no harm.
        let all = self.records.all::<RepLegs>().into_iter();
        let wrong = all.filter_map(|(_, legs)| lately(&legs).map(|_| legs.wrong_pins));
        let too_many = wrong.sum::<u32>() >= WRONG_PINS_OF_ALL;
        self.change(rep, |legs| {
            let since = lately(legs);
            let wrong = since.map_or(0, |_| legs.wrong_pins);
            tried = match (too_many || wrong >= WRONG_PINS, is_right) {
                (true, _) => Tried::TooOften,
                (false, true) => Tried::Right,
                (false, false) => Tried::Wrong,
            };
            if tried == Tried::Wrong {
                (legs.wrong_pins, legs.wrong_since) = (wrong + 1, since.or(Some(now)));
            }
        })
        .await?;
        Ok(tried)
    }

    /// The rep takes no more calls on a leg of theirs.
    pub(crate) async fn leaves(&self, rep: AgentId) -> Result<(), RecordsError> {
        self.change(rep, |legs| legs.leg = None).await
    }

    /// The rep's leg reports that the talk of this offer is over. `false` if it has reported that before, to whatever
    /// server: Twilio then repeats a request whose answer it did not get.
    pub(crate) async fn is_done(&self, rep: AgentId, offer: Token) -> Result<bool, RecordsError> {
        let (offer, mut first) = (offer.number(), false);
        self.change(rep, |legs| {
            first = legs.done.is_none_or(|done| done < offer);
            legs.done = legs.done.max(Some(offer));
        })
        .await?;
        Ok(first)
    }

    /// The timeline is about to say that the rep has accepted an offer. `false` if this server has said so before.
    pub(crate) fn tells(&self, rep: AgentId, offer: Token) -> bool {
        // A single call on a collection, so what a panicking thread left behind is whole.
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(rep, offer) != Some(offer)
    }

    async fn change(
        &self,
        rep: AgentId,
        mut change: impl FnMut(&mut RepLegs) + Send,
    ) -> Result<(), RecordsError> {
        let key = rep.to_string();
        let changed = self.records.update(&key, |legs: Option<RepLegs>| {
            let mut legs = legs.unwrap_or_default();
            change(&mut legs);
            Some(legs)
        });
        changed.await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    #[tokio::test]
    async fn who_guesses_with_everybodys_number_is_stopped_for_all_of_them() {
        let records = Records::open(Database::in_memory().unwrap().records)
            .await
            .unwrap();
        let reps = Reps::new(Arc::new(records));
        let now: DateTime<Utc> = "2026-05-01T09:00:00Z".parse().unwrap();
        for guess in 0..WRONG_PINS_OF_ALL {
            let rep = AgentId::new(u64::from(guess % 5 + 1));
            assert_eq!(reps.tries(rep, false, now).await.unwrap(), Tried::Wrong);
        }
        let other = AgentId::new(9);
        assert_eq!(reps.tries(other, true, now).await.unwrap(), Tried::TooOften);
        let later = now + WRONG_WITHIN;
        assert_eq!(reps.tries(other, true, later).await.unwrap(), Tried::Right);
    }
}
