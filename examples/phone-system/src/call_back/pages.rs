//! What is heard on a call that we make, and asking for one.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use twilio_webhook::{CallStatusCallback, GatherResult, IncomingCall};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup, Leave, Redirect};

use super::{CALLING, CallBack, promisable};
use crate::caller::{self, Carried, Shown, call_id};
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// Whom a call of ours is to: the digits of their number.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Whom {
    id: String,
}

impl Whom {
    fn number(&self) -> String {
        format!("+{}", self.id)
    }
}

/// `call-back`: somebody who waits has pressed a key.
pub(crate) async fn asked(
    State(web): State<Web>,
    webhook: Webhook<GatherResult, Carried>,
) -> Response {
    let request = webhook.request;
    let wait = Redirect::new(format!("wait?{}", webhook.ours.query()));
    let page = VoiceResponse::new();
    web.page(Ok(match request.digits.as_deref() {
        Some("1") => match promisable(&web.system, &request.call) {
            // Once they have left the queue, Twilio asks for `left`, which promises the call.
            Ok(_) => page.leave(Leave::new()),
            Err(sorry) => page.say(sorry).redirect(wait),
        },
        _ => page.redirect(wait),
    }))
}

/// `back`: somebody, or something, has answered the call that was promised.
pub(crate) async fn answered(
    State(web): State<Web>,
    webhook: Webhook<IncomingCall, Whom>,
) -> Response {
    let number = webhook.ours.number();
    let promise: Option<CallBack> = web.system.records().get(&number);
    web.page(Ok(match promise.filter(|promise| promise.state == CALLING) {
        Some(promise) => {
            let hello = match &promise.name {
                Some(name) => format!("Hello {name}."),
                None => "Hello.".to_owned(),
            };
            let words = format!(
                "{hello} This is the support line. You asked us to call you back. To be connected, press 1."
            );
            let key = Gather::new()
                .action(format!("back-key?id={}", webhook.ours.id))
                .num_digits(1)
                .timeout(8);
            VoiceResponse::new()
                .gather(key.say(words))
                .say("We shall try again later. Goodbye.")
                .hangup(Hangup::new())
        }
        None => not_needed(),
    }))
}

/// `back-key`: a person. They join the line at the place they kept.
pub(crate) async fn pressed(
    State(web): State<Web>,
    webhook: Webhook<GatherResult, Whom>,
) -> Response {
    web.page(join(&web.system, &webhook.ours, &webhook.request).await)
}

async fn join(
    system: &PhoneSystem,
    whom: &Whom,
    request: &GatherResult,
) -> Result<VoiceResponse, SystemError> {
    let (mut kept, now) = (None, system.now());
    let sid = request.call.sid.as_str();
    system
        .records()
        .update::<CallBack>(&whom.number(), |known| {
            // Twilio may ask twice on the same call.
            let is_theirs = |known: &&CallBack| known.state == CALLING || known.is_kept_on(sid);
            kept = known.as_ref().filter(is_theirs).cloned();
            known.map(|known| match kept {
                Some(_) => known.on(&request.call, now),
                None => known,
            })
        })
        .await?;
    let Some(promise) = kept else {
        return Ok(not_needed());
    };
    caller::comes_in(system, &request.call, Shown::AsFarAsWeKnow).await?;
    system.note(
        promise.who(),
        "is there, and takes the place that was kept",
        "",
    );
    let place = promise.place(now);
    Ok(VoiceResponse::new()
        .say("Thank you.")
        .enqueue(place.enqueue(call_id(&request.call)?)))
}

/// `back-ended`: a call that was promised is over.
pub(crate) async fn ended(
    State(web): State<Web>,
    webhook: Webhook<CallStatusCallback, Whom>,
) -> Response {
    web.noticed(over(&web.system, &webhook.ours, &webhook.request).await)
}

async fn over(
    system: &PhoneSystem,
    whom: &Whom,
    request: &CallStatusCallback,
) -> Result<(), SystemError> {
    let call = &request.call;
    let why = match call.status.as_str() {
        "completed" => "no key was pressed",
        "busy" => "busy",
        "no-answer" => "no answer",
        other => other,
    };
    system
        .was_not_reached(&whom.number(), Some(call.sid.as_str()), why)
        .await?;
    system.has_hung_up(call_id(call)?).await
}

fn not_needed() -> VoiceResponse {
    VoiceResponse::new()
        .say("You are in line already, or have been served since. Goodbye.")
        .hangup(Hangup::new())
}
