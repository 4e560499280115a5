// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// Whether silence at both ends of a recording is cut.
    Trim {
        DoNotTrim = "do-not-trim",
        TrimSilence = "trim-silence",
    }
}
