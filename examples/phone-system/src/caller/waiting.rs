//! Waiting in line.

use axum::extract::State;
use axum::response::Response;
use twilio_webhook::{CallContext, QueueWait};
use twiml::VoiceResponse;
use twiml::voice::Pause;

use super::{Carried, Class, call_id, premium};
use crate::callers::Waits;
use crate::one_line;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// How long a caller waits between two announcements of their place, in seconds.
const BETWEEN_ANNOUNCEMENTS: u32 = 20;

/// `wait`: Twilio has the caller in its queue, and asks what they shall hear.
pub(crate) async fn waits(
    State(web): State<Web>,
    webhook: Webhook<QueueWait, Carried>,
) -> Response {
    web.page(wait(&web.system, webhook.ours, &webhook.request.call).await)
}

pub(crate) async fn wait(
    system: &PhoneSystem,
    carried: Carried,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    let id = call_id(call)?;
    let why = match carried.class {
        Class::Premium => premium(system, call).unwrap_or("premium"),
        Class::Regular => "regular",
    };
    let about = format!("{why}, about {}", carried.topic.name());
    let (from, to) = (call.from.to_string(), call.to.to_string());
    let waits = Waits {
        from: &from,
        to: &to,
        name: system.floor.journal.name_of(&from),
        carried,
    };
    if let Err(error) = system.waits(id, waits, &about).await {
        // They wait on, and are put in line with Twilio's next request.
        let name = waits.name.unwrap_or(&from);
        system.note(name, "cannot be put in line yet", one_line(&error));
    }
    let page = match system
        .floor
        .queue
        .read(|queue| queue.position(id, system.now()))
    {
        Some(1) => VoiceResponse::new().say("You are next. Thank you for waiting."),
        Some(place) => VoiceResponse::new().say(format!(
            "You are number {place} in line. Thank you for waiting."
        )),
        None => VoiceResponse::new().say("Someone will be with you in a moment."),
    };
    Ok(page.pause(Pause::new().length(BETWEEN_ANNOUNCEMENTS)))
}
