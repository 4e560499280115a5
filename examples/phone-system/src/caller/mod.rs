//! The caller's side: hours, menu, waiting, and what follows.

mod carried;
mod leaving;
mod waiting;

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::CallId;
use twilio_webhook::{Address, CallContext, GatherResult};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup, Redirect};

pub(crate) use self::carried::{Carried, Class, Topic};
pub(crate) use self::leaving::{back_in_line, goodbye, leaves, meets_error};
pub(crate) use self::waiting::{wait, waits};
use crate::one_line;
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

/// How the timeline calls someone.
pub(crate) fn who(system: &PhoneSystem, address: &Address) -> String {
    let address = address.to_string();
    match system.floor.journal.name_of(&address) {
        Some(name) => name.to_owned(),
        None => address,
    }
}

/// A call to one of the callers' lines: are we open?
pub(crate) async fn greet(
    system: &PhoneSystem,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    comes_in(system, call).await;
    let hours = system.current_hours().await;
    let status = hours.status(system.now())?;
    let line = if is_premium_line(system, call) {
        "the premium line"
    } else {
        "the support line"
    };
    if !status.is_open() {
        let what = format!("rings {line}, is told when we open next");
        system.note(who(system, &call.from), what, status.to_string());
        return Ok(VoiceResponse::new()
            .say(status.spoken().to_string())
            .say("Goodbye.")
            .hangup(Hangup::new()));
    }
    system.note(
        who(system, &call.from),
        format!("rings {line}, hears the menu"),
        status.to_string(),
    );
    let menu = "Thank you for calling. For sales, press 1. For support, press 2.";
    Ok(VoiceResponse::new()
        .gather(
            Gather::new()
                .action("menu")
                .num_digits(1)
                .timeout(5)
                .say(menu),
        )
        .redirect(Redirect::new("menu")))
}

/// Writes down that the call has come in. A database that does not answer is no reason to turn anybody away.
async fn comes_in(system: &PhoneSystem, call: &CallContext) {
    let (from, to) = (call.from.to_string(), call.to.to_string());
    let name = system.floor.journal.name_of(&from);
    let Ok(id) = call_id(call) else { return };
    let rings = system
        .floor
        .callers
        .rings(id, (&from, &to, name), system.now());
    if let Err(error) = rings.await {
        system.note(&from, "cannot be written down", one_line(&error));
    }
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
    let premium = premium(&web.system, &request.call).is_some();
    let class = if premium {
        Class::Premium
    } else {
        Class::Regular
    };
    let carried = Carried {
        class,
        topic,
        since: web.system.now(),
        put_back: 0,
    };
    web.page(call_id(&request.call).map(|call| VoiceResponse::new().enqueue(carried.enqueue(call))))
}

fn is_premium_line(system: &PhoneSystem, call: &CallContext) -> bool {
    system.settings().premium_line.is_some()
        && call.to.phone() == system.settings().premium_line.as_ref()
}

/// Why the caller is premium; `None` for a regular one.
fn premium(system: &PhoneSystem, call: &CallContext) -> Option<&'static str> {
    if is_premium_line(system, call) {
        return Some("premium: dialled the premium line");
    }
    let known = call
        .from
        .phone()
        .is_some_and(|number| system.settings().premium_callers.contains(number));
    known.then_some("premium: a premium customer's number")
}
