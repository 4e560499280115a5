// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// How an answering machine is told from a person.
    MachineDetection {
        DetectMessageEnd = "DetectMessageEnd",
        Enable = "Enable",
    }
}
