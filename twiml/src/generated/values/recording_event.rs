// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A state of a recording that a status callback reports.
    RecordingEvent {
        Absent = "absent",
        Completed = "completed",
        InProgress = "in-progress",
    }
}
