//! Calendars in layers under a schedule, as a host sets them up: its own dates above the UK government's feed
//! above our data.

use std::error::Error;

use business_hours::{HolidayList, OnUnknown, Override, Provenance, QueryError, Schedule, Tz};
use chrono::{DateTime, Utc};
use hours_holidays::{PublicHolidays, Region, UkBankHolidays, UkDivision, countries};

/// The government moves the Early May bank holiday of 2026 to Friday the 8th.
const FEED: &str = r#"{"england-and-wales": {"division": "england-and-wales", "events": [
    {"title": "New Year’s Day", "date": "2026-01-01", "notes": "", "bunting": true},
    {"title": "Early May bank holiday (VE day)", "date": "2026-05-08", "notes": "", "bunting": true},
    {"title": "Christmas Day", "date": "2026-12-25", "notes": "", "bunting": true},
    {"title": "Boxing Day", "date": "2026-12-28", "notes": "Substitute day", "bunting": true}
]}}"#;

fn noon(date: &str) -> Result<DateTime<Utc>, Box<dyn Error>> {
    Ok(format!("{date}T12:00:00Z").parse()?)
}

#[test]
fn the_strongest_calendar_that_knows_decides() -> Result<(), Box<dyn Error>> {
    let own = HolidayList::new(Provenance::new("Intranet"))
        .holiday("2026-07-03".parse()?, "Company outing")
        .working_day("2026-12-28".parse()?, "Boxing Day sale");
    let feed = UkBankHolidays::parse(FEED.as_bytes())?.calendar(UkDivision::EnglandAndWales)?;
    let data = PublicHolidays::of(countries::GB.subdivision("ENG")?);
    let desk = Schedule::builder(Tz::Europe__London)
        .week("mon-fri".parse()?, "09:00-17:30".parse()?)
        .holidays(own)
        .holidays(feed)
        .holidays(data)
        .on_unknown_holiday(OnUnknown::Error)
        .build()?;

    for (date, expected) in [
        ("2026-07-03", Some("Company outing")), // our own day
        ("2026-12-28", None),                   // our own word beats the feed
        ("2026-05-08", Some("Early May bank holiday (VE day)")), // the feed gives …
        ("2026-05-04", None),                   // … and takes away
        ("2027-05-03", Some("May Day")),        // after the feed, our data
        ("2027-12-27", Some("Christmas Day (observed)")),
        ("2025-11-30", None), // St Andrew's Day is not England's
    ] {
        let status = desk.status(noon(date)?)?;
        assert_eq!(
            status
                .holiday()
                .filter(|_| !status.is_open())
                .map(|day| day.name),
            expected,
            "{date}"
        );
    }
    // No calendar knows 2051, and the schedule was told to say so.
    assert!(matches!(
        desk.status(noon("2051-03-01")?),
        Err(QueryError::HolidaysUnknown { .. })
    ));
    Ok(())
}

#[test]
fn bavaria_is_shut_when_berlin_is_not() -> Result<(), Box<dyn Error>> {
    let desk = |region: Region| -> Result<Schedule, Box<dyn Error>> {
        Ok(Schedule::builder(Tz::Europe__Berlin)
            .week("mon-fri".parse()?, "09:00-17:30".parse()?)
            .holidays(PublicHolidays::of(region))
            .on_unknown_holiday(OnUnknown::Closed)
            .build()?)
    };
    let (munich, berlin) = (desk("DE-BY".parse()?)?, desk("DE-BE".parse()?)?);
    let corpus_christi = noon("2027-05-27")?;
    let status = munich.status(corpus_christi)?;
    assert_eq!(
        status.to_string(),
        "closed: Fronleichnam; opens Fri 28 May 09:00"
    );
    assert!(berlin.is_open(corpus_christi)?);
    Ok(())
}

#[test]
fn a_working_saturday_in_china_is_open() -> Result<(), Box<dyn Error>> {
    let desk = Schedule::builder(Tz::Asia__Shanghai)
        .week("mon-fri".parse()?, "09:00-18:00".parse()?)
        .holidays(PublicHolidays::of(countries::CN.whole()?).in_english())
        .on_unknown_holiday(OnUnknown::Closed)
        .build()?;
    assert!(
        desk.is_open("2026-05-09T02:00:00Z".parse()?)?,
        "makes up for a bridge day"
    );
    assert!(
        !desk.is_open("2026-05-16T02:00:00Z".parse()?)?,
        "an ordinary Saturday"
    );
    let bridge = desk.status("2026-05-05T02:00:00Z".parse()?)?;
    assert_eq!(
        bridge.holiday().map(|day| day.name),
        Some("Day off (substituted from 05/09/2026)")
    );
    Ok(())
}

#[test]
fn half_days_become_overrides() -> Result<(), Box<dyn Error>> {
    let iceland = PublicHolidays::of(countries::IS.whole()?);
    let mut desk = Schedule::builder(Tz::Atlantic__Reykjavik)
        .week("mon-fri".parse()?, "09:00-17:00".parse()?)
        .holidays(iceland.clone())
        .on_unknown_holiday(OnUnknown::Closed);
    for day in iceland
        .half_days()
        .filter(|day| day.date.to_string().starts_with("2026"))
    {
        let id = format!("half-day-{}", day.date).parse()?;
        let half = Override::new(id, day.date.to_string().parse()?, "09:00-13:00".parse()?);
        desk = desk.with_override(half.because(day.english));
    }
    let desk = desk.build()?;
    assert!(desk.is_open("2026-12-24T12:59:59Z".parse()?)?);
    let shut = desk.status("2026-12-24T13:00:00Z".parse()?)?;
    assert!(!shut.is_open());
    assert_eq!(shut.reason(), Some("Christmas Eve (from 1pm)"));
    Ok(())
}
