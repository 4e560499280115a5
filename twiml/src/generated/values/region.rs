// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The place where a conference is mixed.
    Region {
        Au1 = "au1",
        Br1 = "br1",
        De1 = "de1",
        Ie1 = "ie1",
        Jp1 = "jp1",
        Sg1 = "sg1",
        Us1 = "us1",
        Us2 = "us2",
    }
}
