// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

//! SSML: how the words of `<Say>` are spoken.

mod break_;
mod emphasis;
mod lang;
mod p;
mod phoneme;
mod prosody;
mod s;
mod say_as;
mod sub;
mod w;
mod node;

pub use break_::Break;
pub use emphasis::Emphasis;
pub use lang::Lang;
pub use p::P;
pub use phoneme::Phoneme;
pub use prosody::Prosody;
pub use s::S;
pub use say_as::SayAs;
pub use sub::Sub;
pub use w::W;
pub use node::Node;
