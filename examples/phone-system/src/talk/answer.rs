//! Taking a caller, and declining one.

use queue_dispatch::{AgentId, CallId, CallState, Event, Refusal, Token};

use super::ActionError;
use crate::rep;
use crate::system::PhoneSystem;

impl PhoneSystem {
    /// The agent answers this caller: the one they are offered, or any other whom nobody has answered yet. Exclusive: of
    /// two who answer at once, one has the caller. Their phone is rung and, picked up, joined to the caller; one who has
    /// dialled in is joined at once. Where [`Service::confirm`](crate::Service::confirm) says so they press a key of it, too,
    /// for a mailbox picks up as well. If it is not picked up, the caller is back at the head of the line.
    ///
    /// # Errors
    /// [`ActionError::Taken`] names who was first.
    pub async fn answer(&self, agent: AgentId, call: CallId) -> Result<(), ActionError> {
        let state = self.floor.queue.read(|queue| queue.call_state(call));
        let told = match state {
            None => return Err(ActionError::Gone),
            Some(CallState::Connecting { agent: who, token }) if who == agent => {
                // A second press; or a colleague hands the caller over, and this says that they are there.
                self.floor.tell(Event::OfferAccepted { token }).await
            }
            _ => match self.offered(agent, call) {
                Some(token) => self.floor.tell(Event::OfferAccepted { token }).await,
                None => self.floor.tell(Event::Take { agent, call }).await,
            },
        };
        let commands = match told {
            Ok(commands) => commands,
            Err(queue_dispatch::Error::Refused(refusal)) => {
                return Err(self.why_not(agent, call, refusal));
            }
            Err(error) => return Err(error.into()),
        };
        if let Some((_, token)) = rep::accepted(&commands)
            && !self.asks_for_a_key(agent)
        {
            self.floor.reps.confirms(agent, token).await?;
        }
        self.wake();
        Ok(())
    }

    /// The agent declines an offer. The caller goes to another, or back to the
    /// head of the line.
    ///
    /// # Errors
    /// [`ActionError::OfferOver`] if it is not open, or not this agent's.
    pub async fn decline(&self, agent: AgentId, token: Token) -> Result<(), ActionError> {
        let open = self.floor.queue.read(|queue| queue.offer(token));
        if open.is_none_or(|(offer, _)| offer.agent != agent) {
            return Err(ActionError::OfferOver);
        }
        if !self.floor.mention(Event::OfferRejected { token }).await? {
            return Err(ActionError::OfferOver);
        }
        self.floor.stop(token);
        self.wake();
        Ok(())
    }

    /// Whether something else than the agent may pick up the phone that Answer rings. No machine answers a client of the
    /// account.
    fn asks_for_a_key(&self, agent: AgentId) -> bool {
        let rep = self.settings().rep(agent);
        self.settings().service.confirm && rep.is_some_and(|rep| rep.phone.phone().is_some())
    }

    /// The agent's unanswered offer of this caller.
    fn offered(&self, agent: AgentId, call: CallId) -> Option<Token> {
        let offer = self.floor.queue.read(|queue| queue.offer_for(agent))?;
        (offer.call == call).then_some(offer.token)
    }

    fn why_not(&self, agent: AgentId, call: CallId, refusal: Refusal) -> ActionError {
        let state = self.floor.queue.read(|queue| queue.call_state(call));
        match (refusal, state) {
            (Refusal::SignedOut { .. } | Refusal::UnknownAgent { .. }, _) => ActionError::SignedOut,
            (Refusal::AgentBusy { .. }, _) => ActionError::Busy,
            (
                _,
                Some(
                    CallState::Connecting { agent: by, .. } | CallState::Talking { agent: by, .. },
                ),
            ) if by != agent => ActionError::Taken {
                by: self.floor.name(by).to_owned(),
            },
            (_, None) => ActionError::Gone,
            (refusal, Some(_)) => queue_dispatch::Error::from(refusal).into(),
        }
    }
}
