// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A state of a conference that a status callback reports.
    ConferenceEvent {
        Announcement = "announcement",
        End = "end",
        Hold = "hold",
        Join = "join",
        Leave = "leave",
        Modify = "modify",
        Mute = "mute",
        Speaker = "speaker",
        Start = "start",
    }
}
