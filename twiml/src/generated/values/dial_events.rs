// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// Events that `<Dial>` subscribes to.
    DialEvents {
        CallProgressEvent = "call-progress-event",
    }
}
