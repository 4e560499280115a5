// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A state of a call in a conversation that a status callback reports.
    ConversationEvent {
        CallAnswered = "call-answered",
        CallCompleted = "call-completed",
        CallInitiated = "call-initiated",
        CallRinging = "call-ringing",
    }
}
