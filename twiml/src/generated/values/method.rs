// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The HTTP method of a request that Twilio makes.
    Method {
        Get = "GET",
        Post = "POST",
    }
}
