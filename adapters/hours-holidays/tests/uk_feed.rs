//! The UK government's feed: what it lists agrees with our data, inside its years it replaces them, and bytes
//! that are no such feed give typed errors.

use std::error::Error;

use business_hours::{CalendarDay, HolidayCalendar};
use chrono::{Datelike, NaiveDate, Weekday};
use hours_holidays::{PublicHolidays, UkBankHolidays, UkDivision, UkFeedError};
use proptest::prelude::*;

const FEED: &[u8] = include_bytes!("data/bank-holidays.json");
const DIVISIONS: [(UkDivision, &[&str]); 3] = [
    (UkDivision::EnglandAndWales, &["GB-ENG", "GB-WLS"]),
    (UkDivision::Scotland, &["GB-SCT"]),
    (UkDivision::NorthernIreland, &["GB-NIR"]),
];

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn is_weekday(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_holiday(calendar: &dyn HolidayCalendar, date: NaiveDate) -> bool {
    matches!(calendar.day(date), CalendarDay::Holiday(_))
}

#[test]
fn the_government_and_our_data_agree() -> Result<(), Box<dyn Error>> {
    let feed = UkBankHolidays::parse(FEED)?;
    let letter = feed.clone().substitutes_only();
    let mut compared = 0;
    for (division, regions) in DIVISIONS {
        let (feed, letter) = (feed.calendar(division)?, letter.calendar(division)?);
        let coverage = feed.coverage().ok_or("the feed covers its years")?;
        assert_eq!(coverage, date("2019-01-01")..=date("2021-12-31"));
        for region in regions {
            let ours = PublicHolidays::of(region.parse()?);
            for date in coverage
                .start()
                .iter_days()
                .take_while(|date| date <= coverage.end())
            {
                assert_eq!(
                    is_holiday(&feed, date),
                    is_holiday(&ours, date),
                    "{region} {date}"
                );
                let expected = is_weekday(date) && is_holiday(&ours, date);
                assert_eq!(
                    is_holiday(&letter, date),
                    expected,
                    "{region} {date}, to the letter"
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 4 * (3 * 365 + 1));
    Ok(())
}

/// A bank holiday is moved: above our data the feed gives the new day and takes the old one away.
#[test]
fn inside_its_years_the_feed_takes_holidays_away() -> Result<(), Box<dyn Error>> {
    let json = r#"{"scotland": {"division": "scotland", "events": [
        {"title": "New Year’s Day", "date": "2026-01-01", "notes": "", "bunting": true},
        {"title": "Early May bank holiday", "date": "2026-05-08", "notes": "", "bunting": true},
        {"title": "Christmas Day", "date": "2026-12-25", "notes": "", "bunting": true}
    ]}}"#;
    let feed = UkBankHolidays::parse(json.as_bytes())?.calendar(UkDivision::Scotland)?;
    let ours = PublicHolidays::of("GB-SCT".parse()?);
    let layered = |date| match feed.day(date) {
        CalendarDay::Unknown => ours.day(date),
        answer => answer,
    };
    assert!(matches!(
        ours.day(date("2026-05-04")),
        CalendarDay::Holiday(_)
    ));
    assert_eq!(layered(date("2026-05-04")), CalendarDay::Nothing);
    assert!(matches!(
        layered(date("2026-05-08")),
        CalendarDay::Holiday(_)
    ));
    assert!(
        matches!(layered(date("2027-05-03")), CalendarDay::Holiday(_)),
        "outside it, ours"
    );
    Ok(())
}

#[test]
fn christmas_on_a_saturday_is_not_an_ordinary_saturday() -> Result<(), Box<dyn Error>> {
    let feed = UkBankHolidays::parse(FEED)?;
    let england = feed.calendar(UkDivision::EnglandAndWales)?;
    let name = |day| match england.day(date(day)) {
        CalendarDay::Holiday(holiday) => holiday.name.to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(name("2021-12-25"), "Christmas Day");
    assert_eq!(name("2021-12-26"), "Boxing Day");
    assert_eq!(name("2021-12-27"), "Christmas Day (substitute day)");
    assert_eq!(name("2021-12-28"), "Boxing Day (substitute day)");
    assert_eq!(name("2021-12-29"), "Nothing");
    Ok(())
}

#[test]
fn a_feed_that_is_cut_covers_no_more_than_it_lists() -> Result<(), Box<dyn Error>> {
    let json = r#"{"scotland": {"events": [
        {"title": "Easter", "date": "2026-04-03"}, {"title": "May", "date": "2027-05-03"}
    ]}}"#;
    let feed = UkBankHolidays::parse(json.as_bytes())?.calendar(UkDivision::Scotland)?;
    assert_eq!(
        feed.coverage(),
        Some(date("2026-04-03")..=date("2027-05-03"))
    );
    Ok(())
}

#[test]
fn errors_say_what_is_wrong() {
    let parse = |json: &str| UkBankHolidays::parse(json.as_bytes());
    let scotland = |json: &str| {
        parse(json)
            .expect("JSON of the feed's shape")
            .calendar(UkDivision::Scotland)
    };
    for json in [
        "",
        "<html>",
        "[]",
        r#"{"scotland": []}"#,
        r#"{"scotland": {"events": [{"title": "x"}]}}"#,
    ] {
        assert!(matches!(parse(json), Err(UkFeedError::Json(_))), "{json}");
    }
    for value in ["2026-02-29", "01/01/2026", "", "2026-1"] {
        let json = format!(
            r#"{{"scotland": {{"events": [{{"title": "Hogmanay", "date": "{value}"}}]}}}}"#
        );
        let error = parse(&json).expect_err("no date").to_string();
        assert!(
            error.contains("scotland") && error.contains("Hogmanay") && error.contains(value),
            "{error}"
        );
    }
    let error = scotland(r#"{"england-and-wales": {"events": []}}"#).expect_err("no Scotland");
    assert_eq!(
        error.to_string(),
        "the feed has no \"scotland\", it has england-and-wales"
    );
    let error = scotland(r#"{"scotland": {"events": []}}"#).expect_err("empty");
    assert_eq!(
        error.to_string(),
        "\"scotland\" lists no bank holiday in any year"
    );
    let gap = r#"{"scotland": {"events": [
        {"title": "a", "date": "2024-12-25"}, {"title": "b", "date": "2026-01-01"}
    ]}}"#;
    assert_eq!(
        scotland(gap).expect_err("2025 is missing").to_string(),
        "\"scotland\" lists no bank holiday in 2025"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = UkBankHolidays::parse(&bytes);
    }

    /// The feed with some bytes changed, which mostly stays JSON.
    #[test]
    fn no_damage_makes_it_panic(at in 0..FEED.len(), bytes in proptest::collection::vec(b' '..b'~', 1..6), cut in any::<bool>()) {
        let mut feed = FEED.to_vec();
        let end = (at + bytes.len()).min(feed.len());
        feed.splice(at..end, bytes);
        if cut {
            feed.truncate(at);
        }
        if let Ok(feed) = UkBankHolidays::parse(&feed) {
            for (division, _) in DIVISIONS {
                if let Ok(calendar) = feed.calendar(division) {
                    is_holiday(&calendar, date("2020-06-01"));
                }
            }
        }
    }
}
