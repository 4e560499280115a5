//! Async client for the REST API of Twilio.
//!
//! ```
//! use twilio_rest::{CallEvent, Client, CreateCall, CreateMessage, Credentials, ListCalls};
//! # let transport = |request: http::Request<bytes::Bytes>| {
//! #     let call = r#"{"sid": "CA00000000000000000000000000000002", "status": "queued", "new": 1}"#;
//! #     let body = match (request.method().as_str(), request.uri().path().rsplit('/').next()) {
//! #         ("GET", _) => format!(r#"{{"calls": [{call}], "next_page_uri": null}}"#),
//! #         (_, Some("Messages.json")) => call.replace("CA", "SM"),
//! #         _ => call.to_owned(),
//! #     };
//! #     Ok(http::Response::new(body.into()))
//! # };
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let account = "AC00000000000000000000000000000001".parse()?;
//! let client = Client::builder(account, Credentials::auth_token("12345"))
//! #   .transport(transport)
//!     .build()?;
//!
//! let call = CreateCall::new("+441134960000", "+441134960001")
//!     .url("https://pbx.example.com/agent")
//!     .status_callback("https://pbx.example.com/status", CallEvent::ALL);
//! let call = client.calls().create(call).await?;
//! assert_eq!(call.status.as_str(), "queued");
//! assert_eq!(call.extra["new"], 1); // not known here, and not lost
//!
//! let mut ringing = client.calls().list(ListCalls::default().to("+441134960000"));
//! while let Some(call) = ringing.next().await? {
//!     client.calls().cancel(&call.sid).await?;
//! }
//! let message = CreateMessage::new("+441134960000", "+441134960001").body("We tried to call.");
//! client.messages().create(message).await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Client`] is the main type: one for an account, cloned freely. What it can do is grouped by
//! resource, a module each:
//!
//! | resource | what can be done |
//! | --- | --- |
//! | [`Client::calls`] | create, fetch, list, update, redirect, cancel, complete, delete, record |
//! | [`Client::messages`] | create (also later, with media, by a Messaging Service), fetch, list, cancel, redact, delete |
//! | [`Client::queues`] | create, fetch, list, find by name, update, delete; [members](queues::Members): fetch, list, dequeue |
//! | [`Client::conferences`] | fetch, list, announce, end; [participants](conferences::Participants): create, fetch, list, update, remove |
//! | [`Client::recordings`] | fetch, list, delete, where the sound is; [of a call or conference](recordings::RecordingsOf): list, pause, resume, stop |
//! | [`Client::incoming_numbers`] | create (buy), fetch, list, find, update, delete |
//! | [`Client::conversations`] | create (also with participants), fetch, list, update, delete, those of a user; [participants](conversations::ConversationParticipants), [messages](conversations::ConversationMessages), [webhooks](conversations::Webhooks) |
//!
//! Answers are structs. Words that Twilio may add to are enums with an `Other`; a field that is not
//! known, or not of the form that was expected, is kept in `extra`. Lists are [`Pages`], fetched
//! when needed. What a form has no method for, its `unchecked` sends.
//!
//! # Under pressure
//! Twilio has no idempotency keys for calls and messages, so a creation whose answer is lost is
//! **not** sent again: it is [`Error::Ambiguous`], and the host looks before it repeats. What
//! Twilio has certainly not done (429, no connection) is sent again, and so are reads, deletions and
//! changes that do the same when done twice. [`RetryPolicy`] has the whole table.
//!
//! ```
//! # use twilio_rest::{CallSid, Client, CreateCall, Error, ListCalls};
//! /// Rings this phone once, whatever happens. `since`: a moment before the first attempt.
//! async fn ring(
//!     client: &Client,
//!     phone: &str,
//!     since: chrono::DateTime<chrono::Utc>,
//! ) -> Result<CallSid, Error> {
//!     loop {
//!         let call = CreateCall::new(phone, "+441134960001").url("https://pbx.example.com/agent");
//!         match client.calls().create(call).await {
//!             Ok(call) => return Ok(call.sid),
//!             Err(Error::Ambiguous { .. }) => {}
//!             Err(error) => return Err(error),
//!         }
//!         // What has just been created may not be listed yet.
//!         tokio::time::sleep(std::time::Duration::from_secs(5)).await;
//!         let latest = client.calls().list(ListCalls::default().to(phone));
//!         for call in latest.collect(50).await? {
//!             if call.date_created.is_none_or(|created| created >= since) {
//!                 return Ok(call.sid);
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! At most [`concurrency`](ClientBuilder::concurrency) requests are under way at once, since that
//! is what Twilio limits, and at most [`rate_limit`](ClientBuilder::rate_limit) begin in a span of
//! time; each attempt has a [`timeout`](ClientBuilder::timeout) and a
//! [`body_limit`](ClientBuilder::body_limit). Clones share all of these.
//!
//! A request whose future is dropped may or may not have been done.
//!
//! # Features
//! - `reqwest` (on by default): [`ReqwestTransport`], with TLS by rustls and ring. Without it a
//!   host brings its own [`HttpTransport`], and the crate depends on no HTTP client.
//! - `conformance`: the contract of [`HttpTransport`] as tests, for transports of your own.
//! - `tracing`: a span `twilio_request` for each request (product, method, path, attempts, status,
//!   request id), and in it an event for each attempt. No secrets, numbers, names, queries or
//!   bodies.
//!
//! The timeouts and waits are tokio's, so a client works within a tokio runtime with time enabled,
//! and its time can be tokio's paused one in tests.
//!
//! # What this crate does not do
//! It does not read webhooks (see `twilio-webhook`) nor write TwiML (see `twiml`), and it keeps
//! nothing: what to do about [`Error::Ambiguous`] is the host's decision. It fetches no sound or
//! pictures. Lookup, TaskRouter, Sync, Studio and the rest of Twilio's APIs are not in it.

mod builder;
mod callback;
pub mod calls;
mod client;
pub mod codes;
pub mod conferences;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod conversations;
mod credentials;
mod endpoint;
mod error;
mod fields;
mod form;
pub mod incoming_numbers;
pub mod messages;
mod operation;
mod page;
pub mod queues;
mod rate;
pub mod recordings;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod retry;
mod sid;
#[cfg(test)]
mod specification;
mod trace;
mod transport;
mod wire;
mod words;

pub use builder::ClientBuilder;
pub use callback::CallbackMethod;
pub use calls::{Call, CallEvent, Calls, CreateCall, ListCalls, MachineDetection, UpdateCall};
pub use client::Client;
pub use credentials::Credentials;
pub use error::{ApiError, ConfigError, Error};
pub use messages::{CreateMessage, ListMessages, Message, Messages};
pub use page::Pages;
pub use rate::RateLimit;
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub use retry::RetryPolicy;
pub use sid::WrongSid;
pub use transport::{HttpTransport, TransportError};
/// The types of values that this crate shares with the webhooks.
pub use twilio_webhook::{
    AccountSid, Address, AnsweredBy, ApiKeySid, CallSid, CallStatus, Direction, MessageSid,
    MessageStatus, MessagingServiceSid, PhoneNumber,
};
