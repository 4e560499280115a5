// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// What interrupts or reports during speech of an agent.
    InterruptBy {
        Any = "any",
        Dtmf = "dtmf",
        False = "false",
        None = "none",
        Speech = "speech",
        True = "true",
    }
}
