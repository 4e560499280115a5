//! Ending a call.

use queue_dispatch::{AgentId, CallId, CallState, OfferStage};
use twilio_rest::UpdateCall;

use super::ActionError;
use crate::caller::goodbye;
use crate::callers::Move;
use crate::rep;
use crate::system::PhoneSystem;

impl PhoneSystem {
    /// The agent ends the call: the caller hears good-bye, also one on hold. An agent who has dialled in stays on the line
    /// for the next caller. While the agent's phone still rings for a caller, the ringing ends and the caller goes back to
    /// the head of the line.
    ///
    /// # Errors
    /// [`ActionError`]: the two talk on then.
    pub async fn hang_up(&self, agent: AgentId, call: CallId) -> Result<(), ActionError> {
        let state = self.floor.queue.read(|queue| queue.call_state(call));
        if let Some(CallState::Connecting { agent: who, token }) = state
            && who == agent
        {
            let open = self.floor.queue.read(|queue| queue.offer(token));
            if let Some((offer, OfferStage::Connecting)) = open {
                self.floor.stop(token);
                rep::settle(self, offer, OfferStage::Connecting).await?;
            }
            return Ok(());
        }
        self.talk_of(agent, call)?;
        let page = goodbye().to_string();
        self.send(call, Move::Goodbye, |_| UpdateCall::twiml(page))
            .await?;
        let what = format!("ends the call with {}", self.floor.callers.name(call));
        self.note(self.floor.name(agent), what, "");
        self.leaves_line(call).await?;
        Ok(())
    }
}
