//! Regions: what is one, how they are written, and that none is assumed.

use std::collections::HashSet;
use std::error::Error;

use hours_holidays::{PublicHolidays, Region, RegionError, countries};
use proptest::prelude::*;

#[test]
fn every_region_is_read_back_from_what_it_writes() -> Result<(), Box<dyn Error>> {
    let mut seen = HashSet::new();
    for region in Region::all() {
        let text = region.to_string();
        assert_eq!(text.parse::<Region>()?, region);
        assert_eq!(text.to_ascii_lowercase().parse::<Region>()?, region);
        let json = serde_json::to_string(&region)?;
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Region>(&json)?, region);
        assert!(seen.insert(region), "{text} is there twice");
    }
    assert_eq!(seen.len(), 250 + 629);
    Ok(())
}

#[test]
fn a_country_whose_parts_differ_is_never_assumed_to_be_one_of_them() {
    for country in countries::ALL {
        let whole = country.code().parse::<Region>();
        let nationwide = PublicHolidays::of(country.nationwide());
        let differs = country.subdivisions().any(|part| {
            let part = country.subdivision(part.code()).expect("one of its own");
            let part = PublicHolidays::of(part);
            !part.iter().eq(nationwide.iter())
                || !part.half_days().eq(nationwide.half_days())
                || !part.working_days().eq(nationwide.working_days())
        });
        match whole {
            Ok(region) => {
                assert!(!differs, "{region}");
                assert_eq!(region, country.nationwide());
            }
            Err(error) => {
                assert!(differs, "{}", country.code());
                assert_eq!(error, RegionError::SubdivisionRequired { country });
            }
        }
    }
}

#[test]
fn a_uk_region_is_never_defaulted() {
    for text in ["GB", "gb"] {
        let error = text.parse::<Region>().expect_err("no region");
        assert_eq!(
            error.to_string(),
            "GB (United Kingdom) is no region by itself, for its parts have holidays of their own: name one of \
             GB-ENG (England), GB-NIR (Northern Ireland), GB-SCT (Scotland), GB-WLS (Wales); or GB-nationwide \
             for the list that the source has for the country as such"
        );
    }
    let error = "UK-ENG".parse::<Region>().expect_err("no code of ISO 3166");
    assert!(
        error
            .to_string()
            .starts_with("no holidays are known for \"UK-ENG\""),
        "{error}"
    );
    assert!(
        error.to_string().contains("the United Kingdom's is GB"),
        "{error}"
    );
}

#[test]
fn errors_name_the_value_and_what_is_known() {
    let error = |text: &str| text.parse::<Region>().expect_err("no region").to_string();
    assert_eq!(
        error("GB-LON"),
        "GB (United Kingdom) has no part \"LON\" in the data: there are GB-ENG (England), GB-NIR (Northern \
         Ireland), GB-SCT (Scotland), GB-WLS (Wales)"
    );
    assert_eq!(
        error("IE-D"),
        "IE (Ireland) has no part \"D\" in the data: there are none"
    );
    assert!(error("").contains("one of AD, AE, AF"));
    assert!(error("ÄÖ-Ü").contains("\"ÄÖ-Ü\""));
}

#[test]
fn parts_without_a_code_of_iso_go_by_the_word_of_the_source() -> Result<(), Box<dyn Error>> {
    for text in [
        "DE-Augsburg",
        "AU-NSW Western",
        "BR-São Paulo Capital",
        "BE-Flemish",
    ] {
        assert_eq!(text.parse::<Region>()?.to_string(), text);
    }
    Ok(())
}

#[test]
fn regions_of_countries_without_differences_need_no_part() -> Result<(), Box<dyn Error>> {
    // Austria's states are known to the source and have the same days.
    let (austria, tyrol): (Region, Region) = ("AT".parse()?, "AT-7".parse()?);
    assert_eq!(austria.to_string(), "AT");
    assert_eq!(tyrol.name(), "Tirol, Austria");
    assert!(
        PublicHolidays::of(austria)
            .iter()
            .eq(PublicHolidays::of(tyrol).iter())
    );
    Ok(())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,12}", code in "[A-Za-z]{2}-.{0,6}") {
        for text in [text, code] {
            match text.parse::<Region>() {
                Ok(region) => prop_assert!(region.to_string().eq_ignore_ascii_case(&text)
                    || region.country().is_uniform()),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }
}
