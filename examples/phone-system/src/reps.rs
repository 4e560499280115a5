//! The reps' legs: which one takes calls, and what it was last told.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use queue_dispatch::{AgentId, Token};
use twilio_webhook::CallSid;

/// What this program knows of the reps beside their states, which the queue knows.
#[derive(Debug, Default)]
pub(crate) struct Reps {
    inner: Mutex<HashMap<AgentId, Rep>>,
}

#[derive(Debug, Default)]
struct Rep {
    leg: Option<CallSid>,
    accepted: Option<Token>,
    confirmed: Option<Token>,
    done: Option<Token>,
}

impl Reps {
    /// The rep takes calls on this leg from now on.
    pub(crate) fn works_on(&self, rep: AgentId, leg: CallSid) {
        self.lock().entry(rep).or_default().leg = Some(leg);
    }

    /// Whether this leg is the one that the rep takes calls on.
    pub(crate) fn is_working_leg(&self, rep: AgentId, leg: CallSid) -> bool {
        self.lock()
            .get(&rep)
            .is_some_and(|rep| rep.leg == Some(leg))
    }

    /// The rep takes no more calls on a leg of theirs.
    pub(crate) fn leaves(&self, rep: AgentId) {
        self.lock().entry(rep).or_default().leg = None;
    }

    /// The rep has accepted an offer.
    pub(crate) fn accepts(&self, rep: AgentId, offer: Token) {
        self.lock().entry(rep).or_default().accepted = Some(offer);
    }

    /// The offer that the rep accepted last.
    pub(crate) fn accepted(&self, rep: AgentId) -> Option<Token> {
        self.lock().get(&rep)?.accepted
    }

    /// The rep is there, and not a machine of theirs: they have pressed a key of their phone, or Answer.
    pub(crate) fn confirms(&self, rep: AgentId, offer: Token) {
        self.lock().entry(rep).or_default().confirmed = Some(offer);
    }

    /// Whether the rep is known to be there for this offer.
    pub(crate) fn is_confirmed(&self, rep: AgentId, offer: Token) -> bool {
        self.lock()
            .get(&rep)
            .is_some_and(|rep| rep.confirmed == Some(offer))
    }

    /// The leg on which the rep takes calls, if they have dialled in.
    pub(crate) fn leg(&self, rep: AgentId) -> Option<CallSid> {
        self.lock().get(&rep)?.leg
    }

    /// The rep's leg reports that the talk of this offer is over. `false` if it has reported that before: Twilio then
    /// repeats a request whose answer it did not get.
    pub(crate) fn is_done(&self, rep: AgentId, offer: Token) -> bool {
        let mut reps = self.lock();
        let rep = reps.entry(rep).or_default();
        let first = rep.done.is_none_or(|done| done < offer);
        rep.done = rep.done.max(Some(offer));
        first
    }

    // Every change is a single assignment, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<AgentId, Rep>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
