//! Every phone rings: the reps' legs that we place when a caller has waited too long.

use axum::extract::{Query, State};
use axum::response::Response;
use queue_dispatch::{Event, OfferStage, Token};
use twilio_webhook::{CallStatus, CallStatusCallback, DialQueueResult, GatherResult, IncomingCall};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup};

use crate::rep;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{AboutOffer, Web, Webhook};

/// `offer`: somebody, or something, has answered a rep's phone. A key must be pressed, for an answering machine answers
/// too.
pub(crate) async fn answered(
    State(web): State<Web>,
    Query(AboutOffer { token }): Query<AboutOffer>,
    webhook: Webhook<IncomingCall>,
) -> Response {
    if let Err(answer) = web.read(webhook) {
        return *answer;
    }
    let offer = web.system.floor.queue.read(|queue| queue.offer(token));
    let Some((offer, OfferStage::Ringing)) = offer else {
        return web.page(Ok(too_late()));
    };
    let waited = (web.system.now() - offer.waiting_since).num_minutes();
    let question =
        format!("A caller has been waiting for {waited} minutes. To take the call, press any key.");
    web.page(Ok(VoiceResponse::new()
        .gather(
            Gather::new()
                .action(format!("offer-key?token={token}"))
                .num_digits(1)
                .timeout(8)
                .say(question),
        )
        .hangup(Hangup::new())))
}

/// `offer-key`: a person. The first to press has the call.
pub(crate) async fn pressed(
    State(web): State<Web>,
    Query(AboutOffer { token }): Query<AboutOffer>,
    webhook: Webhook<GatherResult>,
) -> Response {
    match web.read(webhook) {
        Ok(_) => web.page(accept(&web.system, token).await),
        Err(answer) => *answer,
    }
}

async fn accept(system: &PhoneSystem, token: Token) -> Result<VoiceResponse, SystemError> {
    match system.floor.tell(Event::OfferAccepted { token }).await {
        Ok(commands) => {
            // The other phones are to stop ringing.
            system.wake();
            Ok(
                rep::accepted(&commands).map_or_else(too_late, |(call, token)| {
                    rep::connect(call, token, "offer-done")
                }),
            )
        }
        Err(queue_dispatch::Error::Refused(_)) => Ok(too_late()),
        Err(error) => Err(error.into()),
    }
}

/// `offer-done`: the talk is over, or never began.
pub(crate) async fn has_talked(
    State(web): State<Web>,
    Query(AboutOffer { token }): Query<AboutOffer>,
    webhook: Webhook<DialQueueResult>,
) -> Response {
    let request = match web.read(webhook) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let over = rep::talk_is_over(&web.system, token, &request).await;
    web.page(over.map(|()| {
        VoiceResponse::new()
            .say("Thank you. Goodbye.")
            .hangup(Hangup::new())
    }))
}

/// `offer-ended`: the leg to the rep's phone is over.
pub(crate) async fn ended(
    State(web): State<Web>,
    Query(AboutOffer { token }): Query<AboutOffer>,
    webhook: Webhook<CallStatusCallback>,
) -> Response {
    match web.read(webhook) {
        Ok(request) => web.noticed(settle(&web.system, token, &request.call.status).await),
        Err(answer) => *answer,
    }
}

async fn settle(
    system: &PhoneSystem,
    token: Token,
    status: &CallStatus,
) -> Result<(), SystemError> {
    system.floor.leg_ended(token);
    let stage = system
        .floor
        .queue
        .read(|queue| queue.offer(token))
        .map(|(_, stage)| stage);
    let event = match stage {
        // Nobody came, or nobody pressed a key: an answering machine.
        Some(OfferStage::Ringing)
            if matches!(status, CallStatus::NoAnswer | CallStatus::Completed) =>
        {
            Event::OfferTimedOut { token }
        }
        Some(OfferStage::Ringing) => Event::OfferRejected { token },
        Some(OfferStage::Connecting) => Event::BridgeFailed { token },
        Some(OfferStage::Talking) => Event::CallEnded { token },
        // Settled before, or by the other side.
        _ => return Ok(()),
    };
    system.floor.mention(event).await?;
    system.wake();
    Ok(())
}

fn too_late() -> VoiceResponse {
    VoiceResponse::new()
        .say("Somebody else has taken this call, or the caller has hung up. Thank you. Goodbye.")
        .hangup(Hangup::new())
}
