// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The speed of speech.
    ProsodyRate {
        Fast = "fast",
        Medium = "medium",
        Slow = "slow",
        XFast = "x-fast",
        XSlow = "x-slow",
    }
}
