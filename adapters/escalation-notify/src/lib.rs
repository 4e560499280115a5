//! Delivers escalations: phone and SMS by Twilio, e-mail, PubNub, webhook, console.
//!
//! ```
//! use std::sync::Arc;
//! use chrono::{DateTime, TimeDelta};
//! use escalation_core::{Channel, Engine, MemoryStore, Notification, ProcessId, StartRequest};
//! use escalation_notify::{Console, Webhook, WebhookSecret};
//!
//! // A service has a `twilio_rest::ReqwestTransport`, and `|| TokioTimer.now()`.
//! let http = |_: http::Request<bytes::Bytes>| Ok(http::Response::new(bytes::Bytes::new()));
//! let clock = || DateTime::UNIX_EPOCH;
//! # futures::executor::block_on(async {
//! let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let webhook = Webhook::new(Arc::new(http), Arc::new(clock), secret)
//!     .to("https://orders.example.com/escalations")?;
//! let console = Console::new(std::io::stdout(), "order {order} waits".parse()?);
//! let engine = Engine::builder(Arc::new(MemoryStore::new()))
//!     .notifier("console", Arc::new(console))
//!     .notifier("webhook", Arc::new(webhook))
//!     .build()?;
//!
//! let now = DateTime::UNIX_EPOCH;
//! let order = StartRequest::new(ProcessId::new("order-17")?)
//!     .notify(Notification::after(Channel::new("console")?, TimeDelta::zero()).with("order", 17)?)
//!     .notify(Notification::after(Channel::new("webhook")?, TimeDelta::zero()));
//! engine.start(&order, now).await?;
//! engine.run_once(now).await?;
//! assert_eq!(engine.counts().delivered, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! Each channel is a [`Notifier`](escalation_core::Notifier): [`Phone`], [`Sms`], [`Email`],
//! [`PubNub`], [`Webhook`], [`Console`]. What is said is the message of the notification, which
//! the engine has made of a [template](escalation_core::EngineBuilder::template); the notifiers have
//! words of their own for those that name none. What travels as one
//! [bundle](escalation_core::ChannelPolicy::bundle) is one call, message or request.
//!
//! | channel | to | the same key for every attempt | unknown outcomes |
//! |---|---|---|---|
//! | [`Phone`] | `phone-number` | in the URLs of keys and callbacks | ask Twilio: [`Phone`] is a [`Reconciler`](escalation_core::Reconciler) |
//! | [`Sms`] | `to`, or `phone-number` | no | ask Twilio: [`Sms`] is a [`Reconciler`](escalation_core::Reconciler) |
//! | [`Email`] | `email` | `Message-ID` | resend |
//! | [`PubNub`] | `pubnub-channel` | `key` in the message | resend |
//! | [`Webhook`] | fixed, or `to` | `webhook-id`, `Idempotency-Key` | resend |
//! | [`Console`] | a writer | begins the line | (none) |
//!
//! # What we do not do
//! No web server: a host that wants key presses hands Twilio's requests to [`Phone::pressed`] after
//! checking their signature. No reading of e-mail or SMS that is sent in answer.

mod bundle;
mod console;
mod email;
mod http_answer;
mod phone;
mod pubnub;
mod sms;
mod timer;
mod webhook;
mod words;

pub use console::Console;
pub use email::{Email, SenderError};
pub use phone::{Answering, Phone, PhoneBuilder, PhoneError, Pressed};
pub use pubnub::{PubNub, PubNubError};
pub use sms::{Proof, Sender, Sms};
pub use timer::TokioTimer;
pub use webhook::{Webhook, WebhookError, WebhookSecret};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What needs no encoding in a header, a `Message-ID` (RFC 5322, atext) and a signed `webhook-id`,
/// whose parts are divided by full stops.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'/');

/// A key, which may hold any characters, as a header can carry it.
fn header_text(key: &str) -> String {
    utf8_percent_encode(key, PLAIN).to_string()
}

/// A template of this crate's own, whose braces are in order; if they were not, it would say nothing.
fn standing(text: &'static str) -> escalation_core::Template {
    text.parse()
        .or_else(|_| "".parse())
        .expect("an empty text has no braces")
}
