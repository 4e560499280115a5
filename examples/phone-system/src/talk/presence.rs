//! Who is there to take calls.

use queue_dispatch::{Agent, AgentId, AgentState, Event};

use super::ActionError;
use crate::system::PhoneSystem;

/// What an agent says of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// Takes calls from now on.
    Ready,
    /// Takes none for a while; during a call, once it is over.
    Break,
    /// Has finished the work after the last call.
    WrapUpDone,
    /// Goes home. The phone rings only when everyone is rung.
    SignedOut,
}

impl PhoneSystem {
    /// The agent says what they are up to.
    ///
    /// # Errors
    /// [`ActionError::SignedOut`] for an agent who is not known.
    pub async fn presence(&self, agent: AgentId, presence: Presence) -> Result<(), ActionError> {
        let state = self.floor.queue.read(|queue| queue.agent_state(agent));
        let state = state.ok_or(ActionError::SignedOut)?;
        let what = match presence {
            Presence::SignedOut => {
                self.floor.mention(Event::SignedOut { agent }).await?;
                "signs out"
            }
            Presence::WrapUpDone => {
                self.floor.mention(Event::WrapUpDone { agent }).await?;
                "has finished the work after the call"
            }
            Presence::Ready | Presence::Break => {
                if state == AgentState::SignedOut {
                    let profile = Agent::new(agent);
                    // Whoever has dialled in is reached on that line.
                    let profile = match self.floor.reps.leg(agent) {
                        Some(_) => profile.on_the_line(),
                        None => profile,
                    };
                    self.floor.mention(Event::SignedIn(profile)).await?;
                }
                if presence == Presence::Ready {
                    self.floor.mention(Event::Ready { agent }).await?;
                    "is ready for calls"
                } else {
                    self.floor.mention(Event::Break { agent }).await?;
                    "takes a break"
                }
            }
        };
        self.note(self.floor.name(agent), what, "");
        self.wake();
        Ok(())
    }
}
