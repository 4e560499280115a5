// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// Whether, from when and how a call is recorded.
    CallRecord {
        DoNotRecord = "do-not-record",
        False = "false",
        RecordFromAnswer = "record-from-answer",
        RecordFromAnswerDual = "record-from-answer-dual",
        RecordFromRinging = "record-from-ringing",
        RecordFromRingingDual = "record-from-ringing-dual",
        True = "true",
    }
}
