// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The side of a call that is copied or transcribed.
    StreamTrack {
        BothTracks = "both_tracks",
        InboundTrack = "inbound_track",
        OutboundTrack = "outbound_track",
    }
}
