//! People outside the queue who are told when every phone has rung in vain.
//!
//! One escalation for the whole line, whoever waits: it begins when a caller has waited longer than
//! [`OnCall::after`], goes from person to person until somebody takes charge, and ends when nobody waits that long any more.
//! `escalation-core` keeps it through crashes and gives each step to the channels: SMS and e-mail of `escalation-notify`,
//! and calls whose keys we hear ourselves.

mod channels;
mod pages;

use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Channel, Notification, Policy, ProcessId, StartRequest, Step};
use queue_dispatch::Queue;
use twilio_webhook::PhoneNumber;

pub use self::channels::WORDS;
pub(crate) use self::channels::channels;
pub(crate) use self::pages::{answered, pressed};
use crate::floor::Floor;
use crate::one_line;
use crate::records::{Escalation, HistoryLine};
use crate::system::{PhoneSystem, SystemError};
use crate::talk::ActionError;

/// The process, and the key of its record.
pub(crate) const PROCESS: &str = "on-call";
/// How much of its history is kept.
const HISTORY: usize = 100;

/// Who is on call, and when they are told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OnCall {
    /// In the order in which they are told. Nobody: nobody is told.
    pub people: Vec<OnCallPerson>,
    /// How long a caller may wait before the first is told. Default 5 minutes: the phones have rung for two of them.
    pub after: TimeDelta,
    /// After how long the next is told, unless somebody has taken charge. Default 3 minutes.
    pub next_after: TimeDelta,
    /// How often all are gone through. Default 3.
    pub rounds: u32,
}

impl Default for OnCall {
    fn default() -> Self {
        Self {
            people: Vec::new(),
            after: TimeDelta::minutes(5),
            next_after: TimeDelta::minutes(3),
            rounds: 3,
        }
    }
}

/// Somebody on call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a row of the rota has these columns"
)]
pub struct OnCallPerson {
    /// How the timeline calls them.
    pub name: String,
    /// Where they are called, and get an SMS.
    pub phone: Option<PhoneNumber>,
    /// Where they are written to.
    pub email: Option<String>,
}

/// What this server knows of the escalation: whether it runs, once it has looked.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Option<bool>>);

impl Known {
    /// Says how it is now, and answers whether that was not known.
    fn is_news(&self, runs: bool) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.replace(runs) != Some(runs)
    }

    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Whether somebody has waited so long that people on call are to know.
pub(crate) fn is_due(floor: &Floor, now: DateTime<Utc>) -> bool {
    let after = floor.settings.service.on_call.after;
    floor
        .queue
        .read(|queue| queue.longest_wait(now))
        .is_some_and(|waited| waited >= after)
}

/// From person to person.
fn request(on_call: &OnCall) -> Result<StartRequest, SystemError> {
    let minutes = on_call.after.num_minutes();
    let say = |notification: Notification, person: &OnCallPerson| {
        notification
            .with("name", &person.name)
            .and_then(|notification| notification.with("minutes", minutes))
    };
    let mut policy = Policy::new();
    for round in 0..on_call.rounds {
        for (number, person) in on_call.people.iter().enumerate() {
            let is_first = round == 0 && number == 0;
            let wait = if is_first {
                TimeDelta::zero()
            } else {
                on_call.next_after
            };
            let mut step = Step::after(wait);
            let now = |channel| Notification::after(channel, TimeDelta::zero());
            if let Some(phone) = &person.phone {
                let call = now(Channel::PHONE).to_phone_number(phone.as_str());
                let sms = now(Channel::new(channels::SMS)?).to_phone_number(phone.as_str());
                step = step.notify(say(call, person)?).notify(say(sms, person)?);
            }
            if let Some(email) = &person.email {
                step = step.notify(say(now(Channel::EMAIL).to_email(email), person)?);
            }
            policy = policy.step(step);
        }
    }
    Ok(StartRequest::new(ProcessId::new(PROCESS)?).policy(policy))
}

/// Adds a line to the history, if the escalation is open.
async fn remember(floor: &Floor, text: &str) {
    let at = floor.now();
    let written = floor
        .records
        .update::<Escalation>(PROCESS, |known| {
            known.map(|mut known| {
                if known.history.len() < HISTORY {
                    known.history.push(HistoryLine {
                        at,
                        text: text.to_owned(),
                    });
                }
                known
            })
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(
            "the history of an escalation is not written: {}",
            one_line(&error)
        );
    }
}

impl PhoneSystem {
    /// Begins to tell people on call, or stops, as callers wait.
    pub(crate) async fn see_to_on_call(&self) -> Result<(), SystemError> {
        let on_call = &self.settings().service.on_call;
        if on_call.people.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let due = is_due(&self.floor, now);
        if !self.on_call.is_news(due) {
            return Ok(());
        }
        let done = match due {
            true => self.tell_people(on_call, now).await,
            false => self.tell_nobody(now).await,
        };
        if done.is_err() {
            self.on_call.forget();
        }
        done
    }

    /// When somebody will have waited so long that people on call are to know.
    pub(crate) fn next_on_call(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let on_call = &self.settings().service.on_call;
        if on_call.people.is_empty() {
            return None;
        }
        let longest = self
            .floor
            .queue
            .read(|queue: &Queue| queue.longest_wait(now))?;
        (longest < on_call.after).then(|| now + (on_call.after - longest))
    }

    async fn tell_people(&self, on_call: &OnCall, now: DateTime<Utc>) -> Result<(), SystemError> {
        let mut is_new = false;
        self.records()
            .update::<Escalation>(PROCESS, |known| {
                is_new = known.is_none();
                Some(known.unwrap_or_else(|| Escalation::new(now)))
            })
            .await?;
        // One that runs is left as it is.
        self.escalations.start(&request(on_call)?, now).await?;
        if is_new {
            let why = format!(
                "a caller has waited for {} minutes",
                on_call.after.num_minutes()
            );
            self.note("on call", "are told", why);
        }
        self.wake();
        Ok(())
    }

    async fn tell_nobody(&self, now: DateTime<Utc>) -> Result<(), SystemError> {
        self.escalations
            .stop(&ProcessId::new(PROCESS)?, now)
            .await?;
        let known: Option<Escalation> = self.records().get(PROCESS);
        self.records().remove::<Escalation>(PROCESS).await?;
        if let Some(known) = known {
            self.note(
                "on call",
                "need not be told any more",
                "nobody waits so long",
            );
            self.stop_calls(&known, None).await;
        }
        Ok(())
    }

    /// Somebody takes charge: nobody else is told.
    ///
    /// # Errors
    /// [`ActionError::OfferOver`] if there is nothing to take charge of, or somebody has.
    pub async fn acknowledge(&self, process: &str, by: &str) -> Result<(), ActionError> {
        if process != PROCESS {
            return Err(ActionError::OfferOver);
        }
        self.take_charge(by, None)
            .await
            .map_err(ActionError::from)?
            .then_some(())
            .ok_or(ActionError::OfferOver)
    }

    async fn take_charge(&self, by: &str, on: Option<&str>) -> Result<bool, SystemError> {
        let now = self.now();
        let mut first = None;
        self.records()
            .update::<Escalation>(PROCESS, |known| {
                first = None;
                known.map(|known| {
                    if known.by.is_some() {
                        return known;
                    }
                    let mut known = known;
                    known.by = Some(by.to_owned());
                    known.history.push(HistoryLine {
                        at: now,
                        text: format!("{by} takes charge"),
                    });
                    first = Some(known.clone());
                    known
                })
            })
            .await?;
        let Some(known) = first else {
            return Ok(false);
        };
        let process = ProcessId::new(PROCESS)?;
        self.escalations.acknowledge(&process, None, now).await?;
        self.note(by, "takes charge", "nobody else is told");
        self.stop_calls(&known, on).await;
        Ok(true)
    }

    /// Whoever is still being called need not answer any more.
    async fn stop_calls(&self, known: &Escalation, except: Option<&str>) {
        for sid in known
            .calls
            .iter()
            .filter(|sid| Some(sid.as_str()) != except)
        {
            let Ok(sid) = sid.parse() else { continue };
            match self.floor.twilio.calls().cancel(&sid).await {
                Ok(_) => {}
                // Answered, or over: the page that they hear says how things stand.
                Err(error) if error.is_invalid_call_state() => {}
                Err(error) => self.note("Twilio", format!("{sid} rings on"), one_line(&error)),
            }
        }
    }
}
