// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// A kind of payment card.
    CardType {
        Amex = "amex",
        DinersClub = "diners-club",
        Discover = "discover",
        Enroute = "enroute",
        Jcb = "jcb",
        Maestro = "maestro",
        Mastercard = "mastercard",
        Optima = "optima",
        Visa = "visa",
    }
}
