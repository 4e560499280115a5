//! A call comes in: who it is, whether we are open, the menu.

use twilio_webhook::CallContext;
use twiml::VoiceResponse;
use twiml::voice::{Gather, Redirect};

use super::who::is_premium_line;
use super::{
    Shown, call_id, closed, customer, name_for, name_of, other_end, reachable, voicemail, who,
};
use crate::one_line;
use crate::records::Call;
use crate::system::{PhoneSystem, SystemError};

/// A call to one of the callers' lines: are we open?
pub(crate) async fn greet(
    system: &PhoneSystem,
    call: &CallContext,
    shown: Shown,
) -> Result<VoiceResponse, SystemError> {
    comes_in(system, call, shown).await?;
    let hours = system.current_hours().await;
    let status = hours.status(system.now())?;
    let line = if is_premium_line(system, call) {
        "the premium line"
    } else {
        "the support line"
    };
    let who = who(system, call);
    if !status.is_open() {
        let what = format!("rings {line}, is told when we open next");
        system.note(who, what, status.to_string());
        voicemail::outcome(system, call.sid.as_str(), "closed").await?;
        return Ok(closed::greeting(system, &status, call));
    }
    system.note(
        who,
        format!("rings {line}, hears the menu"),
        status.to_string(),
    );
    let hello = match name_of(system, call) {
        Some(name) => format!("Hello {name}. Thank you for calling."),
        None => "Thank you for calling.".to_owned(),
    };
    let menu = format!("{hello} For sales, press 1. For support, press 2.");
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

/// Writes the call down, and begins to look the caller up. Neither is worth an apology to the caller.
pub(crate) async fn comes_in(
    system: &PhoneSystem,
    call: &CallContext,
    shown: Shown,
) -> Result<(), SystemError> {
    let id = call_id(call)?;
    let (from, to) = (customer(call).to_string(), other_end(call).to_string());
    let mut new = Call::new(from, to, system.now());
    new.forged = shown == Shown::Forged;
    if !new.forged {
        new.name = name_for(system, call);
    }
    let callers = &system.floor.callers;
    // The menu may be heard again, after a wrong key.
    let is_new = callers.get(id).is_none();
    if let Err(error) = callers.rings(id, &new).await {
        system.note(
            who(system, call),
            "cannot be written down",
            one_line(&error),
        );
    } else if let (true, Some(number)) = (is_new, reachable(system, call)) {
        system.begin_look_up(id, number.clone());
    }
    Ok(())
}
