//! Every TwiML verb, noun and attribute as typed Rust: build, render, parse and lint.
//!
//! ```
//! use twiml::VoiceResponse;
//! use twiml::voice::{Dial, Gather, Say};
//!
//! let answer = VoiceResponse::new()
//!     .gather(Gather::new().num_digits(1).timeout(5).action("/menu").say("For sales, press 1."))
//!     .say("We heard nothing, so we connect you.")
//!     .dial(Dial::new().timeout(20).number("+442071838750"));
//!
//! assert_eq!(
//!     answer.to_xml()?,
//!     r#"<?xml version="1.0" encoding="UTF-8"?><Response>"#.to_owned()
//!         + r#"<Gather action="/menu" numDigits="1" timeout="5"><Say>For sales, press 1.</Say></Gather>"#
//!         + "<Say>We heard nothing, so we connect you.</Say>"
//!         + r#"<Dial timeout="20"><Number>+442071838750</Number></Dial></Response>"#
//! );
//! assert_eq!(VoiceResponse::parse(&answer.to_xml()?)?, answer);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod children;
mod content;
mod document;
mod element;
mod speech;
#[rustfmt::skip]
mod generated;
#[cfg(feature = "parse")]
pub mod parse;
pub mod render;
mod value;

pub use element::{Attribute, Comment, Element, InvalidComment, Node, Unchecked};
pub use messaging::MessagingResponse;
#[cfg(feature = "parse")]
pub use parse::ParseError;
pub use render::RenderError;
pub use voice::VoiceResponse;

/// Text, a URL, a label: borrowed when it is a literal, so that literals cost no allocation.
pub type Text = alloc::borrow::Cow<'static, str>;

/// The `Content-Type` to answer Twilio with.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

pub mod values {
    //! The values of attributes: value lists that stay open, times, lists and amounts.
    pub use crate::generated::values::*;
    pub use crate::value::{
        CommaList, Decimal, InvalidDecimal, Milliseconds, PostalCode, Seconds, SpaceList,
        SpeechTimeout, SsmlTime,
    };
}

pub mod voice {
    //! The answer to a call: verbs, their nouns and SSML.
    pub use crate::generated::voice::*;
    #[doc(no_inline)]
    pub use crate::values::*;
}

pub mod messaging {
    //! The answer to a message.
    pub use crate::generated::messaging::*;
    #[doc(no_inline)]
    pub use crate::values::*;
}
