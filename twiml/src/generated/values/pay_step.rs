// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A step of a payment.
    PayStep {
        BankAccountNumber = "bank-account-number",
        BankRoutingNumber = "bank-routing-number",
        ExpirationDate = "expiration-date",
        PaymentCardNumber = "payment-card-number",
        PaymentProcessing = "payment-processing",
        PostalCode = "postal-code",
        SecurityCode = "security-code",
    }
}
