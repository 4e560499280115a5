// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// How much jitter a conference smooths.
    JitterBufferSize {
        Large = "large",
        Medium = "medium",
        Off = "off",
        Small = "small",
    }
}
