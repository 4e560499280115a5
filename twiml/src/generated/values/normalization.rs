// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// Whether text is normalised before it is spoken.
    Normalization {
        Auto = "auto",
        Off = "off",
        On = "on",
    }
}
