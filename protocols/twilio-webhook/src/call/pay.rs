use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{AccountSid, CallContext, CallSid};

callback! {
    /// `<Pay>` is over (its `action`). Answer with TwiML, which takes over the call.
    ///
    /// Twilio masks card number, security code and bank account; expiry and routing number come in
    /// clear. `Debug` shows what is here: do not log it.
    ///
    /// Source: Twilio, "TwiML Voice: `<Pay>`".
    pub struct PayResult about call: CallContext {
        /// What came of it.
        pub result: PayOutcome = "Result",
        /// The customer at the payment provider.
        pub profile_id: Option<String> = "ProfileId",
        /// The stored means of payment, if a token was asked for.
        pub payment_token: Option<String> = "PaymentToken",
        /// The provider's confirmation of a charge.
        pub confirmation_code: Option<String> = "PaymentConfirmationCode",
        /// `credit-card` or `ach-debit`.
        pub method: Option<String> = "PaymentMethod",
        /// The card, masked but for 4 digits.
        pub card_number: Option<String> = "PaymentCardNumber",
        /// The kind of card.
        pub card_type: Option<String> = "PaymentCardType",
        /// Its expiry, as month and year (`0927`).
        pub expiration_date: Option<String> = "ExpirationDate",
        /// Its security code, masked.
        pub security_code: Option<String> = "SecurityCode",
        /// The postal code of the card's bill.
        pub postal_code: Option<String> = "PaymentCardPostalCode",
        /// The bank account, masked but for 2 digits.
        pub bank_account_number: Option<String> = "BankAccountNumber",
        /// The bank.
        pub bank_routing_number: Option<String> = "BankRoutingNumber",
        /// The kind of bank account.
        pub bank_account_type: Option<String> = "BankAccountType",
        /// What went wrong, in words.
        pub error: Option<String> = "PaymentError",
        /// What went wrong, as a code of the provider.
        pub error_code: Option<String> = "PayErrorCode",
        /// What went wrong at the connector.
        pub connector_error: Option<String> = "ConnectorError",
    }
}

open_enum! {
    /// What came of a payment.
    pub enum PayOutcome {
        /// Paid, or stored.
        Success = "success",
        /// The caller mistyped too often.
        TooManyFailedAttempts = "too-many-failed-attempts",
        /// The payment provider refused or failed.
        PaymentConnectorError = "payment-connector-error",
        /// The caller pressed `*`.
        CallerInterruptedWithStar = "caller-interrupted-with-star",
        /// The caller hung up.
        CallerHungUp = "caller-hung-up",
        /// What was typed cannot be.
        ValidationError = "validation-error",
        /// A fault at Twilio.
        InternalError = "internal-error",
    }
}

callback! {
    /// A payment is one step further (`statusCallback` of `<Pay>`). The answer is ignored.
    ///
    /// Source: Twilio, "TwiML Voice: `<Pay>`".
    pub struct PayStatusCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The call, always the parent leg.
        pub call_sid: CallSid = "CallSid",
        /// What is being asked for.
        pub step: PayStep = "For",
        /// What was wrong with the last input.
        pub error: Option<PayInputError> = "ErrorType",
        /// How often it has been asked for, from 1 to 3.
        pub attempt: u32 = "Attempt",
        /// The card, masked.
        pub card_number: Option<String> = "PaymentCardNumber",
        /// The kind of card.
        pub card_type: Option<String> = "PaymentCardType",
        /// Its expiry.
        pub expiration_date: Option<String> = "ExpirationDate",
        /// Its security code, masked.
        pub security_code: Option<String> = "SecurityCode",
        /// The postal code of the card's bill.
        pub postal_code: Option<String> = "PaymentCardPostalCode",
        /// The bank account, masked.
        pub bank_account_number: Option<String> = "BankAccountNumber",
        /// The bank.
        pub bank_routing_number: Option<String> = "BankRoutingNumber",
        /// The kind of bank account.
        pub bank_account_type: Option<String> = "BankAccountType",
    }
}

open_enum! {
    /// What a payment asks for.
    pub enum PayStep {
        /// The card number.
        CardNumber = "payment-card-number",
        /// The card's expiry.
        ExpirationDate = "expiration-date",
        /// The card's security code.
        SecurityCode = "security-code",
        /// The postal code of the card's bill.
        PostalCode = "postal-code",
        /// The bank.
        BankRoutingNumber = "bank-routing-number",
        /// The bank account.
        BankAccountNumber = "bank-account-number",
        /// Nothing more: the provider is at it.
        Processing = "payment-processing",
    }
}

open_enum! {
    /// What was wrong with an input. `<Prompt>` calls the first of these `timeout`.
    pub enum PayInputError {
        /// Nothing was typed.
        InputTimeout = "input-timeout",
        /// No card has such a number.
        InvalidCardNumber = "invalid-card-number",
        /// A kind of card that is not taken.
        InvalidCardType = "invalid-card-type",
        /// Not a date, or past.
        InvalidDate = "invalid-date",
        /// Too short or too long.
        InvalidSecurityCode = "invalid-security-code",
        /// Too short or too long.
        InvalidPostalCode = "invalid-postal-code",
        /// No bank has such a number.
        InvalidBankRoutingNumber = "invalid-bank-routing-number",
        /// No account has such a number.
        InvalidBankAccountNumber = "invalid-bank-account-number",
        /// A kind of account that is not taken.
        InvalidBankAccountType = "invalid-bank-account-type",
        /// The security code was asked for before the card number.
        InvalidCaptureSequence = "invalid-card-number-security-code-capture-sequence",
        /// The two inputs differ.
        InputMatchingFailed = "input-matching-failed",
        /// Another payment is going on in this call.
        SessionInProgress = "session-in-progress",
        /// A fault at Twilio.
        InternalError = "internal-error",
    }
}
