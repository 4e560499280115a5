//! Out of hours: why, when we open next, and what can be done until then.

use axum::extract::State;
use axum::response::Response;
use business_hours::Status;
use twilio_webhook::{CallContext, GatherResult};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup};

use super::voicemail;
use crate::call_back;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// What a caller hears out of hours.
pub(crate) fn greeting(
    system: &PhoneSystem,
    status: &Status<'_>,
    call: &CallContext,
) -> VoiceResponse {
    choices(system, status.spoken().to_string(), call)
}

/// What can be done until we open, after these words.
fn choices(system: &PhoneSystem, words: String, call: &CallContext) -> VoiceResponse {
    let message = match voicemail::is_full(system) {
        true => "Our mailbox is full.",
        false => "To leave a message, press 1.",
    };
    let call_back = match call_back::promisable(system, call) {
        Ok(_) => " To be called back when we open, press 2.",
        Err(_) => "",
    };
    VoiceResponse::new()
        .say(words)
        .gather(
            Gather::new()
                .action("closed")
                .num_digits(1)
                .timeout(5)
                .say(format!("{message}{call_back}")),
        )
        .say("Goodbye.")
        .hangup(Hangup::new())
}

/// `closed`: the caller has chosen what to do until we open.
pub(crate) async fn chooses(State(web): State<Web>, webhook: Webhook<GatherResult>) -> Response {
    let request = webhook.request;
    web.page(match request.digits.as_deref() {
        Some("1") if voicemail::is_full(&web.system) => Ok(choices(
            &web.system,
            "We are sorry.".to_owned(),
            &request.call,
        )),
        Some("1") => voicemail::ask(&web.system, &request.call).await,
        Some("2") => promise(&web.system, &request.call).await,
        _ => Ok(VoiceResponse::new()
            .say("Sorry, that is not on the menu. Goodbye.")
            .hangup(Hangup::new())),
    })
}

async fn promise(system: &PhoneSystem, call: &CallContext) -> Result<VoiceResponse, SystemError> {
    let hours = system.current_hours().await;
    let now = system.now();
    if !hours.status(now)?.is_open() && hours.next_opening(now)?.is_none() {
        return Ok(VoiceResponse::new()
            .say("We are sorry, we cannot say when we open next. Please call again. Goodbye.")
            .hangup(Hangup::new()));
    }
    call_back::promise(system, call, None).await
}
