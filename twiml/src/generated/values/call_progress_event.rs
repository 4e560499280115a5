// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A state of a called leg that a status callback reports.
    CallProgressEvent {
        Answered = "answered",
        Completed = "completed",
        Initiated = "initiated",
        Ringing = "ringing",
    }
}
