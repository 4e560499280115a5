// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// Why a call is refused.
    RejectReason {
        Busy = "busy",
        Rejected = "rejected",
    }
}
