//! Handing a caller over.

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::{AgentId, AgentState, CallId, Event, Offer};
use serde::Deserialize;
use twilio_rest::UpdateCall;
use twilio_webhook::{CallStatus, DialResult, DialStatus, IncomingCall, PhoneNumber};
use twiml::VoiceResponse;
use twiml::voice::Dial;

use super::{ActionError, doing};
use crate::caller::{Carried, Class, call_id, goodbye};
use crate::callers::Move;
use crate::offer_ref::OfferRef;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// How long a number outside rings, in seconds. Twilio adds up to five.
const OUTSIDE_RINGS: u32 = 25;

/// To whom an agent hands a caller over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Whoever is next for premium callers.
    Premium,
    /// Whoever is next for regular callers.
    Regular,
    /// This agent: their phone rings, and a key takes the caller.
    Agent(AgentId),
    /// A number outside. If nobody answers, the caller comes back to the line.
    Number(PhoneNumber),
}

/// What the URL of a caller who is sent back in line carries.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Again {
    #[serde(flatten)]
    carried: Carried,
    offer: OfferRef,
    to: Option<AgentNumber>,
}

/// What the URL of a caller who is sent outside carries.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Outside {
    #[serde(flatten)]
    carried: Carried,
    offer: OfferRef,
    number: String,
}

/// An agent in a query, where everything is text.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct AgentNumber(AgentId);

impl TryFrom<String> for AgentNumber {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(|number| Self(AgentId::new(number)))
    }
}

impl PhoneSystem {
    /// The agent hands the caller over, also one on hold. The caller keeps the time waited.
    ///
    /// # Errors
    /// [`ActionError::TargetBusy`] if that agent cannot take them, [`ActionError::NotDialled`] if that number is not called,
    /// and the others: the two talk on then.
    pub async fn transfer(
        &self,
        agent: AgentId,
        call: CallId,
        to: Target,
    ) -> Result<(), ActionError> {
        let offer = self.talk_of(agent, call)?;
        let (carried, this) = (self.carried_again(&offer), self.floor.refer_to(offer.token));
        let what = format!("hands {} over", self.floor.callers.name(call));
        let (why, moved) = match to {
            Target::Premium | Target::Regular => {
                let class = match to {
                    Target::Premium => Class::Premium,
                    _ => Class::Regular,
                };
                let carried = Carried { class, ..carried };
                let why = format!("to the {} line", class.name());
                (why, self.back_in_line(offer, carried, None).await)
            }
            Target::Agent(other) => {
                self.is_free(other)?;
                let why = format!("to {}", self.floor.name(other));
                (why, self.back_in_line(offer, carried, Some(other)).await)
            }
            Target::Number(number) => {
                self.settings().may_dial(&number)?;
                let query = format!("{}&offer={this}&number={}", carried.query(), plain(&number));
                let sent = self.send(call, Move::Outside, |base| {
                    UpdateCall::redirect(format!("{base}/outside?{query}"))
                });
                (format!("to {number}"), sent.await)
            }
        };
        moved?;
        self.note(self.floor.name(agent), what, why);
        self.wake();
        Ok(())
    }

    /// Whether an agent can be handed a caller.
    fn is_free(&self, agent: AgentId) -> Result<(), ActionError> {
        let state = self.floor.queue.read(|queue| queue.agent_state(agent));
        match state {
            None => Err(ActionError::NoTarget),
            Some(state @ (AgentState::SignedOut | AgentState::Reserved | AgentState::Talking)) => {
                Err(ActionError::TargetBusy {
                    name: self.floor.name(agent).to_owned(),
                    state: doing(state),
                })
            }
            Some(_) => Ok(()),
        }
    }

    async fn back_in_line(
        &self,
        offer: Offer,
        carried: Carried,
        to: Option<AgentId>,
    ) -> Result<(), ActionError> {
        if self.floor.callers.is_held(offer.call) {
            // Their leg is in the right queue already; what it hears next it hears as one in line.
            return Ok(waits_again(self, offer, carried, to).await?);
        }
        let this = self.floor.refer_to(offer.token);
        let mut query = format!("{}&offer={this}", carried.query());
        if let Some(to) = to {
            query += &format!("&to={to}");
        }
        self.send(offer.call, Move::Line, |base| {
            UpdateCall::redirect(format!("{base}/line-again?{query}"))
        })
        .await
    }
}

/// The caller waits in line again, for anyone or for one agent.
async fn waits_again(
    system: &PhoneSystem,
    offer: Offer,
    carried: Carried,
    to: Option<AgentId>,
) -> Result<(), SystemError> {
    let (floor, call) = (&system.floor, offer.call);
    floor.callers.carry(call, carried).await?;
    floor.callers.moves(call, None).await?;
    floor
        .mention(Event::Transfer {
            token: offer.token,
            class: carried.class.id(),
            waiting_since: Some(carried.since),
        })
        .await?;
    floor.callers.is_there(call, system.now()).await?;
    if let Some(agent) = to
        && !floor.mention(Event::Take { agent, call }).await?
    {
        let why = format!("{} cannot take a call any more", floor.name(agent));
        system.note(floor.callers.name(call), "waits for anyone", why);
    }
    system.wake();
    Ok(())
}

/// `line-again`: a caller's leg has been taken from the rep, and waits again.
pub(crate) async fn goes_back(
    State(web): State<Web>,
    webhook: Webhook<IncomingCall, Again>,
) -> Response {
    web.page(go_back(&web.system, webhook.ours, &webhook.request).await)
}

async fn go_back(
    system: &PhoneSystem,
    ours: Again,
    request: &IncomingCall,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    match system.floor.offer(ours.offer) {
        Some((offer, _)) => {
            waits_again(system, offer, ours.carried, ours.to.map(|to| to.0)).await?;
        }
        None => system.floor.callers.moves(call, None).await?,
    }
    Ok(VoiceResponse::new()
        .say("One moment, please.")
        .enqueue(ours.carried.enqueue(call)))
}

/// `outside`: a caller's leg has been taken from the rep, and is joined to a number.
pub(crate) async fn goes_outside(
    State(web): State<Web>,
    webhook: Webhook<IncomingCall, Outside>,
) -> Response {
    web.page(go_outside(&web.system, webhook.ours, &webhook.request).await)
}

async fn go_outside(
    system: &PhoneSystem,
    ours: Outside,
    request: &IncomingCall,
) -> Result<VoiceResponse, SystemError> {
    // Twilio asks nothing about them meanwhile; the rep may have hung up before, which said that they talk no more.
    let call = call_id(&request.call)?;
    system.floor.callers.talks_on(call, system.now()).await?;
    if let Some((offer, _)) = system.floor.offer(ours.offer) {
        let token = offer.token;
        system.floor.mention(Event::CallEnded { token }).await?;
        system.wake();
    }
    let line = system.settings().line.to_string();
    Ok(VoiceResponse::new()
        .say("One moment, please. I am connecting you.")
        .dial(
            Dial::new()
                .action(format!("outside-done?{}", ours.carried.query()))
                .timeout(OUTSIDE_RINGS)
                .caller_id(line)
                .number(format!("+{}", ours.number)),
        ))
}

/// `outside-done`: what became of the call to the number.
pub(crate) async fn was_outside(
    State(web): State<Web>,
    webhook: Webhook<DialResult, Carried>,
) -> Response {
    web.page(after_outside(&web.system, webhook.ours, &webhook.request).await)
}

async fn after_outside(
    system: &PhoneSystem,
    carried: Carried,
    request: &DialResult,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    system.floor.callers.moves(call, None).await?;
    if request.call.status != CallStatus::InProgress {
        system.has_hung_up(call).await?;
        return Ok(VoiceResponse::new());
    }
    if matches!(request.status, DialStatus::Completed) && request.bridged != Some(false) {
        system.leaves_line(call).await?;
        return Ok(goodbye());
    }
    system.floor.callers.is_there(call, system.now()).await?;
    let why = format!("outside: {}", request.status.as_str());
    let name = system.floor.callers.name(call);
    system.note(name, "comes back to the line, with the time waited", why);
    Ok(VoiceResponse::new()
        .say("I am sorry, nobody answers there. You are in line again.")
        .enqueue(carried.enqueue(call)))
}

/// The digits of a number: a plus sign is a blank in a query.
fn plain(number: &PhoneNumber) -> &str {
    number.as_str().trim_start_matches('+')
}
