// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The order of the parts of a date.
    DateFormat {
        D = "d",
        Dm = "dm",
        Dmy = "dmy",
        M = "m",
        Md = "md",
        Mdy = "mdy",
        My = "my",
        Y = "y",
        Ym = "ym",
        Ymd = "ymd",
        Yyyymmdd = "yyyymmdd",
    }
}
