//! The place of somebody who was promised a call and is in line on a call of their own, or on the one that was promised.

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::CallId;
use twilio_webhook::CallContext;

use super::{AT_THE_EARLIEST, CallBack, DONE, FAILED, IN_LINE, WAITING, dialling};
use crate::caller::{Carried, reachable, who};
use crate::system::{PhoneSystem, SystemError};

/// Whoever has pressed the key for it is in line after this long, or was lost on the way.
const IN_LINE_WITHIN: TimeDelta = TimeDelta::minutes(2);

impl CallBack {
    /// They take their place on this call.
    pub(super) fn on(self, call: &CallContext, now: DateTime<Utc>) -> Self {
        Self {
            state: IN_LINE.to_owned(),
            call: Some(call.sid.to_string()),
            due: now + IN_LINE_WITHIN,
            why: None,
            ..self
        }
    }
}

/// Somebody rings: if they were promised a call, this is since when they count as waiting, and they are not called while
/// they wait.
pub(crate) async fn rings_in_again(
    system: &PhoneSystem,
    call: &CallContext,
) -> Result<Option<DateTime<Utc>>, SystemError> {
    let Some(number) = reachable(system, call) else {
        return Ok(None);
    };
    let now = system.now();
    let mut kept = None;
    system
        .records()
        .update::<CallBack>(number.as_str(), |known| {
            let known = known?;
            // Twilio may ask twice on the same call, the second time because the first answer was lost.
            let theirs = known.is_open()
                && (known.is_kept_on(call.sid.as_str()) || !is_in_line(system, &known, now));
            kept = theirs.then_some(known.since);
            Some(match theirs {
                true => known.on(call, now),
                false => known,
            })
        })
        .await?;
    if kept.is_some() {
        system.note(
            who(system, call),
            "has the place that was kept",
            "rings in again",
        );
    }
    Ok(kept.map(|since| since.min(now)))
}

/// The place of somebody who has pressed the key on a call that was promised, and may not have heard our answer.
pub(crate) fn place_of(system: &PhoneSystem, call: &CallContext) -> Option<Carried> {
    let promise: CallBack = system.records().get(reachable(system, call)?.as_str())?;
    promise
        .is_kept_on(call.sid.as_str())
        .then(|| promise.place(system.now()))
}

/// A caller talks to an agent: what they were promised is kept.
pub(crate) async fn is_served(system: &PhoneSystem, call: CallId) -> Result<(), SystemError> {
    let Some(record) = system.floor.callers.get(call) else {
        return Ok(());
    };
    let sid = format!("CA{call}");
    system
        .records()
        .update::<CallBack>(&record.from, |known| {
            known.map(|known| match known.is_kept_on(&sid) {
                true => CallBack {
                    state: DONE.to_owned(),
                    ..known
                },
                false => known,
            })
        })
        .await?;
    Ok(())
}

/// Whether they are in line now, or about to be.
fn is_in_line(system: &PhoneSystem, promise: &CallBack, now: DateTime<Utc>) -> bool {
    let call = promise.call.as_deref().filter(|_| promise.state == IN_LINE);
    let Some(call) = call.and_then(|call| call.parse().ok()) else {
        return false;
    };
    match system.floor.callers.get(call) {
        Some(record) if record.ended_at.is_some() => false,
        Some(record) if record.in_line => true,
        _ => promise.due > now,
    }
}

impl PhoneSystem {
    /// Those who have hung up in line are called, for they have their place still.
    pub(super) async fn back_to_be_called(&self) -> Result<(), SystemError> {
        let now = self.now();
        for (number, promise) in self.in_line_by_promise() {
            if is_in_line(self, &promise, now) {
                continue;
            }
            let mut left = None;
            self.records()
                .update::<CallBack>(&number, |known| {
                    let known = known?;
                    left = None;
                    if known.state != IN_LINE || known.call != promise.call {
                        return Some(known);
                    }
                    let tried = known.attempts;
                    let known = CallBack {
                        state: if tried < dialling::ATTEMPTS {
                            WAITING
                        } else {
                            FAILED
                        }
                        .to_owned(),
                        due: now
                            + match tried {
                                0 => AT_THE_EARLIEST,
                                tried => dialling::again_after(tried),
                            },
                        call: None,
                        why: Some("hung up before anybody answered".to_owned()),
                        ..known
                    };
                    left = Some(known.clone());
                    Some(known)
                })
                .await?;
            if let Some(promise) = left {
                let what = match &*promise.state {
                    FAILED => "is not called back any more",
                    _ => "is to be called back, and keeps the place",
                };
                self.note(promise.who(), what, "hung up before anybody answered");
            }
        }
        Ok(())
    }

    /// The promises to people who are in line, as far as we know, by their numbers.
    pub(super) fn in_line_by_promise(&self) -> impl Iterator<Item = (String, CallBack)> {
        let all = self.records().all::<CallBack>().into_iter();
        all.filter(|(_, promise)| promise.state == IN_LINE)
    }
}
