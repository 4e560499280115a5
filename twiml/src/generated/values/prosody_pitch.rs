// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The pitch of speech.
    ProsodyPitch {
        Default = "default",
        High = "high",
        Low = "low",
        Medium = "medium",
        XHigh = "x-high",
        XLow = "x-low",
    }
}
