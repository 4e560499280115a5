// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

//! Verbs and nouns of a messaging answer.

mod messaging_response;
mod message;
mod redirect;
mod body;
mod media;

pub use messaging_response::{MessagingResponse, Verb};
pub use message::{Message, MessageNoun};
pub use redirect::Redirect;
pub use body::Body;
pub use media::Media;
