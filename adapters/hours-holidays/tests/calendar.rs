//! The days of our data as a holiday calendar: what the facts of some countries are, where coverage ends, and
//! that a stronger calendar replaces a weaker one.

use std::error::Error;

use business_hours::{CalendarDay, HolidayCalendar};
use chrono::NaiveDate;
use hours_holidays::{DayKind, PublicHolidays, Region};

fn holidays(region: &str) -> PublicHolidays {
    PublicHolidays::of(region.parse().unwrap_or_else(|error| panic!("{error}")))
}

fn name(calendar: &dyn HolidayCalendar, date: &str) -> Option<String> {
    match calendar.day(date.parse().expect("a date")) {
        CalendarDay::Holiday(holiday) => Some(holiday.name.to_owned()),
        CalendarDay::Nothing => None,
        other => panic!("{date}: {other:?}"),
    }
}

/// The days on which a desk on the `holidays` crate's list of the United Kingdom is wrongly shut, and those
/// that Scotland and Northern Ireland miss on it.
#[test]
fn the_nations_of_the_united_kingdom_differ() {
    let [england, wales, scotland, ulster] = ["GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR"].map(holidays);
    for ordinary in [
        "2026-01-02",
        "2026-03-17",
        "2026-08-03",
        "2026-11-30",
        "2027-01-04",
        "2027-03-17",
        "2027-07-12",
        "2027-08-02",
        "2027-11-30",
    ] {
        assert_eq!(name(&england, ordinary), None, "{ordinary}");
        assert_eq!(name(&wales, ordinary), None, "{ordinary}");
    }
    for substitute in ["2013-12-02", "2024-12-02", "2025-12-01", "2026-06-15"] {
        assert!(name(&scotland, substitute).is_some(), "{substitute}");
        assert_eq!(name(&england, substitute), None, "{substitute}");
    }
    for substitute in ["2020-07-13", "2025-07-14", "2026-07-13"] {
        assert!(name(&ulster, substitute).is_some(), "{substitute}");
        assert_eq!(name(&scotland, substitute), None, "{substitute}");
    }
    for everywhere in ["2022-06-03", "2022-09-19", "2023-05-08", "2027-12-27"] {
        for nation in [&england, &wales, &scotland, &ulster] {
            assert!(name(nation, everywhere).is_some(), "{everywhere}");
        }
    }
}

#[test]
fn a_date_says_what_it_stands_for() {
    let england = holidays("GB-ENG");
    let substitute = england
        .get("2027-12-27".parse().expect("a date"))
        .expect("a bank holiday");
    assert!(substitute.in_lieu && !substitute.estimated);
    let christmas = england
        .get("2027-12-25".parse().expect("a date"))
        .expect("Christmas Day");
    assert!(!christmas.in_lieu);

    let qatar = holidays("QA").in_english();
    let eid = qatar
        .iter()
        .find(|day| day.date.to_string().starts_with("2040") && day.english.contains("Eid"));
    assert!(eid.expect("Eid al-Fitr 2040").estimated);
}

#[test]
fn working_weekends_are_said() -> Result<(), Box<dyn Error>> {
    let china = holidays("CN");
    let saturday: NaiveDate = "2026-05-09".parse()?;
    let CalendarDay::WorkingDay(day) = china.day(saturday) else {
        panic!("{:?}", china.day(saturday));
    };
    assert_eq!(day.name, "Working day");
    assert!(
        china
            .working_days()
            .all(|day| day.kind == DayKind::WorkingDay)
    );
    assert_eq!(
        china
            .working_days()
            .filter(|day| day.date == saturday)
            .count(),
        1
    );
    Ok(())
}

#[test]
fn half_days_are_listed_and_close_nothing() -> Result<(), Box<dyn Error>> {
    let estonia = holidays("EE");
    let eve: NaiveDate = "2026-12-23".parse()?;
    let half = estonia
        .half_days()
        .find(|day| day.date == eve)
        .ok_or("a shorter day")?;
    assert_eq!(half.kind, DayKind::HalfDay);
    assert_eq!(
        half.english,
        "Pre-holiday day (workday shortened by 3 hours)"
    );
    assert_eq!(estonia.day(eve), CalendarDay::Nothing);
    Ok(())
}

#[test]
fn holidays_that_meet_share_the_day() -> Result<(), Box<dyn Error>> {
    let day = "2008-05-01".parse()?;
    let austria = holidays("AT");
    let meeting = austria
        .get(day)
        .ok_or("Ascension Day on the first of May")?;
    assert_eq!(meeting.name, "Christi Himmelfahrt; Staatsfeiertag");
    assert_eq!(meeting.english, "Ascension Day; Labor Day");
    Ok(())
}

/// Where the source's tables of a lunar calendar have run out it drops holidays in silence; that is no year
/// without Diwali.
#[test]
fn where_the_source_has_run_out_days_are_unknown() -> Result<(), Box<dyn Error>> {
    for (region, last) in [
        ("IN-MH", "2035-12-31"),
        ("IN-SK", "2032-12-31"),
        ("US-CA", "2035-12-31"),
        ("US-TX", "2050-12-31"),
        ("LK", "2026-12-31"),
        ("SG", "2050-12-31"),
    ] {
        let calendar = holidays(region);
        let last: NaiveDate = last.parse()?;
        assert_eq!(
            calendar.coverage().map(|dates| *dates.end()),
            Some(last),
            "{region}"
        );
        let after = last.succ_opt().ok_or("a day")?.succ_opt().ok_or("a day")?;
        assert_ne!(calendar.day(last), CalendarDay::Unknown, "{region}");
        assert_eq!(calendar.day(after), CalendarDay::Unknown, "{region}");
    }
    // What is certain stays certain.
    let republic_day = "2049-01-26".parse()?;
    assert!(matches!(
        holidays("IN-MH").day(republic_day),
        CalendarDay::Holiday(_)
    ));
    Ok(())
}

#[test]
fn answers_are_total_and_agree_with_the_coverage() {
    for region in Region::all() {
        let calendar = PublicHolidays::of(region);
        let coverage = calendar.coverage().expect("our data vouch for years");
        assert!(
            coverage.contains(&"2026-11-21".parse().expect("a date")),
            "{region}"
        );
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            assert_eq!(calendar.day(date), CalendarDay::Unknown);
        }
        for date in [*coverage.start(), *coverage.end()] {
            assert_ne!(calendar.day(date), CalendarDay::Unknown, "{region}");
        }
        for day in calendar.iter() {
            assert!(
                !day.name.is_empty() && !day.english.is_empty(),
                "{region} {}",
                day.date
            );
            assert!(
                matches!(calendar.day(day.date), CalendarDay::Holiday(_)),
                "{region} {}",
                day.date
            );
        }
    }
}

#[test]
fn provenance_names_release_and_age() {
    let provenance = holidays("DE-BY").provenance().to_string();
    assert!(
        provenance.starts_with("holidays package on PyPI, DE-BY 0."),
        "{provenance}"
    );
    assert!(provenance.contains(" as of 20"), "{provenance}");
}
