// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

crate::value::open_enum! {
    /// The language of the prompts built into `<Pay>`.
    PayLanguage {
        DeDe = "de-DE",
        EnAu = "en-AU",
        EnCa = "en-CA",
        EnGb = "en-GB",
        EnIe = "en-IE",
        EnIn = "en-IN",
        EnNz = "en-NZ",
        EnPh = "en-PH",
        EnUs = "en-US",
        EnZa = "en-ZA",
        EsEs = "es-ES",
        EsUs = "es-US",
        FrCa = "fr-CA",
        FrFr = "fr-FR",
        ItIt = "it-IT",
    }
}
