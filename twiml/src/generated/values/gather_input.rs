// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// What `<Gather>` accepts.
    GatherInput {
        Dtmf = "dtmf",
        Speech = "speech",
    }
}
