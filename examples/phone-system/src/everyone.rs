//! The reps' phones that we ring: every phone when a caller has waited too long, and the phone of whoever has pressed
//! Answer.

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::{Event, OfferStage};
use twilio_webhook::{CallStatus, CallStatusCallback, DialQueueResult, GatherResult, IncomingCall};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup};

use crate::offer_ref::OfferRef;
use crate::rep::{self, Over};
use crate::system::{PhoneSystem, SystemError};
use crate::talk::hold;
use crate::web::{About, Web, Webhook};

/// `offer`: somebody, or something, has answered a rep's phone. Whoever has pressed Answer is joined to the caller, unless
/// they are to press a key as well. Anyone else must press one, for an answering machine answers too.
pub(crate) async fn answered(
    State(web): State<Web>,
    webhook: Webhook<IncomingCall, About>,
) -> Response {
    let (system, about) = (&web.system, webhook.ours.offer);
    web.page(Ok(match system.floor.offer(about) {
        Some((offer, OfferStage::Ringing)) => {
            let waited = (system.now() - offer.waiting_since).num_minutes();
            asks_for_a_key(
                about,
                format!("A caller has been waiting for {waited} minutes."),
            )
        }
        Some((offer, OfferStage::Connecting))
            if !system.floor.reps.is_confirmed(offer.agent, offer.token) =>
        {
            asks_for_a_key(about, "A caller is waiting for you.".to_owned())
        }
        // The talk of somebody who was on hold goes on.
        Some((offer, _)) => rep::connect(system, (offer.call, offer.token), "offer-done"),
        None => too_late(),
    }))
}

fn asks_for_a_key(about: OfferRef, why: String) -> VoiceResponse {
    let key = Gather::new()
        .action(format!("offer-key?offer={about}"))
        .num_digits(1)
        .timeout(8);
    VoiceResponse::new()
        .gather(key.say(format!("{why} To take the call, press any key.")))
        .hangup(Hangup::new())
}

/// `offer-key`: a person. The first to press has the call.
pub(crate) async fn pressed(
    State(web): State<Web>,
    webhook: Webhook<GatherResult, About>,
) -> Response {
    web.page(accept(&web.system, webhook.ours.offer).await)
}

async fn accept(system: &PhoneSystem, about: OfferRef) -> Result<VoiceResponse, SystemError> {
    let Some((offer, _)) = system.floor.offer(about) else {
        return Ok(too_late());
    };
    match system
        .floor
        .tell(Event::OfferAccepted { token: offer.token })
        .await
    {
        Ok(commands) => {
            system.floor.reps.confirms(offer.agent, offer.token).await?;
            // The other phones are to stop ringing.
            system.wake();
            Ok(rep::accepted(&commands).map_or_else(too_late, |caller| {
                rep::connect(system, caller, "offer-done")
            }))
        }
        Err(queue_dispatch::Error::Refused(_)) => Ok(too_late()),
        Err(error) => Err(error.into()),
    }
}

/// `offer-done`: the talk is over, or never began.
pub(crate) async fn has_talked(
    State(web): State<Web>,
    webhook: Webhook<DialQueueResult, About>,
) -> Response {
    let about = webhook.ours.offer;
    let over = rep::talk_is_over(&web.system, about, &webhook.request).await;
    web.page(over.map(|over| match over {
        Over::OnHold => hold::rep_waits(about),
        Over::Ended => thanks(),
    }))
}

/// What a rep hears on a leg that we rang when there is nothing more to do on it.
pub(crate) fn thanks() -> VoiceResponse {
    VoiceResponse::new()
        .say("Thank you. Goodbye.")
        .hangup(Hangup::new())
}

/// `offer-ended`: the leg to the rep's phone is over.
pub(crate) async fn ended(
    State(web): State<Web>,
    webhook: Webhook<CallStatusCallback, About>,
) -> Response {
    web.noticed(
        leg_ended(
            &web.system,
            webhook.ours.offer,
            &webhook.request.call.status,
        )
        .await,
    )
}

async fn leg_ended(
    system: &PhoneSystem,
    about: OfferRef,
    status: &CallStatus,
) -> Result<(), SystemError> {
    system.floor.leg_ended(about).await?;
    match system.floor.offer(about) {
        // Busy, or declined on the phone.
        Some((offer, OfferStage::Ringing)) if *status == CallStatus::Busy => {
            system
                .floor
                .mention(Event::OfferRejected { token: offer.token })
                .await?;
            system.wake();
            Ok(())
        }
        Some((offer, OfferStage::Talking)) if system.floor.callers.is_held(offer.call) => {
            hold::rep_is_gone(system, offer).await
        }
        Some((offer, stage)) => rep::settle(system, offer, stage).await,
        // Settled before, or by the other side.
        None => Ok(()),
    }
}

fn too_late() -> VoiceResponse {
    let sorry = "Somebody else has taken this call, or the caller has hung up. Thank you. Goodbye.";
    VoiceResponse::new().say(sorry).hangup(Hangup::new())
}
