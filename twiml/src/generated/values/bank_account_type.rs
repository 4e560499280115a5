// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A kind of bank account.
    BankAccountType {
        CommercialChecking = "commercial-checking",
        CommercialSavings = "commercial-savings",
        ConsumerChecking = "consumer-checking",
        ConsumerSavings = "consumer-savings",
    }
}
