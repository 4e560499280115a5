//! An agent at work: what pressing a button means to the queue.

use queue_dispatch::{
    Agent, AgentId, AgentState, CallId, CallState, Event, OfferStage, Refusal, Token,
};
use serde::Deserialize;

use super::problem::Problem;
use crate::one_line;
use crate::system::PhoneSystem;

/// What an agent says about themselves.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Presence {
    Ready,
    Break,
    WrapUpDone,
    SignedOut,
}

/// The agent is ready for calls, or is not.
pub(crate) async fn presence(
    system: &PhoneSystem,
    agent: AgentId,
    state: Presence,
) -> Result<(), Problem> {
    let now = system.floor.queue.read(|queue| queue.agent_state(agent));
    let is_out = matches!(now, None | Some(AgentState::SignedOut));
    if is_out && matches!(state, Presence::Ready | Presence::Break) {
        tell(system, Event::SignedIn(Agent::new(agent))).await?;
    }
    tell(
        system,
        match state {
            Presence::Ready => Event::Ready { agent },
            Presence::Break => Event::Break { agent },
            Presence::WrapUpDone => Event::WrapUpDone { agent },
            Presence::SignedOut => Event::SignedOut { agent },
        },
    )
    .await
}

/// The agent takes this caller; of two who do, the first.
pub(crate) async fn answer(
    system: &PhoneSystem,
    agent: AgentId,
    call: CallId,
) -> Result<(), Problem> {
    let token = match system.floor.queue.read(|queue| queue.call_state(call)) {
        None => return Err(Problem::gone("The caller has hung up.")),
        Some(CallState::Offered {
            agent: asked,
            token,
        }) if asked == agent => Some(token),
        Some(CallState::Offered { agent: other, .. }) => {
            let text = format!("{} is being asked already.", system.floor.name(other));
            return Err(Problem::taken(text));
        }
        Some(
            CallState::Connecting {
                agent: first,
                token,
            }
            | CallState::Talking {
                agent: first,
                token,
            },
        ) => {
            if first != agent {
                return Err(Problem::taken(format!(
                    "{} was first.",
                    system.floor.name(first)
                )));
            }
            Some(token)
        }
        Some(_) => {
            let offered = system.floor.queue.read(|queue| queue.offer_for(agent));
            offered
                .filter(|offer| offer.call == call)
                .map(|offer| offer.token)
        }
    };
    let token = match token {
        Some(token) => token,
        None => {
            let taken = system.floor.tell(Event::Take { agent, call }).await;
            let commands = taken.map_err(|error| problem(system, error))?;
            let offer = commands
                .offers()
                .find(|offer| offer.call == call && offer.agent == agent);
            let gone = || Problem::gone("The caller has hung up.");
            offer.map(|offer| offer.token).ok_or_else(gone)?
        }
    };
    match system.floor.tell(Event::OfferAccepted { token }).await {
        Ok(_) => {
            system.wake();
            Ok(())
        }
        Err(queue_dispatch::Error::Refused(Refusal::StaleToken { .. })) => Err(
            match system.floor.queue.read(|queue| queue.call_state(call)) {
                Some(
                    CallState::Connecting { agent: first, .. }
                    | CallState::Talking { agent: first, .. },
                ) => Problem::taken(format!("{} was first.", system.floor.name(first))),
                _ => Problem::gone("The caller has hung up."),
            },
        ),
        Err(error) => Err(problem(system, error)),
    }
}

/// The agent does not take the caller who is offered to them.
pub(crate) async fn decline(
    system: &PhoneSystem,
    agent: AgentId,
    offer: Token,
) -> Result<(), Problem> {
    match system.floor.queue.read(|queue| queue.offer(offer)) {
        Some((offer, OfferStage::Ringing)) if offer.agent == agent => {
            tell(system, Event::OfferRejected { token: offer.token }).await
        }
        _ => Err(Problem::gone("This call is not offered to you any more.")),
    }
}

async fn tell(system: &PhoneSystem, event: Event) -> Result<(), Problem> {
    match system.floor.tell(event).await {
        Ok(_) => {
            system.wake();
            Ok(())
        }
        Err(error) => Err(problem(system, error)),
    }
}

fn problem(system: &PhoneSystem, error: queue_dispatch::Error) -> Problem {
    match error {
        queue_dispatch::Error::Refused(refusal) => match refusal {
            Refusal::UnknownCall { .. } => Problem::gone("The caller has hung up."),
            Refusal::NotWaiting { .. } => Problem::taken("Somebody else was first."),
            Refusal::AgentBusy { .. } => Problem::not_now("You have a call already."),
            Refusal::SignedOut { .. } | Refusal::UnknownAgent { .. } => {
                Problem::not_now("You take no calls: press Ready first.")
            }
            Refusal::NotInWrapUp { .. } => Problem::not_now("There is nothing to wrap up."),
            Refusal::StaleToken { .. } => {
                Problem::gone("This call is not offered to you any more.")
            }
            other => Problem::not_now(other.to_string()),
        },
        error => {
            system.note("console", "cannot tell the queue", one_line(&error));
            Problem::unavailable()
        }
    }
}
