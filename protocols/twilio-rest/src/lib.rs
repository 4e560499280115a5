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

mod builder;
mod calls;
mod client;
mod credentials;
mod endpoint;
mod error;
mod form;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod retry;
mod transport;
mod wire;

pub use builder::ClientBuilder;
pub use calls::{Call, CallEvent, CallbackMethod, Calls, CreateCall, MachineDetection};
pub use client::Client;
pub use credentials::Credentials;
pub use error::{ApiError, ConfigError, Error};
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub use retry::RetryPolicy;
pub use transport::{HttpTransport, TransportError};
/// The types of values that this crate shares with the webhooks.
pub use twilio_webhook::{
    AccountSid, Address, AnsweredBy, ApiKeySid, CallSid, CallStatus, Direction, PhoneNumber,
};
