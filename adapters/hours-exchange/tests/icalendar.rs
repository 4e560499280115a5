//! What is written is RFC 5545: folded lines, escapes, stable UIDs; and `hours-holidays`, which has its own
//! reader, reads the closed days back.

use std::collections::BTreeSet;

use business_hours::{CalendarDay, HolidayCalendar, Override, Provenance, Schedule, ScheduleSpec};
use chrono::{DateTime, Days, NaiveDate, Utc};
use hours_exchange::{ClosedDays, IcalendarExport, closed_days};
use hours_holidays::{FeedCoverage, IcalendarFeed};
use proptest::prelude::*;

fn desk() -> Schedule {
    let spec: ScheduleSpec = toml::from_str(
        r#"
        zone = "Europe/London"
        week = { mon-fri = "09:00-17:30", sat = "22:00-02:00" }
        holidays = { unknown = "normal", covers = "2026-01-01 to 2026-12-31", dates = { 2026-05-04 = "Early May, bank holiday", 2026-05-10 = "After Saturday night" } }
        overrides = [
            { id = "stock", when = "2026-07-01 to 2026-07-02", hours = "closed", reason = "Stocktaking" },
            { id = "pause", when = "2026-07-03T00:00:00Z to 2026-07-03T23:00:00Z", hours = "closed" },
        ]
        "#,
    )
    .expect("valid");
    Schedule::from_spec(&spec).expect("valid")
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("valid")
}

#[test]
fn a_file_to_the_letter() {
    let desk = desk();
    let (from, until) = (
        instant("2026-05-02T00:00:00Z"),
        instant("2026-05-06T00:00:00Z"),
    );
    let closed = closed_days(
        &desk,
        "2026-05-02".parse().unwrap(),
        "2026-05-05".parse().unwrap(),
    )
    .unwrap();
    let file = IcalendarExport::new("desk.example.com", instant("2026-01-01T12:00:00Z"))
        .name("London; desk")
        .open(desk.intervals(from, until).unwrap())
        .closed(closed)
        .to_string();
    let expected = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//hours-exchange//EN\n\
        NAME:London\\; desk\nX-WR-CALNAME:London\\; desk\n\
        BEGIN:VEVENT\nUID:open-20260502T210000Z@desk.example.com\n\
        DTSTART:20260502T210000Z\nDTEND:20260503T010000Z\nSUMMARY:Open\n\
        DTSTAMP:20260101T120000Z\nTRANSP:TRANSPARENT\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:open-20260505T080000Z@desk.example.com\n\
        DTSTART:20260505T080000Z\nDTEND:20260505T163000Z\nSUMMARY:Open\n\
        DTSTAMP:20260101T120000Z\nTRANSP:TRANSPARENT\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:closed-20260504@desk.example.com\n\
        DTSTART;VALUE=DATE:20260504\nDTEND;VALUE=DATE:20260505\nSUMMARY:Early May\\, bank holiday\n\
        DTSTAMP:20260101T120000Z\nTRANSP:TRANSPARENT\nEND:VEVENT\n\
        END:VCALENDAR\n";
    assert_eq!(file, expected.replace('\n', "\r\n"));
}

#[test]
fn a_day_is_closed_for_a_reason_or_not_listed() {
    let closed = closed_days(
        &desk(),
        "2026-05-01".parse().unwrap(),
        "2026-07-31".parse().unwrap(),
    )
    .unwrap();
    let day = |first: &str, last: &str, reason: &str| {
        ClosedDays::new(first.parse().unwrap(), last.parse().unwrap(), reason)
    };
    assert_eq!(
        closed,
        [
            day("2026-05-04", "2026-05-04", "Early May, bank holiday"),
            day("2026-07-01", "2026-07-02", "Stocktaking"),
        ],
        "neither Sundays, nor a holiday after a night shift, nor a day spent on a pause"
    );
}

#[test]
fn a_date_that_the_zone_skipped_is_no_closed_day() {
    let spec: ScheduleSpec = toml::from_str(
        "zone = \"Pacific/Apia\"\noverrides = [{ id = \"x\", when = \"2011-12-29 to 2011-12-29\", hours = \"closed\" }]",
    )
    .unwrap();
    let apia = Schedule::from_spec(&spec).unwrap();
    let closed = closed_days(
        &apia,
        "2011-12-28".parse().unwrap(),
        "2011-12-31".parse().unwrap(),
    )
    .unwrap();
    assert_eq!(
        closed,
        [ClosedDays::new(
            "2011-12-29".parse().unwrap(),
            "2011-12-29".parse().unwrap(),
            "x"
        )]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn closed_days_are_read_back(
        closures in proptest::collection::btree_map(0_u64..500, (1_u64..5, "[^\\p{C}\\p{Z}]{1,8}([ ,;\\\\é€🎄]{0,40}[^\\p{C}\\p{Z}]{1,60})?"), 1..6),
        id in "[a-z.,;\\\\é]{1,90}",
    ) {
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        let date = |day: u64| start.checked_add_days(Days::new(day * 5)).unwrap();
        let days = closures.into_iter().map(|(at, (length, reason))| {
            ClosedDays::new(date(at), date(at).checked_add_days(Days::new(length - 1)).unwrap(), reason)
        });
        let days: Vec<_> = days.collect();
        let file = IcalendarExport::new(&id, instant("2026-01-01T00:00:00Z")).closed(days.clone()).to_string();
        for line in file.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75, "{}", line);
        }
        let uids: BTreeSet<_> = file.match_indices("UID:closed-").map(|(at, _)| &file[at..at + 20]).collect();
        prop_assert_eq!(uids.len(), days.len());
        let feed = IcalendarFeed::parse(file.as_bytes()).unwrap();
        let read: Vec<_> = feed.events().iter().map(|event| ClosedDays::new(event.first, event.last, &*event.summary)).collect();
        prop_assert_eq!(&read, &days);

        // As a calendar of closures under a desk that is open every day.
        let closures = feed.calendar(Provenance::new("Export"), FeedCoverage::ListedDates);
        prop_assert!(matches!(closures.day(days[0].first), CalendarDay::Holiday(_)));
        let mut spec = ScheduleSpec::new("Asia/Tokyo");
        spec.week.insert("every-day".parse().unwrap(), "09:00-17:00".parse().unwrap());
        spec.holidays.get_or_insert_default().unknown = Some(business_hours::OnUnknown::Normal);
        let desk = spec.into_builder().holidays(closures).build().unwrap();
        let last = days[days.len() - 1].last;
        let merged: u64 = closed_days(&desk, start, last).unwrap().iter()
            .map(|days| days.last.signed_duration_since(days.first).num_days().unsigned_abs() + 1).sum();
        let written: u64 = days.iter()
            .map(|days| days.last.signed_duration_since(days.first).num_days().unsigned_abs() + 1).sum();
        prop_assert_eq!(merged, written);
    }
}

#[test]
fn an_interval_within_a_second_is_no_event() {
    let pause = Override::open("x".parse().unwrap(), "2026-01-01".parse().unwrap());
    let desk = Schedule::builder(business_hours::Tz::UTC)
        .with_override(pause)
        .build()
        .unwrap();
    let from = instant("2026-01-01T12:00:00Z");
    let until = from + chrono::TimeDelta::milliseconds(400);
    let file = IcalendarExport::new("x", from)
        .open(desk.intervals(from, until).unwrap())
        .to_string();
    assert!(!file.contains("VEVENT"), "{file}");
}
