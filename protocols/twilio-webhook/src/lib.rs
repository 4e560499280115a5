//! Typed requests that Twilio sends, and their X-Twilio-Signature.
//!
//! ```
//! use twilio_webhook::{Address, IncomingCall, Params, Verifier, sign};
//!
//! let url = "https://pbx.example.com/incoming";
//! let body = "AccountSid=AC00000000000000000000000000000001\
//!     &CallSid=CA00000000000000000000000000000002&CallStatus=ringing&Direction=inbound\
//!     &From=%2B441134960000&To=%2B441134960001&ApiVersion=2010-04-01&FromCity=LEEDS&New=1";
//!
//! let params = Params::from_form(body)?;
//! let signature = sign("12345", url, &params); // Twilio's part: header X-Twilio-Signature
//! Verifier::new("12345").verify(url, &signature, &params)?;
//!
//! let request = IncomingCall::from_params(&params)?;
//! assert_eq!(request.call.from, Address::Phone("+441134960000".parse()?));
//! assert_eq!(request.call.from_place.city.as_deref(), Some("LEEDS"));
//! assert_eq!(request.extra.get("New"), Some("1"));   // not known here, and not lost
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Params`] are the decoded parameters, [`Verifier`] checks their signature, and there is one
//! type for each kind of request. A web server joins the three through [`SignatureCheck`]: with
//! axum as the extractor [`Signed`], in any tower stack as [`VerifyLayer`].
//!
//! # Kinds of requests
//! | Twilio asks or says | type |
//! | --- | --- |
//! | what to do with a call; whisper, redirect, conference `waitUrl` | [`IncomingCall`] |
//! | what the caller typed or said | [`GatherResult`], [`GatherPartialResult`] |
//! | what came of `<Dial>`, `<Dial><Queue>`, a SIP transfer | [`DialResult`], [`DialQueueResult`], [`DialRefer`], [`ReferResult`] |
//! | waiting in a queue, being taken out of it, having left it | [`QueueWait`], [`QueueWhisper`], [`EnqueueResult`] |
//! | a call has changed; who answered it | [`CallStatusCallback`], [`AnsweredByCallback`] |
//! | a recording, its progress, its transcription | [`RecordResult`], [`RecordingStatusCallback`], [`TranscribeCallback`] |
//! | a conference has changed | [`ConferenceStatusCallback`] |
//! | a payment | [`PayResult`], [`PayStatusCallback`] |
//! | media streams, SIPREC, real-time transcription | [`StreamStatusCallback`], [`SiprecStatusCallback`], [`TranscriptionStatusCallback`] |
//! | a message has come in; one of ours has got further | [`IncomingMessage`], [`MessageStatusCallback`] |
//! | Conversations | [`conversations::Event`] |
//! | TaskRouter | [`TaskAssignment`] |
//!
//! A required parameter that is missing, or one that is malformed, is a [`ParamError`] with its
//! name. An empty optional one counts as absent. What has no field of its own is in `extra`; words
//! that are new are `Other`.
//!
//! # Features
//! None is on by default.
//!
//! - `axum`: [`Signed`], an extractor that verifies and reads.
//! - `tower`: [`VerifyLayer`], a layer that verifies.
//! - `http`: [`SignatureCheck`], which the two stand on, for other servers.
//! - `serde`: SIDs, addresses and wire values as plain texts.
//! - `tracing`: an event with the reason for each request that is turned away.
//!
//! # What this crate does not do
//! It writes no TwiML (see the crate `twiml`), sends nothing (see `twilio-rest`), and does not drop
//! repeated requests: Twilio marks those with the header `I-Twilio-Idempotency-Token`, and only the
//! host knows for how long to remember it.
#![cfg_attr(
    not(all(feature = "axum", feature = "tower")),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "the page links to what features add"
    )
)]

mod address;
#[cfg(feature = "axum")]
mod axum;
#[cfg(any(feature = "axum", feature = "tower"))]
mod body;
mod call;
mod callback;
#[cfg(feature = "http")]
mod check;
pub mod conversations;
mod error;
mod message;
mod open_enum;
mod params;
mod public_url;
mod sid;
mod signature;
mod signed_order;
mod task;
#[cfg(feature = "tower")]
mod tower;
mod url_forms;
mod value;
mod verifier;

pub use address::{Address, PhoneNumber, PhoneNumberError};
#[cfg(feature = "axum")]
pub use axum::Signed;
pub use call::*;
pub use callback::FromParams;
#[cfg(feature = "http")]
pub use check::{Rejection, SignatureCheck};
pub use error::ParamError;
pub use message::*;
pub use params::Params;
pub use public_url::{PublicUrl, PublicUrlError};
pub use sid::*;
pub use signature::{
    Algorithm, SETTINGS_HEADER, SIGNATURE_HEADER, Signer, body_sha256, sign, sign_with,
};
pub use task::TaskAssignment;
#[cfg(feature = "tower")]
pub use tower::{Verify, VerifyLayer};
pub use verifier::{Signature, SignatureError, Verifier};
