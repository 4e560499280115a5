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
//!
//! The main types are [`VoiceResponse`] and [`MessagingResponse`]. Each element of TwiML is a struct in
//! [`voice`] or [`messaging`]: its attributes are public `Option` fields to read and methods of the same name
//! to set, and its children are added, in the order of the calls, by methods named for them. What an element
//! was given is what is written: `None` means absent, an empty string is written as one (`finishOnKey=""`).
//!
//! # Finding your way
//!
//! ```
//! use twiml::VoiceResponse;
//! use twiml::voice::ssml::{Break, Emphasis, Lang, SayAs};
//! use twiml::voice::{Client, Dial, Gather, GatherInput, Hangup, Parameter, Say, Voice};
//!
//! // An element of text is made from it; `new` is for attributes or SSML first.
//! let greeting = Say::from("Hello.").voice(Voice::PollyAmy);
//! // Words and SSML are added in the order in which they are spoken.
//! let spoken = Say::new()
//!     .text("Your code is ")
//!     .say_as(SayAs::new("4711", "digits"))
//!     .break_(Break::new().strength("strong"))
//!     .emphasis(Emphasis::new().text("Keep it."))
//!     .lang(Lang::new("fr-FR").text("Merci."));
//! // A list takes an array, or anything else that yields its items.
//! let mut gather = Gather::new().action("/menu").input([GatherInput::Dtmf, GatherInput::Speech]);
//! // In a loop, push.
//! for (key, team) in [(1, "sales"), (2, "support")] {
//!     gather.push(Say::from(format!("For {team}, press {key}.")));
//! }
//! // What an element cannot do without is what its `new` asks for.
//! let parameter = Parameter::new("ticket", "7");
//!
//! let answer = VoiceResponse::new()
//!     .say(greeting)
//!     .say(spoken)
//!     .gather(gather)
//!     .dial(Dial::new().client(Client::new("anna").parameter(parameter)))
//!     // An element with neither text nor attributes is still given as a value.
//!     .hangup(Hangup::new());
//! # assert!(answer.lint().is_empty(), "{:?}", answer.lint());
//! # let xml = answer.to_string();
//! # for part in [
//! #     r#"<Say voice="Polly.Amy">Hello.</Say>"#,
//! #     r#"Your code is <say-as interpret-as="digits">4711</say-as><break strength="strong"/>"#,
//! #     r#"<emphasis>Keep it.</emphasis><lang xml:lang="fr-FR">Merci.</lang></Say>"#,
//! #     r#"<Gather action="/menu" input="dtmf speech"><Say>For sales, press 1.</Say><Say>For support"#,
//! #     r#"<Parameter name="ticket" value="7"/>"#,
//! #     "<Hangup/></Response>",
//! # ] {
//! #     assert!(xml.contains(part), "{part} in {xml}");
//! # }
//! ```
//!
//! # Wrong nesting does not compile
//!
//! ```compile_fail,E0599
//! // <Number> stands in <Dial> only.
//! twiml::VoiceResponse::new().number("+442071838750");
//! ```
//! ```compile_fail,E0599
//! // <Dial> may not stand in <Gather>.
//! twiml::voice::Gather::new().dial("+442071838750");
//! ```
//! ```compile_fail,E0599
//! // <Message> belongs to an answer to a message, not to a call.
//! twiml::VoiceResponse::new().message("Hello");
//! ```
//! ```compile_fail,E0599
//! // <break> stands in <Say>, between its words.
//! twiml::VoiceResponse::new().break_(twiml::voice::ssml::Break::new());
//! ```
//! ```compile_fail,E0277
//! // Nor does pushing get round it.
//! twiml::voice::Gather::new().push(twiml::voice::Dial::new());
//! ```
//!
//! For what Twilio adds tomorrow there is a way round, named for what it is: `attribute_unchecked` and
//! `element_unchecked`, on every element.
//!
//! # What this crate does not do
//!
//! It does not talk to Twilio, fetch documents or run them. Requests from Twilio, and their signatures, are
//! another crate's.
//!
//! # Features
//!
//! `std` (default): [`VoiceResponse::write_bytes_to`]. `parse` (default): [`VoiceResponse::parse`] and its kin.
//! Without both the crate needs only `alloc`.
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
pub mod lint;
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

#[cfg(all(doctest, feature = "parse"))]
#[doc = include_str!("../README.md")]
struct ReadMe;

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
