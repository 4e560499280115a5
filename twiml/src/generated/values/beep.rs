// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// When a conference beeps.
    Beep {
        False = "false",
        OnEnter = "onEnter",
        OnExit = "onExit",
        True = "true",
    }
}
