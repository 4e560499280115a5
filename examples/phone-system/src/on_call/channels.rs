//! How people on call are told.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use escalation_core::{
    CallerIds, Cause, Channel, ChannelPolicy, Delivery, EngineBuilder, Notifier, Outcome, Reason,
    Response, Template, UnknownPolicy, Window,
};
use escalation_notify::{Sender, Sms, TokioTimer};
use twilio_rest::{CallbackMethod, CreateCall};

use super::{PROCESS, remember};
use crate::floor::Floor;
use crate::one_line;
use crate::opening::OpeningHours;

/// The channel of text messages.
pub(super) const SMS: &str = "sms";
/// What text messages and e-mails to people on call say: a template whose `{minutes}` is the wait.
pub const WORDS: &str =
    "Support line: a caller has waited for more than {minutes} minutes, and nobody answers.";
/// How long a phone on call rings. Twilio adds up to five seconds.
const RINGS: std::time::Duration = std::time::Duration::from_secs(30);

/// Gives the engine the channels for people on call. They are disturbed in opening hours only.
pub(crate) fn channels(
    engine: EngineBuilder,
    floor: &Arc<Floor>,
    hours: &Arc<OpeningHours>,
    email: Option<Arc<dyn Notifier>>,
) -> EngineBuilder {
    let ids = CallerIds::new().otherwise(floor.settings.line.as_str());
    let words: Template = match WORDS.parse() {
        Ok(words) => words,
        // The braces above are in order.
        Err(_) => return engine,
    };
    let sms = Sms::new(
        floor.twilio.clone(),
        Sender::Numbers(ids),
        Arc::new(TokioTimer),
        words,
    );
    // Twilio has no keys by which it would know a message again. Told twice is better than not told.
    let policy = || {
        ChannelPolicy::new()
            .unknown(UnknownPolicy::Resend)
            .max_attempts(3)
    };
    let hours = Arc::clone(hours);
    let window = move |delivery: &Delivery, now| {
        if delivery.process().as_str() != PROCESS {
            return Window::Now;
        }
        let hours = hours.schedule();
        match (hours.is_open(now), hours.next_opening(now)) {
            (Ok(true), _) => Window::Now,
            (Ok(false), Ok(Some(opens))) => Window::NotBefore(opens),
            (Ok(false), Ok(None)) => Window::Never,
            _ => Window::Unknown,
        }
    };
    let written = |notifier: Arc<dyn Notifier>, by| {
        Arc::new(Written {
            floor: Arc::clone(floor),
            by,
            notifier,
        })
    };
    let mut engine = engine
        .window(window)
        .notifier(SMS, written(Arc::new(sms), "an SMS"))
        .channel(SMS, policy())
        .notifier(
            Channel::PHONE.as_str(),
            written(Arc::new(Calls(Arc::clone(floor))), "phone"),
        )
        .channel(Channel::PHONE.as_str(), policy());
    if let Some(email) = email {
        engine = engine
            .notifier(Channel::EMAIL.as_str(), written(email, "e-mail"))
            .channel(Channel::EMAIL.as_str(), policy());
    }
    engine
}

/// Writes into the history how a notification went.
struct Written {
    floor: Arc<Floor>,
    by: &'static str,
    notifier: Arc<dyn Notifier>,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written")
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Notifier for Written {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let outcome = self.notifier.notify(delivery).await;
        let name = delivery
            .notification()
            .details()
            .text("name")
            .unwrap_or("somebody");
        let what = match &outcome {
            Outcome::Delivered(_) => format!("{name} is told by {}", self.by),
            _ => format!("{name} could not be told by {}", self.by),
        };
        remember(&self.floor, &what).await;
        self.floor
            .journal
            .note(self.floor.now(), "on call", what, "");
        outcome
    }
}

/// Calls somebody. Placing the call is the delivery: the key that they press comes to a page of ours, and if they press
/// none, the policy goes on to the next.
///
/// Not [`Phone`](escalation_notify::Phone), for which the call is delivered once it is over: the engine waits for each
/// delivery, and here it runs in the loop that keeps the queue's time, where a phone that rings for half a minute would keep
/// every other phone from ringing.
#[derive(Debug)]
struct Calls(Arc<Floor>);

#[async_trait]
impl Notifier for Calls {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let floor = &self.0;
        let Some(number) = delivery.notification().phone_number() else {
            let missing = Reason::new(Cause::BadDestination, "no number to call");
            return Outcome::Rejected(missing);
        };
        let base = floor.settings.public_url.trim_end_matches('/');
        let call = CreateCall::new(number, floor.settings.line.clone())
            .url(format!("{base}/on-call"))
            .fallback(format!("{base}/fallback"), CallbackMethod::Post)
            .timeout(RINGS);
        match floor.twilio.calls().create(call).await {
            Ok(call) => {
                remember_call(floor, call.sid.as_str()).await;
                Outcome::Delivered(Response::None)
            }
            Err(error @ twilio_rest::Error::Ambiguous { .. }) => {
                Outcome::Unknown(Reason::new(Cause::Other, one_line(&error)))
            }
            Err(error) => Outcome::RetryAfter {
                at_least: None,
                reason: Reason::new(Cause::Other, one_line(&error)),
            },
        }
    }
}

/// So that the ringing can be stopped.
async fn remember_call(floor: &Floor, sid: &str) {
    let written = floor
        .records
        .update::<crate::records::Escalation>(PROCESS, |known| {
            known.map(|mut known| {
                known.calls.push(sid.to_owned());
                known
            })
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(
            "a call to somebody on call is not written down: {}",
            one_line(&error)
        );
    }
}
