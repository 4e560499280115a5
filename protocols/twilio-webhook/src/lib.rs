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
//! # let signature = sign("12345", url, &params);
//! Verifier::new("12345").verify(url, &signature, &params)?;
//!
//! let request = IncomingCall::from_params(&params)?;
//! assert_eq!(request.call.from, Address::Phone("+441134960000".parse()?));
//! assert_eq!(request.call.from_place.city.as_deref(), Some("LEEDS"));
//! assert_eq!(request.extra.get("New"), Some("1"));   // not known here, and not lost
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

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
pub use signature::{Algorithm, SETTINGS_HEADER, SIGNATURE_HEADER, body_sha256, sign, sign_with};
pub use task::TaskAssignment;
#[cfg(feature = "tower")]
pub use tower::{Verify, VerifyLayer};
pub use verifier::{Signature, SignatureError, Verifier};
