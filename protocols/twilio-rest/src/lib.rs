//! Async client for the REST API of Twilio.
//!
//! ```
//! use twilio_rest::{CallEvent, Client, CreateCall, Credentials};
//! # use bytes::Bytes;
//! # let transport = |_: http::Request<Bytes>| {
//! #     let body = r#"{"sid": "CA00000000000000000000000000000002", "status": "queued", "new": 1}"#;
//! #     Ok(http::Response::builder().status(201).body(Bytes::from(body)).unwrap())
//! # };
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let account = "AC00000000000000000000000000000001".parse()?;
//! let client = Client::builder(account, Credentials::auth_token("12345"))
//! #   .transport(transport)
//!     .build()?;
//!
//! let call = client
//!     .calls()
//!     .create(
//!         CreateCall::new("+441134960000", "+441134960001")
//!             .url("https://pbx.example.com/agent")
//!             .status_callback("https://pbx.example.com/status", CallEvent::ALL),
//!     )
//!     .await?;
//! assert_eq!(call.status.as_str(), "queued");
//! assert_eq!(call.extra["new"], 1); // not known here, and not lost
//! client.calls().cancel(&call.sid).await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Client`] is the main type: one for an account, cloned freely. What it can do is grouped by
//! resource: [`Client::calls`], [`Client::messages`].
//!
//! # Under pressure
//! Twilio has no idempotency keys for calls, so a creation whose answer is lost is **not** sent
//! again: it is [`Error::Ambiguous`], and the host looks before it repeats. What Twilio has
//! certainly not done (429, no connection) is sent again, and so are reads and the ending of calls
//! after any failure. [`RetryPolicy`] has the whole table. At most
//! [`concurrency`](ClientBuilder::concurrency) requests are under way at once, since that is what
//! Twilio limits; each attempt has a [`timeout`](ClientBuilder::timeout) and a
//! [`body_limit`](ClientBuilder::body_limit).
//!
//! A request whose future is dropped may or may not have been done.
//!
//! # Features
//! - `reqwest` (on by default): [`ReqwestTransport`], with TLS by rustls and ring. Without it a
//!   host brings its own [`HttpTransport`], and the crate depends on no HTTP client.
//! - `conformance`: the contract of [`HttpTransport`] as tests, for transports of your own.
//! - `tracing`: an event for each attempt, without secrets, numbers or bodies.
//!
//! The timeouts and waits are tokio's, so a client works within a tokio runtime with time enabled.
//!
//! # What this crate does not do
//! It does not read webhooks (see `twilio-webhook`) nor write TwiML (see `twiml`), and it keeps
//! nothing: what to do about [`Error::Ambiguous`] is the host's decision. Resources other than
//! calls and messages are still to come.

mod builder;
mod callback;
pub mod calls;
mod client;
pub mod conferences;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod conversations;
mod credentials;
mod endpoint;
mod error;
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
