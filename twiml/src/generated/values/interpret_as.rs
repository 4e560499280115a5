// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// How a piece of text is read.
    InterpretAs {
        Address = "address",
        Cardinal = "cardinal",
        Characters = "characters",
        Date = "date",
        Digits = "digits",
        Expletive = "expletive",
        Fraction = "fraction",
        Number = "number",
        Ordinal = "ordinal",
        SpellOut = "spell-out",
        Telephone = "telephone",
        Time = "time",
        Unit = "unit",
    }
}
