//! Putting a caller on hold.
//!
//! The caller goes back into the Twilio queue of their own, to other music, and the rep's leg waits on a page of ours. To go
//! on, the rep takes the caller out of that queue again. Should the rep go away meanwhile, the caller is in the right place
//! already: they are in line, and hear so.

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::{AgentId, CallId, CallState, Event, Offer, OfferStage};
use serde::Deserialize;
use twilio_rest::UpdateCall;
use twilio_webhook::{IncomingCall, QueueWait};
use twiml::VoiceResponse;
use twiml::voice::{Pause, Redirect};

use super::ActionError;
use crate::caller::{self, Carried, call_id};
use crate::callers::Move;
use crate::everyone;
use crate::offer_ref::OfferRef;
use crate::rep;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{About, Web, Webhook};

/// How often a rep's leg asks whether to go on with the caller, in seconds.
const REP_ASKS_EVERY: u32 = 1;
/// How often the leg of a caller on hold asks what to hear, in seconds.
const CALLER_ASKS_EVERY: u32 = 15;

/// What the URLs of a caller on hold carry.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct OnHold {
    #[serde(flatten)]
    carried: Carried,
    offer: OfferRef,
}

impl PhoneSystem {
    /// The agent puts the caller on hold.
    ///
    /// # Errors
    /// [`ActionError`]: the two talk on then.
    pub async fn hold(&self, agent: AgentId, call: CallId) -> Result<(), ActionError> {
        let offer = self.talk_of(agent, call)?;
        if self.floor.callers.is_held(call) {
            return Ok(());
        }
        let (carried, this) = (
            self.carried_again(&offer).query(),
            self.floor.refer_to(offer.token),
        );
        let since = self.now();
        self.send(call, Move::Hold { since }, |base| {
            UpdateCall::redirect(format!("{base}/held?{carried}&offer={this}"))
        })
        .await?;
        let what = format!("puts {} on hold", self.floor.callers.name(call));
        self.note(self.floor.name(agent), what, "");
        Ok(())
    }

    /// The agent goes on with the caller who was on hold, within a second or two.
    ///
    /// # Errors
    /// [`ActionError::Gone`] if the caller has hung up meanwhile.
    pub async fn resume(&self, agent: AgentId, call: CallId) -> Result<(), ActionError> {
        self.talk_of(agent, call)?;
        if self.floor.callers.is_held(call) {
            // The rep's leg asks every second, and is joined to the caller with the next answer.
            self.floor.callers.moves(call, None).await?;
            let what = format!("goes on with {}", self.floor.callers.name(call));
            self.note(self.floor.name(agent), what, "");
        }
        Ok(())
    }
}

/// `held`: a caller's leg has been taken from the rep.
pub(crate) async fn is_held(
    State(web): State<Web>,
    webhook: Webhook<IncomingCall, OnHold>,
) -> Response {
    web.page(hold(&web.system, webhook.ours, &webhook.request))
}

fn hold(
    system: &PhoneSystem,
    ours: OnHold,
    request: &IncomingCall,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    Ok(
        VoiceResponse::new().enqueue(match system.floor.offer(ours.offer) {
            Some(_) => enqueue(ours.carried, call),
            // The rep hung up at the same moment.
            None => ours.carried.enqueue(call),
        }),
    )
}

/// The page that holds a caller.
pub(crate) fn page(carried: Carried, call: CallId) -> VoiceResponse {
    VoiceResponse::new().enqueue(enqueue(carried, call))
}

fn enqueue(carried: Carried, call: CallId) -> twiml::voice::Enqueue {
    carried.enqueue_to(call, "hold")
}

/// `hold`: what a caller on hold hears.
pub(crate) async fn hears_music(
    State(web): State<Web>,
    webhook: Webhook<QueueWait, Carried>,
) -> Response {
    web.page(music(&web.system, webhook.ours, &webhook.request).await)
}

async fn music(
    system: &PhoneSystem,
    carried: Carried,
    request: &QueueWait,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    let state = system.floor.queue.read(|queue| queue.call_state(call));
    if matches!(state, Some(CallState::Talking { .. })) {
        return Ok(VoiceResponse::new()
            .say("You are on hold. Please stay on the line.")
            .pause(Pause::new().length(CALLER_ASKS_EVERY)));
    }
    // The rep is gone, or has handed them over: they wait in line, in this same queue of Twilio's.
    caller::wait(system, carried, &request.call).await
}

/// The page on which a rep's leg waits for a caller who is on hold.
pub(crate) fn rep_waits(about: OfferRef) -> VoiceResponse {
    VoiceResponse::new()
        .pause(Pause::new().length(REP_ASKS_EVERY))
        .redirect(Redirect::new(format!("rep-holds?offer={about}")))
}

/// `rep-holds`: shall the rep's leg go on with the caller?
pub(crate) async fn asks(
    State(web): State<Web>,
    webhook: Webhook<IncomingCall, About>,
) -> Response {
    web.page(go_on(&web.system, webhook.ours.offer, &webhook.request).await)
}

async fn go_on(
    system: &PhoneSystem,
    about: OfferRef,
    request: &IncomingCall,
) -> Result<VoiceResponse, SystemError> {
    let call = &request.call;
    let dialled_in =
        rep::rep_of(system, call).filter(|rep| system.floor.reps.is_working_leg(rep.id, call.sid));
    match system.floor.offer(about) {
        Some((offer, OfferStage::Talking)) if system.floor.callers.is_held(offer.call) => {
            Ok(rep_waits(about))
        }
        Some((offer, OfferStage::Talking)) => {
            let done = match dialled_in {
                Some(_) => "rep-done",
                None => "offer-done",
            };
            Ok(rep::connect(system, (offer.call, offer.token), done))
        }
        _ => match dialled_in {
            Some(rep) => rep::next_or_hold(system, rep, call).await,
            None => Ok(everyone::thanks()),
        },
    }
}

/// The rep's leg is gone while the caller is on hold: the caller is in line again, with the time waited.
pub(crate) async fn rep_is_gone(system: &PhoneSystem, offer: Offer) -> Result<(), SystemError> {
    let carried = system.carried_again(&offer);
    system.floor.callers.carry(offer.call, carried).await?;
    system.floor.callers.moves(offer.call, None).await?;
    let told = system
        .floor
        .mention(Event::Transfer {
            token: offer.token,
            class: carried.class.id(),
            waiting_since: Some(carried.since),
        })
        .await?;
    if told {
        let name = system.floor.callers.name(offer.call);
        let why = format!("{} has hung up", system.floor.name(offer.agent));
        system.note(name, "is in line again, with the time waited", why);
        system
            .floor
            .callers
            .is_there(offer.call, system.now())
            .await?;
        system.wake();
    }
    Ok(())
}
