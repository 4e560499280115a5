// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// How strongly words are stressed.
    EmphasisLevel {
        Moderate = "moderate",
        Reduced = "reduced",
        Strong = "strong",
    }
}
