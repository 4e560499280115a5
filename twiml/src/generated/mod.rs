// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

pub(crate) mod messaging;
pub(crate) mod values;
#[cfg(feature = "parse")]
pub(crate) mod vocabulary;
pub(crate) mod voice;
