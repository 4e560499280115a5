// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The loudness of speech.
    ProsodyVolume {
        Default = "default",
        Loud = "loud",
        Medium = "medium",
        Silent = "silent",
        Soft = "soft",
        XLoud = "x-loud",
        XSoft = "x-soft",
    }
}
