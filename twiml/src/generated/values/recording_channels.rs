// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The number of channels of a recording.
    RecordingChannels {
        Dual = "dual",
        Mono = "mono",
    }
}
