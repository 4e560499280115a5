// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// How easily an agent is interrupted.
    Sensitivity {
        High = "high",
        Low = "low",
        Medium = "medium",
    }
}
