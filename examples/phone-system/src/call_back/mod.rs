//! Calling people back who did not want to wait.
//!
//! A promise has the caller's number as its key, so nobody is promised two calls. They keep their place: they are called
//! when as few wait before them as there are agents to serve, and join the line as ones who have waited since then. If they
//! do not answer, they are called again a little later, three times in all; if the line closes meanwhile, when it opens
//! again. Whoever rings in again meanwhile has the place at once, and is not called.
//!
//! Of several servers, the one that changes the promise from `waiting` to `calling` makes the call.

mod dialling;
mod pages;

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::CallContext;
use twiml::VoiceResponse;
use twiml::voice::Hangup;

pub(crate) use self::pages::{answered, asked, ended, pressed};
use crate::caller::{Carried, Class, Topic, name_of, other_end, outcome, premium, reachable, who};
use crate::records::CallBack;
use crate::system::{PhoneSystem, SystemError};

/// Nobody is called back before they have put the phone down.
const AT_THE_EARLIEST: TimeDelta = TimeDelta::seconds(30);

pub(crate) const WAITING: &str = "waiting";
pub(crate) const CALLING: &str = "calling";
pub(crate) const DONE: &str = "done";
pub(crate) const FAILED: &str = "failed";

impl CallBack {
    /// Whether they are still to be called.
    pub(crate) fn is_open(&self) -> bool {
        self.state == WAITING || self.state == CALLING
    }

    /// Whether it is on this call that they got their place.
    fn is_kept_for(&self, call: &CallContext) -> bool {
        self.state == DONE && self.call.as_deref() == Some(call.sid.as_str())
    }

    /// The place that was kept, as they wait there from `now` on.
    fn place(&self, now: DateTime<Utc>) -> Carried {
        Carried {
            class: self.class(),
            topic: self.topic(),
            since: self.since.min(now),
            put_back: 0,
        }
    }

    fn class(&self) -> Class {
        match self.class.as_str() {
            "premium" => Class::Premium,
            _ => Class::Regular,
        }
    }

    fn topic(&self) -> Topic {
        match self.topic.as_deref() {
            Some("sales") => Topic::Sales,
            Some("support") => Topic::Support,
            _ => Topic::Any,
        }
    }

    fn who(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.number)
    }
}

/// Promises a caller to call them back: one who waits keeps the place, one who rings out of hours is among the first when
/// we open.
pub(crate) async fn promise(
    system: &PhoneSystem,
    call: &CallContext,
    waits: Option<Carried>,
) -> Result<VoiceResponse, SystemError> {
    let Some(number) = reachable(call) else {
        return Ok(VoiceResponse::new()
            .say("We are sorry, we cannot see your number. Please call again. Goodbye.")
            .hangup(Hangup::new()));
    };
    let now = system.now();
    let opens = opening(system, now).await?;
    let due = opens.max(now + AT_THE_EARLIEST);
    let class = waits.map_or_else(
        || premium(system, call).map_or(Class::Regular, |_| Class::Premium),
        |waits| waits.class,
    );
    let promise = CallBack {
        number: number.to_string(),
        line: other_end(call).to_string(),
        name: name_of(system, call),
        class: class.name().to_owned(),
        topic: waits.map(|waits| waits.topic.name().to_owned()),
        since: waits.map_or(opens, |waits| waits.since),
        due,
        state: WAITING.to_owned(),
        attempts: 0,
        call: None,
        by: None,
        why: None,
    };
    let mut there_already = false;
    system
        .records()
        .update::<CallBack>(number.as_str(), |known| {
            there_already = known.as_ref().is_some_and(CallBack::is_open);
            Some(match known.filter(CallBack::is_open) {
                Some(known) => CallBack {
                    since: known.since.min(promise.since),
                    ..known
                },
                None => promise.clone(),
            })
        })
        .await?;
    outcome(system, call.sid.as_str(), "call back").await?;
    let why = match (there_already, waits) {
        (true, _) => "was promised a call already".to_owned(),
        (false, Some(waits)) => {
            format!(
                "keeps the place, after {} s",
                (now - waits.since).num_seconds()
            )
        }
        (false, None) => "when we open".to_owned(),
    };
    system.note(who(system, call), "is to be called back", why);
    system.wake();
    let words = match waits {
        Some(_) => {
            "Thank you. You keep your place, and we call you back on this number when it is your turn. Goodbye."
        }
        None => "Thank you. We shall call you back on this number when we open. Goodbye.",
    };
    Ok(VoiceResponse::new().say(words).hangup(Hangup::new()))
}

/// Somebody rings: if they were promised a call, it is not made, and this is since when they count as waiting.
pub(crate) async fn rings_in_again(
    system: &PhoneSystem,
    call: &CallContext,
) -> Result<Option<DateTime<Utc>>, SystemError> {
    let Some(number) = reachable(call) else {
        return Ok(None);
    };
    let mut kept = None;
    system
        .records()
        .update::<CallBack>(number.as_str(), |known| {
            // Twilio may ask twice on the same call, the second time because the first answer was lost.
            kept = known
                .as_ref()
                .filter(|known| known.is_open() || known.is_kept_for(call))
                .map(|known| known.since);
            known.map(|known| match kept {
                Some(_) => CallBack {
                    state: DONE.to_owned(),
                    call: Some(call.sid.to_string()),
                    why: Some("rang in again".to_owned()),
                    ..known
                },
                None => known,
            })
        })
        .await?;
    if kept.is_some() {
        system.note(who(system, call), "is not called back", "rings in again");
    }
    Ok(kept.map(|since| since.min(system.now())))
}

/// The place of somebody who has pressed the key on a call that was promised, and may not have heard our answer.
pub(crate) fn place_of(system: &PhoneSystem, call: &CallContext) -> Option<Carried> {
    let promise: CallBack = system.records().get(reachable(call)?.as_str())?;
    promise
        .is_kept_for(call)
        .then(|| promise.place(system.now()))
}

/// When we are open next: now, if we are.
async fn opening(system: &PhoneSystem, now: DateTime<Utc>) -> Result<DateTime<Utc>, SystemError> {
    let hours = system.current_hours().await;
    if hours.status(now)?.is_open() {
        return Ok(now);
    }
    Ok(hours.next_opening(now)?.unwrap_or(now + TimeDelta::days(1)))
}
