// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The length of a pause, by strength.
    BreakStrength {
        Medium = "medium",
        None = "none",
        Strong = "strong",
        Weak = "weak",
        XStrong = "x-strong",
        XWeak = "x-weak",
    }
}
