//! Reps who dial in: who is let in, and with what.
//!
//! The number that a phone shows names the rep, and anybody can show any number. So reps key in a PIN, once for each leg;
//! whoever gets it wrong too often must wait, on whatever server, and however often they ring.

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::{Agent, Event};
use subtle::ConstantTimeEq as _;
use twilio_webhook::{CallContext, GatherResult};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup};

use crate::caller::Shown;
use crate::rep::{meets_error, next_or, next_or_hold, rep_of, settle};
use crate::reps::Tried;
use crate::settings::Rep;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

const KEY_IN: &str = "Please key in your PIN, and then the hash key.";

/// A rep dials the reps' number: from now on they take calls, if it is them.
pub(crate) async fn dials_in(
    system: &PhoneSystem,
    call: &CallContext,
    shown: Shown,
) -> Result<VoiceResponse, SystemError> {
    let turned_away = |why| {
        let what = "rings the agents' line and is turned away";
        system.note_of_strangers(&call.from.to_string(), what, why);
        let sorry =
            "This number is for our staff, and the phone you call from is not registered. Goodbye.";
        Ok(VoiceResponse::new().say(sorry).hangup(Hangup::new()))
    };
    match (rep_of(system, call), shown) {
        (None, _) => turned_away("no agent has this number"),
        (Some(_), Shown::Forged) => turned_away("the network says that the number is forged"),
        (Some(rep), Shown::AsFarAsWeKnow) if is_let_in(system, rep, call) => {
            comes_in(system, rep, call).await
        }
        _ => Ok(wants_pin()),
    }
}

/// Whether this leg may have calls.
pub(crate) fn is_let_in(system: &PhoneSystem, rep: &Rep, leg: &CallContext) -> bool {
    system.settings().service.rep_pin.is_none() || system.floor.reps.is_working_leg(rep.id, leg.sid)
}

/// The page for a leg that has not been let in.
pub(crate) fn wants_pin() -> VoiceResponse {
    asks_for_pin(KEY_IN.to_owned())
}

fn asks_for_pin(words: String) -> VoiceResponse {
    VoiceResponse::new()
        .gather(Gather::new().action("rep-pin").timeout(8).say(words))
        .say("We have heard nothing. Goodbye.")
        .hangup(Hangup::new())
}

/// `rep-pin`: a rep has keyed in a PIN.
pub(crate) async fn keyed_in(State(web): State<Web>, webhook: Webhook<GatherResult>) -> Response {
    let request = webhook.request;
    let page = match rep_of(&web.system, &request.call) {
        Some(rep) => check(&web.system, rep, &request).await,
        None => Ok(VoiceResponse::new().hangup(Hangup::new())),
    };
    web.page_or(page, meets_error)
}

async fn check(
    system: &PhoneSystem,
    rep: &Rep,
    request: &GatherResult,
) -> Result<VoiceResponse, SystemError> {
    let leg = &request.call;
    if is_let_in(system, rep, leg) {
        // Twilio asks again, for it did not get our answer.
        return next_or_hold(system, rep, leg).await;
    }
    let pin = system.settings().service.rep_pin.as_ref();
    let keyed = request.digits.as_deref().unwrap_or_default();
    let is_right = pin.is_some_and(|pin| keyed.as_bytes().ct_eq(pin.expose().as_bytes()).into());
    let tried = system.floor.reps.tries(rep.id, is_right, system.now());
    match tried.await? {
        Tried::Right => comes_in(system, rep, leg).await,
        Tried::Wrong => {
            system.note_of_strangers(&rep.name, "is not let in", "a wrong PIN");
            Ok(asks_for_pin(format!("Sorry, that is not right. {KEY_IN}")))
        }
        Tried::TooOften => {
            system.note_of_strangers(&rep.name, "is not let in", "too many wrong PINs");
            let sorry = "There were too many wrong PINs. Please use the console, or try again later. Goodbye.";
            Ok(VoiceResponse::new().say(sorry).hangup(Hangup::new()))
        }
    }
}

async fn comes_in(
    system: &PhoneSystem,
    rep: &Rep,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    // Whatever their old leg left open is over: nobody dials in during a call.
    if let Some((offer, stage)) = system.floor.accepted_by(rep.id) {
        settle(system, offer, stage).await?;
    }
    signs_in(system, rep, call).await?;
    system.note(&rep.name, "dials in, ready for calls", "");
    let nobody = VoiceResponse::new().say("Nobody is waiting. Please stay on the line.");
    next_or(system, rep, call, nobody).await
}

/// The rep takes calls on this leg.
pub(crate) async fn signs_in(
    system: &PhoneSystem,
    rep: &Rep,
    leg: &CallContext,
) -> Result<(), SystemError> {
    system.floor.reps.works_on(rep.id, leg.sid).await?;
    system
        .floor
        .mention(Event::SignedIn(Agent::new(rep.id).on_the_line()))
        .await?;
    Ok(())
}
