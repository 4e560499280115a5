// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// How a caller pays.
    PaymentMethod {
        AchDebit = "ach-debit",
        CreditCard = "credit-card",
    }
}
