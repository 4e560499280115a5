use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    CallerIds, Cause, Delivery, Notifier, Outcome, Reason, Reconciled, Reconciler, Response,
    Template, Timer,
};
use twilio_rest::{
    Client, CreateMessage, ListMessages, Message, MessageSid, MessageStatus, MessagingServiceSid,
};

use crate::http_answer::told;
use crate::phone::outcome::not_placed;
use crate::words::Words;

/// Sends each notification as an SMS, to its detail `to` or its `phone-number`.
///
/// ```
/// use std::sync::Arc;
/// use chrono::DateTime;
/// use escalation_core::{CallerIds, VirtualTimer};
/// use escalation_notify::{Proof, Sender, Sms};
/// use twilio_rest::{Client, Credentials};
/// # use bytes::Bytes;
/// # let http = |_: http::Request<Bytes>| Ok(http::Response::new(Bytes::new()));
///
/// let account = "AC00000000000000000000000000000001".parse()?;
/// let client = Client::builder(account, Credentials::auth_token("12345"))
/// #   .transport(http)
///     .build()?;
/// let sender = Sender::Numbers(CallerIds::new().otherwise("+15550100"));
/// # let timer = VirtualTimer::new(DateTime::UNIX_EPOCH);
/// let sms = Sms::new(client, sender, Arc::new(timer), "Order {order} waits.".parse()?)
///     .proof(Proof::Delivered);
/// # let _ = sms;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Twilio has no idempotency keys, so the outcome of a lost answer is unknown: use it as
/// [`Reconciler`] too, with [`UnknownPolicy::Reconcile`](escalation_core::UnknownPolicy::Reconcile).
pub struct Sms {
    client: Client,
    sender: Sender,
    timer: Arc<dyn Timer>,
    otherwise: Template,
    proof: Proof,
}

/// Who an SMS comes from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Sender {
    /// The number with the longest prefix that fits.
    Numbers(CallerIds),
    /// Whichever number this Messaging Service chooses.
    Service(MessagingServiceSid),
}

/// When an SMS counts as delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Proof {
    /// Twilio has taken it.
    #[default]
    Accepted,
    /// The carrier says that it has arrived; Twilio is asked every 5 s. Some carriers say nothing
    /// more than `sent`: then the attempt's timeout, or ten minutes, leave it unknown.
    Delivered,
}

/// How often an SMS is looked at: for ten minutes, should nobody end the attempt before.
const LOOKS: u32 = 120;

/// What Twilio takes as one message, in parts.
const LONGEST: usize = 1_600;

impl Sms {
    /// Sends each message, within 1,600 characters; these words for notifications without one. Of a
    /// bundle that is longer, the SMS says how many more there are.
    pub fn new(client: Client, sender: Sender, timer: Arc<dyn Timer>, otherwise: Template) -> Self {
        Self {
            client,
            sender,
            timer,
            otherwise,
            proof: Proof::Accepted,
        }
    }

    /// When it counts as delivered.
    #[must_use]
    pub const fn proof(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    fn request(&self, delivery: &Delivery, to: &str) -> Result<CreateMessage, Reason> {
        let message = match &self.sender {
            Sender::Service(service) => CreateMessage::by_service(to, *service),
            Sender::Numbers(numbers) => {
                let from = numbers.for_number(to).ok_or_else(|| {
                    let missing = format!("no sender for `{to}`: add its prefix or `default`");
                    Reason::new(Cause::BadDestination, missing)
                })?;
                CreateMessage::new(to, from)
            }
        };
        let words = Words::of(delivery, &self.otherwise)?.within(LONGEST);
        let message = message.body(words);
        // What is pointless by then is better not sent by then.
        Ok(match delivery.notification().deadline() {
            Some(deadline) => {
                let left = (deadline - self.timer.now()).num_seconds().clamp(1, 36_000);
                message.validity(TimeDelta::seconds(left).to_std().unwrap_or_default())
            }
            None => message,
        })
    }

    async fn watch(&self, sid: &MessageSid) -> Outcome {
        for _ in 0..LOOKS {
            let next = self.timer.now().checked_add_signed(TimeDelta::seconds(5));
            let next = next.unwrap_or(DateTime::<Utc>::MAX_UTC);
            self.timer.sleep_until(next).await;
            if let Ok(message) = self.client.messages().fetch(sid).await
                && let Some(outcome) = arrived(&message, self.proof)
            {
                return outcome;
            }
        }
        Outcome::Unknown(Reason::new(
            Cause::Timeout,
            "the carrier has not said that it arrived",
        ))
    }

    async fn look_for(&self, delivery: &Delivery) -> Result<Option<Message>, Reason> {
        let to = delivery.notification().destination().unwrap_or_default();
        let since = delivery
            .attempted_after()
            .checked_sub_signed(TimeDelta::minutes(1))
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut pages = self.client.messages().list(ListMessages::default().to(to));
        let words = Words::of(delivery, &self.otherwise)?.within(LONGEST);
        match pages.next_page().await {
            Ok(page) => Ok(page.into_iter().flatten().find(|message| {
                let created = message.date_created;
                created.is_none_or(|created| created >= since)
                    && message
                        .body
                        .as_deref()
                        // A trial account's messages begin with words of Twilio's, and in a bundle
                        // there are others before and behind.
                        .is_none_or(|body| format!("{body}\n").contains(&format!("{words}\n")))
            })),
            Err(error) => Err(Reason::new(Cause::Timeout, told(&error))),
        }
    }
}

/// The outcome of a message, if it is settled.
fn arrived(message: &Message, proof: Proof) -> Option<Outcome> {
    let why = || {
        let code = message.error_code.map(|code| format!("error {code}"));
        let words = message.error_message.clone();
        [code, words]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(": ")
    };
    match &message.status {
        MessageStatus::Delivered | MessageStatus::Read | MessageStatus::PartiallyDelivered => {
            Some(Outcome::Delivered(Response::None))
        }
        MessageStatus::Undelivered | MessageStatus::Failed => {
            let reason = Reason::new(Cause::BadDestination, why());
            // Blocked, unknown, a landline (30004 to 30006): the same next time. Else the network.
            match message.error_code {
                Some(30004..=30006 | 21610) => Some(Outcome::Rejected(reason)),
                _ => Some(Outcome::RetryAfter {
                    at_least: None,
                    reason,
                }),
            }
        }
        MessageStatus::Canceled => Some(Outcome::RetryAfter {
            at_least: None,
            reason: Reason::new(Cause::Other, "the message was cancelled"),
        }),
        _ if proof == Proof::Accepted => Some(Outcome::Delivered(Response::None)),
        _ => None,
    }
}

#[async_trait]
impl Notifier for Sms {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let to = delivery.notification().destination().unwrap_or_default();
        if to.is_empty() {
            let missing = Reason::new(Cause::BadDestination, "no phone number is given");
            return Outcome::Rejected(missing);
        }
        let request = match self.request(delivery, to) {
            Ok(request) => request,
            Err(reason) => return Outcome::Rejected(reason),
        };
        match self.client.messages().create(request).await {
            Ok(message) => match arrived(&message, self.proof) {
                Some(outcome) => outcome,
                None => self.watch(&message.sid).await,
            },
            Err(error) => not_placed(&error),
        }
    }
}

#[async_trait]
impl Reconciler for Sms {
    async fn reconcile(&self, delivery: &Delivery) -> Reconciled {
        match self.look_for(delivery).await {
            Ok(Some(message)) => match arrived(&message, self.proof) {
                Some(outcome) => Reconciled::Ended(outcome),
                None => Reconciled::AskAgain(Reason::new(Cause::Timeout, "it is on its way")),
            },
            Ok(None) => Reconciled::NeverSent,
            Err(reason) => Reconciled::AskAgain(reason),
        }
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms")
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}
