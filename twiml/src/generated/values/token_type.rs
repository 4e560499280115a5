// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// What kind of payment token is made.
    TokenType {
        OneTime = "one-time",
        PaymentMethod = "payment-method",
        Reusable = "reusable",
    }
}
