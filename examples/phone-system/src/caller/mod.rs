//! The caller's side: hours, menu, waiting, and what follows.

mod carried;
mod closed;
mod estimate;
mod greeting;
mod leaving;
mod voicemail;
mod waiting;
mod who;

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::CallId;
use twilio_webhook::{CallContext, GatherResult};
use twiml::VoiceResponse;
use twiml::voice::Redirect;

pub(crate) use self::carried::{Carried, Class, Topic};
pub(crate) use self::closed::chooses as chooses_closed;
pub(crate) use self::greeting::{comes_in, greet};
pub(crate) use self::leaving::{back_in_line, goodbye, leaves, meets_error};
pub(crate) use self::voicemail::{outcome, recorded, recording_is_there};
pub(crate) use self::waiting::{wait, waits};
pub(crate) use self::who::{
    Shown, customer, name_for, name_of, other_end, premium, reachable, who,
};
use crate::call_back;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// The Twilio queue in which a caller waits: one for each, so that our queue and not Twilio's decides who is next.
pub(crate) fn twilio_queue(call: CallId) -> String {
    format!("caller-CA{call}")
}

/// The queue names a call by the number in its SID.
pub(crate) fn call_id(call: &CallContext) -> Result<CallId, SystemError> {
    Ok(call.sid.as_str().parse()?)
}

/// `menu`: the caller has chosen, or has not.
pub(crate) async fn chooses(State(web): State<Web>, webhook: Webhook<GatherResult>) -> Response {
    let request = webhook.request;
    let topic = match request.digits.as_deref() {
        Some("1") => Topic::Sales,
        Some("2") => Topic::Support,
        // Someone without a keypad shall not hear the menu for ever.
        None => Topic::Any,
        Some(_) => {
            let again = VoiceResponse::new()
                .say("Sorry, that is not on the menu.")
                .redirect(Redirect::new("voice"));
            return web.page(Ok(again));
        }
    };
    web.page(joins(&web.system, &request.call, topic).await)
}

async fn joins(
    system: &PhoneSystem,
    call: &CallContext,
    topic: Topic,
) -> Result<VoiceResponse, SystemError> {
    let class = match premium(system, call) {
        Some(_) => Class::Premium,
        None => Class::Regular,
    };
    // Whoever was promised a call and rings in again has the place that was kept.
    let kept = call_back::rings_in_again(system, call).await?;
    let carried = Carried {
        class,
        topic,
        since: kept.unwrap_or_else(|| system.now()),
        put_back: 0,
    };
    let page = match kept {
        Some(_) => VoiceResponse::new().say("Welcome back. We have kept your place in line."),
        None => VoiceResponse::new(),
    };
    Ok(page.enqueue(carried.enqueue(call_id(call)?)))
}
