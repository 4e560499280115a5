//! What somebody on call hears, and the key they press.

use axum::extract::State;
use axum::response::Response;
use twilio_webhook::{CallContext, GatherResult, IncomingCall};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup};

use super::PROCESS;
use crate::caller::customer;
use crate::records::Escalation;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// `on-call`: somebody, or something, has answered a phone on call.
pub(crate) async fn answered(State(web): State<Web>, _webhook: Webhook<IncomingCall>) -> Response {
    let known: Option<Escalation> = web.system.records().get(PROCESS);
    web.page(Ok(match known.map(|known| known.by) {
        Some(None) => {
            let minutes = web.system.settings().service.on_call.after.num_minutes();
            let words = format!(
                "This is the support line. A caller has waited for more than {minutes} minutes, and nobody answers. \
                 To take charge, press 1."
            );
            VoiceResponse::new()
                .gather(
                    Gather::new()
                        .action("on-call-key")
                        .num_digits(1)
                        .timeout(8)
                        .say(words),
                )
                .hangup(Hangup::new())
        }
        Some(Some(by)) => goodbye(&format!("{by} has taken charge.")),
        None => goodbye("Nobody waits any more."),
    }))
}

/// `on-call-key`: a person takes charge.
pub(crate) async fn pressed(State(web): State<Web>, webhook: Webhook<GatherResult>) -> Response {
    web.page(take(&web.system, &webhook.request.call).await)
}

async fn take(system: &PhoneSystem, call: &CallContext) -> Result<VoiceResponse, SystemError> {
    let people = &system.settings().service.on_call.people;
    let person = people
        .iter()
        .find(|person| person.phone.as_ref() == customer(call).phone());
    let name = person.map_or("somebody on call", |person| &person.name);
    let taken = system.take_charge(name, Some(call.sid.as_str())).await?;
    Ok(match taken {
        true => goodbye(
            "Thank you. Nobody else is told. Please see to it that the phones are answered.",
        ),
        false => goodbye("Somebody has taken charge, or nobody waits any more."),
    })
}

fn goodbye(words: &str) -> VoiceResponse {
    VoiceResponse::new()
        .say(format!("{words} Goodbye."))
        .hangup(Hangup::new())
}
