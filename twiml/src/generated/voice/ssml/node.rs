// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use super::Break;
use super::Emphasis;
use super::Lang;
use super::P;
use super::Phoneme;
use super::Prosody;
use super::S;
use super::SayAs;
use super::Sub;
use super::W;
use crate::children::mixed;

mixed! {
    /// A piece of speech: text, or an element that says how words are spoken.
    Node {
        Break,
        Emphasis,
        Lang,
        P,
        Phoneme,
        Prosody,
        S,
        SayAs,
        Sub,
        W,
    }
    nested {
        Emphasis,
        Lang,
        P,
        Prosody,
        S,
        W,
    }
}
