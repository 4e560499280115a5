//! Calling people back who did not want to wait.
//!
//! A promise has the caller's number as its key, so nobody is promised two calls. They keep their place: they are called
//! when as few wait before them as there are agents to serve, and join the line as ones who have waited since then. If they
//! do not answer, they are called again a little later, three times in all; if the line closes meanwhile, when it opens
//! again. Whoever rings in again meanwhile has the place at once. The promise is kept once they talk to an agent; if they
//! hang up before, on whatever call, they have their place still, and are called.
//!
//! Of several servers, the one that changes the promise from `waiting` to `calling` makes the call.

mod dialling;
mod pages;
mod place;

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::{CallContext, PhoneNumber};
use twiml::VoiceResponse;
use twiml::voice::Hangup;

pub(crate) use self::pages::{answered, asked, ended, pressed};
pub(crate) use self::place::{is_served, place_of, rings_in_again};
use crate::caller::{
    Carried, Class, Topic, call_id, customer, name_of, other_end, outcome, premium, reachable, who,
};
use crate::records::CallBack;
use crate::system::{PhoneSystem, SystemError};

/// Nobody is called back before they have put the phone down.
const AT_THE_EARLIEST: TimeDelta = TimeDelta::seconds(30);

pub(crate) const WAITING: &str = "waiting";
pub(crate) const CALLING: &str = "calling";
pub(crate) const IN_LINE: &str = "in line";
pub(crate) const DONE: &str = "done";
pub(crate) const FAILED: &str = "failed";

impl CallBack {
    /// Whether they have not talked to anybody yet.
    pub(crate) fn is_open(&self) -> bool {
        [WAITING, CALLING, IN_LINE].contains(&&*self.state)
    }

    /// Whether it is on this call that they have their place.
    fn is_kept_on(&self, call: &str) -> bool {
        self.state == IN_LINE && self.call.as_deref() == Some(call)
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

/// The number at which a caller may be promised a call; or why there is none, in words for them.
pub(crate) fn promisable<'c>(
    system: &PhoneSystem,
    call: &'c CallContext,
) -> Result<&'c PhoneNumber, &'static str> {
    let Some(number) = reachable(system, call) else {
        return Err(match customer(call).phone() {
            Some(_) => "We are sorry, we cannot be sure of your number.",
            None => "We are sorry, we cannot see your number.",
        });
    };
    if system.settings().may_dial(number).is_err() {
        return Err("We are sorry, we cannot call numbers like yours.");
    }
    let open = system.records().all::<CallBack>().into_iter();
    let open = open.filter(|(_, promise)| promise.is_open());
    let (theirs, others): (Vec<_>, Vec<_>) = open.partition(|(key, _)| key == number.as_str());
    // Two who ask at the same instant may both be the last.
    if theirs.is_empty() && others.len() >= system.settings().service.call_backs {
        return Err("We are sorry, too many have asked to be called back already.");
    }
    Ok(number)
}

/// Promises a caller to call them back: one who waits leaves the line and keeps the place, one who rings out of hours is
/// among the first when we open.
pub(crate) async fn promise(
    system: &PhoneSystem,
    call: &CallContext,
    waits: Option<Carried>,
) -> Result<VoiceResponse, SystemError> {
    let number = match promisable(system, call) {
        Ok(number) => number,
        Err(sorry) => {
            if waits.is_some() {
                system.leaves_line(call_id(call)?).await?;
            }
            return refuse(sorry, call, waits);
        }
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
            let known = known.filter(CallBack::is_open);
            there_already = known.is_some();
            Some(match known {
                Some(known) if known.state == IN_LINE => CallBack {
                    since: known.since.min(promise.since),
                    by: known.by,
                    ..promise.clone()
                },
                Some(known) => CallBack {
                    since: known.since.min(promise.since),
                    ..known
                },
                None => promise.clone(),
            })
        })
        .await?;
    outcome(system, call.sid.as_str(), "call back").await?;
    if waits.is_some() {
        system.is_to_be_called_back(call_id(call)?).await?;
    }
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

/// A caller who cannot be called back: whoever waits waits on.
fn refuse(
    sorry: &str,
    call: &CallContext,
    waits: Option<Carried>,
) -> Result<VoiceResponse, SystemError> {
    Ok(match waits {
        Some(carried) => VoiceResponse::new()
            .say(format!("{sorry} You keep your place in line."))
            .enqueue(carried.enqueue(call_id(call)?)),
        None => VoiceResponse::new()
            .say(format!("{sorry} Please call again. Goodbye."))
            .hangup(Hangup::new()),
    })
}

/// When we are open next: now, if we are.
async fn opening(system: &PhoneSystem, now: DateTime<Utc>) -> Result<DateTime<Utc>, SystemError> {
    let hours = system.current_hours().await;
    if hours.status(now)?.is_open() {
        return Ok(now);
    }
    Ok(hours.next_opening(now)?.unwrap_or(now + TimeDelta::days(1)))
}
