//! What an agent does with a call from the console: answer, hold, hand over, hang up.
//!
//! The telephone comes first, the books follow: a caller's leg is sent to a page of ours, and that page, once Twilio asks
//! for it, tells the queue. So the queue never believes what did not happen.

mod answer;
mod hang_up;
pub(crate) mod hold;
mod presence;
pub(crate) mod transfer;
mod view;

use queue_dispatch::{AgentId, AgentState, CallId, CallState, Offer};
use twilio_rest::{CallSid, UpdateCall};
use twiml::VoiceResponse;

pub use self::presence::Presence;
pub use self::transfer::Target;
pub use self::view::OpenOffer;
use crate::caller::Carried;
use crate::callers::Move;
use crate::dial_plan::NotDialled;
use crate::records::RecordsError;
use crate::system::{PhoneSystem, SystemError};

/// Why an agent cannot have what they asked for. `Display` is a sentence for them to read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ActionError {
    /// Somebody else has the caller.
    #[error("{by} was first.")]
    Taken {
        /// Who.
        by: String,
    },
    /// The caller is not there any more.
    #[error("The caller has hung up.")]
    Gone,
    /// The agent has a call.
    #[error("You are on a call already: finish it first.")]
    Busy,
    /// The agent is signed out, or not known.
    #[error("You are signed out: press Ready first.")]
    SignedOut,
    /// The agent does not talk to this caller.
    #[error("You are not talking to this caller.")]
    NotYours,
    /// The offer is not open any more.
    #[error("This offer is over.")]
    OfferOver,
    /// The agent to whom the caller was to be handed over cannot take them.
    #[error("{name} cannot take a call now: {state}.")]
    TargetBusy {
        /// The agent.
        name: String,
        /// What they are doing.
        state: &'static str,
    },
    /// There is nobody of that name or number.
    #[error("Nobody is there to take this call.")]
    NoTarget,
    /// The number outside is not called.
    #[error(transparent)]
    NotDialled(#[from] NotDialled),
    /// Twilio did not do it.
    #[error("The telephone system did not do it. Please try again.")]
    Twilio(#[source] twilio_rest::Error),
    /// We did not do it.
    #[error("Something went wrong on our side. Please try again.")]
    System(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ActionError {
    /// The kind of error in a word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "taken",
            Self::Gone => "gone",
            Self::Busy => "busy",
            Self::SignedOut => "signed-out",
            Self::NotYours => "not-yours",
            Self::OfferOver => "offer-over",
            Self::TargetBusy { .. } => "target-busy",
            Self::NoTarget => "no-target",
            Self::NotDialled(_) => "not-dialled",
            Self::Twilio(_) => "telephone",
            Self::System(_) => "system",
        }
    }
}

impl From<SystemError> for ActionError {
    fn from(error: SystemError) -> Self {
        Self::System(Box::new(error))
    }
}

impl From<RecordsError> for ActionError {
    fn from(error: RecordsError) -> Self {
        SystemError::from(error).into()
    }
}

impl From<queue_dispatch::Error> for ActionError {
    fn from(error: queue_dispatch::Error) -> Self {
        SystemError::from(error).into()
    }
}

/// The SID of a call in the queue.
pub(crate) fn call_sid(call: CallId) -> Result<CallSid, SystemError> {
    Ok(CallSid::parse(&format!("CA{call}"))?)
}

/// What an agent is doing, in words.
pub(crate) const fn doing(state: AgentState) -> &'static str {
    match state {
        AgentState::SignedOut => "signed out",
        AgentState::Break => "on a break",
        AgentState::Paused => "paused for a moment",
        AgentState::Ready => "ready",
        AgentState::Reserved => "being offered a call",
        AgentState::Talking => "on a call",
        AgentState::WrapUp => "finishing the last call",
        _ => "busy",
    }
}

/// The page for a caller who met an error of ours while an agent was moving them.
pub(crate) async fn meets_error(
    system: &PhoneSystem,
    call: CallId,
) -> Result<Option<VoiceResponse>, SystemError> {
    let callers = &system.floor.callers;
    let (Some(moving), Some(carried)) = (callers.moving(call), callers.carried(call)) else {
        return Ok(None);
    };
    Ok(Some(match moving {
        Move::Hold { .. } => hold::page(carried, call),
        Move::Line | Move::Outside => {
            callers.moves(call, None).await?;
            crate::caller::back_in_line(carried, call)
        }
        Move::Goodbye => crate::caller::goodbye(),
    }))
}

impl PhoneSystem {
    /// The offer under which this agent talks to this caller.
    fn talk_of(&self, agent: AgentId, call: CallId) -> Result<Offer, ActionError> {
        let state = self.floor.queue.read(|queue| queue.call_state(call));
        match state {
            Some(CallState::Talking { agent: who, token }) if who == agent => self
                .floor
                .queue
                .read(|queue| queue.offer(token))
                .map(|(offer, _)| offer)
                .ok_or(ActionError::Gone),
            Some(_) => Err(ActionError::NotYours),
            None => Err(ActionError::Gone),
        }
    }

    /// What our URLs carry of a caller who is to wait again, with the time that they have waited; talking does not count.
    fn carried_again(&self, offer: &Offer) -> Carried {
        let callers = &self.floor.callers;
        let now = self.now();
        let waited = callers
            .waited(offer.call)
            .unwrap_or_else(|| now - offer.waiting_since);
        let since = now - waited;
        match callers.carried(offer.call) {
            Some(carried) => Carried { since, ..carried },
            None => Carried::of(offer.class, since),
        }
    }

    /// Sends a caller's leg elsewhere, whom an agent is moving there.
    async fn send(
        &self,
        call: CallId,
        to: Move,
        how: impl FnOnce(&str) -> UpdateCall,
    ) -> Result<(), ActionError> {
        let sid = call_sid(call)?;
        let callers = &self.floor.callers;
        let before = callers.moving(call);
        // Before anything happens: what Twilio reports of the leg's leaving can then be told from anybody else's doing.
        callers.moves(call, Some(to)).await?;
        let base = self.settings().public_url.trim_end_matches('/');
        let sent = self.floor.twilio.calls().update(&sid, how(base)).await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => {
                callers.moves(call, before).await?;
                if error.is_invalid_call_state() {
                    return Err(ActionError::Gone);
                }
                self.note(
                    self.floor.callers.name(call),
                    "could not be moved",
                    crate::one_line(&error),
                );
                Err(ActionError::Twilio(error))
            }
        }
    }
}
