//! The `holidays` crate as a layer: the United Kingdom only by nation and with its known errors put right, the
//! errors of other countries marked, and what it does not have refused.
#![cfg(feature = "holidays-crate")]

use std::collections::BTreeSet;
use std::error::Error;

use business_hours::{CalendarDay, HolidayCalendar};
use chrono::{Datelike, NaiveDate};
use hours_holidays::{CrateHolidays, CrateHolidaysError, PublicHolidays, Region, countries};

fn every_day() -> impl Iterator<Item = NaiveDate> {
    let first: NaiveDate = "2000-01-01".parse().expect("a date");
    first.iter_days().take_while(|date| date.year() <= 2030)
}

#[test]
fn each_nation_of_the_united_kingdom_has_the_days_of_our_data() -> Result<(), Box<dyn Error>> {
    for nation in countries::GB.subdivisions() {
        let region = countries::GB.subdivision(nation.code())?;
        let (theirs, ours) = (CrateHolidays::of(region)?, PublicHolidays::of(region));
        for date in every_day() {
            assert_eq!(
                matches!(theirs.day(date), CalendarDay::Holiday(_)),
                ours.get(date).is_some(),
                "{region} {date}"
            );
        }
        assert_eq!(theirs.doubts().count(), 0, "{region}");
    }
    Ok(())
}

#[test]
fn no_name_keeps_its_tag() -> Result<(), Box<dyn Error>> {
    let new_year = "2023-01-02".parse()?;
    for (code, expected) in [
        ("GB-ENG", "New Year's Day (Observed)"),
        ("GB-SCT", "New Year Holiday; New Year's Day (Observed)"),
    ] {
        let list = CrateHolidays::of(code.parse()?)?;
        let CalendarDay::Holiday(holiday) = list.day(new_year) else {
            panic!("{code}: {:?}", list.day(new_year));
        };
        assert_eq!(holiday.name, expected);
        for date in every_day() {
            if let CalendarDay::Holiday(holiday) = list.day(date) {
                assert!(!holiday.name.contains('['), "{date}: {}", holiday.name);
            }
        }
    }
    Ok(())
}

#[test]
fn errors_of_other_countries_are_marked() -> Result<(), Box<dyn Error>> {
    let region: Region = "BA-nationwide".parse()?;
    let (theirs, ours) = (CrateHolidays::of(region)?, PublicHolidays::of(region));
    let doubts: BTreeSet<_> = theirs.doubts().collect();
    let differ: BTreeSet<_> = every_day()
        .filter(|date| {
            matches!(theirs.day(*date), CalendarDay::Holiday(_)) != ours.get(*date).is_some()
        })
        .collect();
    assert_eq!(doubts, differ);
    assert_eq!(doubts.len(), 195);
    Ok(())
}

#[test]
fn what_it_does_not_have_is_refused() -> Result<(), Box<dyn Error>> {
    let refused = |region: &str| -> Result<_, Box<dyn Error>> {
        let region: Region = region.parse()?;
        Ok(CrateHolidays::of(region).expect_err("no list"))
    };
    assert_eq!(refused("GB-nationwide")?, CrateHolidaysError::UnitedKingdom);
    assert_eq!(refused("VA")?, CrateHolidaysError::Country { code: "VA" });
    let region = "DE-BY".parse()?;
    assert_eq!(
        refused("DE-BY")?,
        CrateHolidaysError::Subdivision { region }
    );
    Ok(())
}

#[test]
fn after_2030_it_knows_nothing() -> Result<(), Box<dyn Error>> {
    let list = CrateHolidays::of("GB-ENG".parse()?)?;
    assert_eq!(list.day("2031-12-25".parse()?), CalendarDay::Unknown);
    assert_eq!(list.day("1999-12-25".parse()?), CalendarDay::Unknown);
    assert_eq!(
        list.coverage(),
        Some("2000-01-01".parse()?..="2030-12-31".parse()?)
    );
    assert_eq!(
        list.provenance().to_string(),
        "holidays crate, GB-ENG 0.1.0 as of 2023-02-02"
    );
    Ok(())
}
