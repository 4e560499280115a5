//! Whose turn it is to be called back, and calling them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::{AgentState, Queue};
use twilio_rest::{CallEvent, CreateCall};
use twilio_webhook::PhoneNumber;

use super::{CALLING, CallBack, FAILED, IN_LINE, WAITING, opening};
use crate::one_line;
use crate::system::{PhoneSystem, SystemError};

/// How long their phone rings. Twilio adds up to five seconds.
const RINGS: Duration = Duration::from_secs(25);
/// A call of which nothing has been heard for so long was lost.
const LOST_AFTER: TimeDelta = TimeDelta::minutes(2);
/// Somebody who does not answer is called again after this long, and after twice that the next time.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(5);
/// How often somebody is called.
pub(super) const ATTEMPTS: u32 = 3;
/// After an error of Twilio's, how long until the next attempt.
const AFTER_ERROR: TimeDelta = TimeDelta::minutes(1);
/// How often those are looked at again whose turn has not come.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(15);

impl PhoneSystem {
    /// Calls back those whose turn it is.
    pub(crate) async fn call_back(&self) -> Result<(), SystemError> {
        self.back_to_be_called().await?;
        let mut open = self.promises();
        open.sort_by_key(|promise| promise.since);
        let now = self.now();
        let due = |promise: &&CallBack| promise.due <= now;
        for promise in open.iter().filter(due) {
            if promise.state == CALLING {
                self.was_not_reached(&promise.number, None, "nothing was heard of the call")
                    .await?;
                continue;
            }
            let opens = opening(self, now).await?;
            if opens > now {
                self.put_off(promise, opens).await?;
                continue;
            }
            if self.is_turn_of(promise) && self.claims(promise).await? {
                self.dial(promise).await?;
            }
        }
        Ok(())
    }

    /// When to look again for people to call back.
    pub(crate) fn next_call_back(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let again = self
            .promises()
            .into_iter()
            .map(|promise| match promise.due > now {
                true => promise.due,
                false => now + LOOK_AGAIN,
            });
        let in_line = self.in_line_by_promise().map(|_| now + LOOK_AGAIN);
        again.chain(in_line).min()
    }

    fn promises(&self) -> Vec<CallBack> {
        let all = self.records().all::<CallBack>().into_iter();
        all.map(|(_, promise)| promise)
            .filter(|promise| promise.is_open() && promise.state != IN_LINE)
            // An agent who has taken it on sees to it.
            .filter(|promise| promise.by.is_none() || promise.state == CALLING)
            .collect()
    }

    /// Whether as few wait before them as there are agents to serve.
    fn is_turn_of(&self, promise: &CallBack) -> bool {
        let being_called = self
            .promises()
            .iter()
            .filter(|other| other.state == CALLING)
            .count();
        self.floor.queue.read(|queue| {
            let before = ahead_of(queue, promise);
            let serving = queue.agents().filter(|(_, state)| serves(*state)).count();
            before + being_called < serving
        })
    }

    /// Whether it is this server that calls them.
    async fn claims(&self, promise: &CallBack) -> Result<bool, SystemError> {
        let until = self.now() + LOST_AFTER;
        let mut mine = false;
        self.records()
            .update::<CallBack>(&promise.number, |known| {
                mine = known.as_ref().is_some_and(|known| known.state == WAITING);
                known.map(|known| match mine {
                    true => CallBack {
                        state: CALLING.to_owned(),
                        attempts: known.attempts + 1,
                        due: until,
                        call: None,
                        ..known
                    },
                    false => known,
                })
            })
            .await?;
        Ok(mine)
    }

    async fn dial(&self, promise: &CallBack) -> Result<(), SystemError> {
        let Ok(number) = promise.number.parse::<PhoneNumber>() else {
            return self.gives_up(promise, "it is no number").await;
        };
        // What is permitted may have changed since it was promised.
        if let Err(not_dialled) = self.settings().may_dial(&number) {
            return self.gives_up(promise, &one_line(&not_dialled)).await;
        }
        let line = promise
            .line
            .parse()
            .unwrap_or_else(|_| self.settings().line.clone());
        let base = self.settings().public_url.trim_end_matches('/');
        let id = number.as_str().trim_start_matches('+').to_owned();
        let call = CreateCall::new(number, line)
            .url(format!("{base}/back?id={id}"))
            .fallback(
                format!("{base}/fallback"),
                twilio_rest::CallbackMethod::Post,
            )
            .status_callback(format!("{base}/back-ended?id={id}"), [CallEvent::Completed])
            .timeout(RINGS);
        self.note(promise.who(), "is called back", "their turn has come");
        match self.floor.twilio.calls().create(call).await {
            Ok(call) => {
                let sid = call.sid.to_string();
                self.change_unheard(promise, |known| known.call = Some(sid.clone()))
                    .await
            }
            // Their phone may ring: it is for the call to say, or the time limit.
            Err(
                error @ (twilio_rest::Error::Ambiguous { .. } | twilio_rest::Error::Decode { .. }),
            ) => {
                self.note(promise.who(), "may have been called back", one_line(&error));
                Ok(())
            }
            // That is an attempt: what Twilio refuses now it may refuse for ever.
            Err(error @ (twilio_rest::Error::Api(_) | twilio_rest::Error::Request { .. })) => {
                let why = one_line(&error);
                self.was_not_reached(&promise.number, None, &why).await
            }
            Err(error) => {
                let why = one_line(&error);
                self.note(promise.who(), "could not be called back", &why);
                let again = self.now() + AFTER_ERROR;
                self.change_unheard(promise, |known| {
                    known.state = WAITING.to_owned();
                    known.attempts = known.attempts.saturating_sub(1);
                    known.due = again;
                    known.why = Some(why.clone());
                })
                .await
            }
        }
    }

    /// Changes a promise that is being called, unless its call, or another of the caller's, has been heard of meanwhile.
    async fn change_unheard(
        &self,
        promise: &CallBack,
        change: impl Fn(&mut CallBack) + Send + Sync,
    ) -> Result<(), SystemError> {
        self.records()
            .update::<CallBack>(&promise.number, |mut known| {
                if let Some(known) = &mut known
                    && known.state == CALLING
                    && known.call.is_none()
                {
                    change(known);
                }
                known
            })
            .await?;
        Ok(())
    }

    /// Somebody is not called, now or ever.
    async fn gives_up(&self, promise: &CallBack, why: &str) -> Result<(), SystemError> {
        self.change_unheard(promise, |known| {
            known.state = FAILED.to_owned();
            known.why = Some(why.to_owned());
        })
        .await?;
        self.note(promise.who(), "is not called back any more", why);
        Ok(())
    }

    /// The line has closed meanwhile.
    async fn put_off(&self, promise: &CallBack, until: DateTime<Utc>) -> Result<(), SystemError> {
        self.records()
            .update::<CallBack>(&promise.number, |known| {
                known.map(|known| match known.state == WAITING {
                    true => CallBack {
                        due: until,
                        why: Some("the line has closed".to_owned()),
                        ..known
                    },
                    false => known,
                })
            })
            .await?;
        self.note(
            promise.who(),
            "is called back when we open",
            "the line has closed",
        );
        Ok(())
    }

    /// A call to somebody is over, and did not lead to them.
    pub(super) async fn was_not_reached(
        &self,
        number: &str,
        call: Option<&str>,
        why: &str,
    ) -> Result<(), SystemError> {
        let now = self.now();
        let mut left = None;
        self.records()
            .update::<CallBack>(number, |known| {
                left = None;
                known.map(|known| {
                    // What is said late about an earlier call is about that one.
                    let other =
                        matches!((&known.call, call), (Some(this), Some(call)) if this != call);
                    if known.state != CALLING || other {
                        return known;
                    }
                    let is_last = known.attempts >= ATTEMPTS;
                    let known = CallBack {
                        state: if is_last { FAILED } else { WAITING }.to_owned(),
                        due: now + again_after(known.attempts),
                        why: Some(why.to_owned()),
                        call: None,
                        ..known
                    };
                    left = Some(known.clone());
                    known
                })
            })
            .await?;
        if let Some(promise) = left {
            let what = match promise.state.as_str() {
                FAILED => "is not called back any more",
                _ => "was not reached, and is called again later",
            };
            self.note(promise.who(), what, why);
            self.wake();
        }
        Ok(())
    }
}

/// How long until somebody is called again whom we have called so often in vain.
pub(super) fn again_after(attempts: u32) -> TimeDelta {
    AGAIN_AFTER * i32::try_from(attempts).unwrap_or(1)
}

/// How many callers wait before somebody who is to be called.
fn ahead_of(queue: &Queue, promise: &CallBack) -> usize {
    queue
        .line(promise.class().id())
        .take_while(|call| {
            queue
                .waiting_since(*call)
                .is_some_and(|since| since < promise.since)
        })
        .count()
}

/// Whether an agent serves callers now, or will in a moment.
const fn serves(state: AgentState) -> bool {
    !matches!(state, AgentState::SignedOut | AgentState::Break)
}
