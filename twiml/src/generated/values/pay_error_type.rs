// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A mistake in a payment step.
    PayErrorType {
        InputMatchingFailed = "input-matching-failed",
        InternalError = "internal-error",
        InvalidCardNumber = "invalid-card-number",
        InvalidCardType = "invalid-card-type",
        InvalidDate = "invalid-date",
        InvalidSecurityCode = "invalid-security-code",
        Timeout = "timeout",
    }
}
