//! What the README and the specs of the Ruby gem in_business 0.0.4 (timrogers/in_business, MIT) promise, asked
//! of a `Schedule`. Where it differs on purpose: the gem compares "HH:MM" with both ends included and so is
//! open until 18:00:59; a schedule closes at 18:00:00. Its hours are global state with a `reset`; here a
//! schedule is a value, and there is nothing to reset.

use business_hours::{
    HolidayList, OnUnknown, Provenance, Schedule, ScheduleBuilder, ScheduleSpec, Tz,
};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};

/// A time on a London clock, as the specs write it.
fn london(text: &str) -> DateTime<Utc> {
    let local = chrono::NaiveDateTime::parse_from_str(text, "%d %B %Y %H:%M:%S").expect("a time");
    Tz::Europe__London
        .from_local_datetime(&local)
        .single()
        .expect("not in a change")
        .to_utc()
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn desk() -> ScheduleBuilder {
    Schedule::builder(Tz::Europe__London)
}

fn week(desk: ScheduleBuilder, day: &str, hours: &str) -> ScheduleBuilder {
    desk.week(day.parse().expect("a day"), hours.parse().expect("hours"))
}

fn holidays(dates: &[&str]) -> HolidayList {
    let list = HolidayList::new(Provenance::new("the host"))
        .covering(date("2013-01-01")..=date("2014-12-31"));
    dates
        .iter()
        .fold(list, |list, each| list.holiday(date(each), "holiday"))
}

#[test]
fn readme() {
    let ten_on_monday = london("15 July 2013 10:00:00");
    let nine_on_monday_evening = london("15 July 2013 21:00:00");
    let noon_on_the_holiday = london("8 July 2013 12:00:00");
    // The gem says `nil` here; a schedule without hours is closed.
    let none = desk().build().expect("valid");
    assert_eq!(none.is_open(ten_on_monday), Ok(false));

    let hours = week(desk(), "monday", "09:00-18:00");
    let open = hours.clone().build().expect("valid");
    assert_eq!(open.is_open(ten_on_monday), Ok(true));
    assert_eq!(open.is_closed(nine_on_monday_evening), Ok(true));

    let with_holiday = hours
        .holidays(holidays(&["2013-07-08"]))
        .on_unknown_holiday(OnUnknown::Error)
        .build()
        .expect("valid");
    assert_eq!(with_holiday.is_open(noon_on_the_holiday), Ok(false));
    assert!(
        with_holiday
            .status(noon_on_the_holiday)
            .expect("covered")
            .holiday()
            .is_some()
    );
}

#[test]
fn readme_with_rails() {
    let spec: ScheduleSpec = toml::from_str(
        r#"
        zone = "Europe/London"
        week = { monday = "09:00-18:00", tuesday = "10:00-19:00", saturday = "09:00-12:00" }
        [holidays]
        unknown = "error"
        covers = "2013-01-01 to 2013-12-31"
        dates = { 2013-12-25 = "Christmas Day" }
        "#,
    )
    .expect("well formed");
    let desk = Schedule::from_spec(&spec).expect("valid");
    assert_eq!(desk.is_open(london("13 July 2013 11:59:59")), Ok(true));
    assert_eq!(desk.is_open(london("25 December 2013 10:00:00")), Ok(false));
}

#[test]
fn spec_with_no_hours_set() {
    let desk = desk().build().expect("valid");
    assert_eq!(desk.is_open(london("8 July 2013 12:00:00")), Ok(false));
    assert_eq!(desk.is_closed(london("8 July 2013 12:00:00")), Ok(true));
}

#[test]
fn spec_with_hours_set() {
    let desk = week(desk(), "monday", "09:00-20:00")
        .build()
        .expect("valid");
    for (time, open) in [
        ("8 July 2013 12:00:00", true),
        ("8 July 2013 19:59:00", true),
        ("8 July 2013 20:01:00", false),
        ("9 July 2013 10:00:00", false),
    ] {
        assert_eq!(desk.is_open(london(time)), Ok(open), "{time}");
        assert_eq!(desk.is_closed(london(time)), Ok(!open), "{time}");
    }
}

#[test]
fn spec_with_holidays_set() {
    let desk = week(desk(), "tuesday", "09:00-11:00")
        .holidays(holidays(&["2013-07-08", "2014-01-01"]))
        .on_unknown_holiday(OnUnknown::Error)
        .build()
        .expect("valid");
    for (time, open, holiday) in [
        ("8 July 2013 12:00:00", false, true),
        ("9 July 2013 10:01:00", true, false),
        ("1 January 2014 00:00:00", false, true),
        ("2 January 2014 00:00:00", false, false),
    ] {
        let status = desk.status(london(time)).expect("covered");
        assert_eq!(
            (status.is_open(), status.holiday().is_some()),
            (open, holiday),
            "{time}"
        );
    }
}

/// The gem is open at the first two of these.
#[test]
fn the_last_minute_is_not_reproduced() {
    let desk = week(desk(), "monday", "09:00-18:00")
        .build()
        .expect("valid");
    assert_eq!(desk.is_open(london("8 July 2013 17:59:59")), Ok(true));
    for time in [
        "8 July 2013 18:00:00",
        "8 July 2013 18:00:59",
        "8 July 2013 18:01:00",
    ] {
        assert_eq!(desk.is_open(london(time)), Ok(false), "{time}");
    }
}
