//! Waiting in line.

use axum::extract::State;
use axum::response::Response;
use twilio_webhook::{CallContext, QueueWait};
use twiml::VoiceResponse;
use twiml::voice::Gather;

use super::{Carried, Class, call_id, customer, estimate, name_for, other_end, premium};
use crate::call_back;
use crate::callers::Waits;
use crate::one_line;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

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
    let (from, to) = (customer(call).to_string(), other_end(call).to_string());
    let name = name_for(system, call);
    let waits = Waits {
        from: &from,
        to: &to,
        name: name.as_deref(),
        carried,
    };
    if let Err(error) = system.waits(id, waits, &about).await {
        // They wait on, and are put in line with Twilio's next request.
        let name = waits.name.unwrap_or(&from);
        system.note(name, "cannot be put in line yet", one_line(&error));
    }
    system.mend_look_up(id);
    let (place, estimate) = system.floor.queue.read(|queue| {
        let now = system.now();
        (queue.position(id, now), queue.wait_estimate(id, now))
    });
    let mut words = match place {
        Some(1) => "You are next. Thank you for waiting.".to_owned(),
        Some(place) => format!("You are number {place} in line. Thank you for waiting."),
        None => "Someone will be with you in a moment.".to_owned(),
    };
    if place.is_some()
        && let Some(estimate) = estimate::spoken(estimate)
    {
        words += " ";
        words += &estimate;
    }
    let music = system.settings().service.music.clone();
    let music = music.unwrap_or_else(|| "music.wav".to_owned());
    if place.is_none() || call_back::promisable(system, call).is_err() {
        return Ok(VoiceResponse::new().say(words).play(music));
    }
    let words = format!("{words} To be called back and keep your place, press 1.");
    Ok(VoiceResponse::new().gather(
        Gather::new()
            .action(format!("call-back?{}", carried.query()))
            .num_digits(1)
            .timeout(1)
            .say(words)
            .play(music),
    ))
}
