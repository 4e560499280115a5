//! iCalendar feeds: what RFC 5545 says of all-day events is read, a feed replaces weaker calendars in the years
//! it vouches for, and hostile files give typed errors in bounded time and memory.

use std::error::Error;

use business_hours::{CalendarDay, HolidayCalendar, Provenance};
use chrono::NaiveDate;
use hours_holidays::{FeedCoverage, IcalendarError, IcalendarFeed, PublicHolidays};
use proptest::prelude::*;

/// A calendar with one event of these lines.
fn file(event: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n")
}

fn parse(event: &str) -> Result<IcalendarFeed, IcalendarError> {
    IcalendarFeed::parse(file(event).as_bytes())
}

/// First and last day and summary of each occurrence.
fn events(file: &str) -> Vec<String> {
    let feed =
        IcalendarFeed::parse(file.as_bytes()).unwrap_or_else(|error| panic!("{error}: {file}"));
    let shown = |event: &hours_holidays::AllDayEvent| {
        format!("{} {} {}", event.first, event.last, event.summary)
    };
    feed.events().iter().map(shown).collect()
}

#[test]
fn ends_are_excluded_and_durations_counted() {
    for (lines, expected) in [
        (
            "DTSTART;VALUE=DATE:20260703",
            "2026-07-03 2026-07-03 Holiday",
        ),
        (
            "DTSTART;VALUE=DATE:20260703\nDTEND;VALUE=DATE:20260704\nSUMMARY:a",
            "2026-07-03 2026-07-03 a",
        ),
        (
            "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270102\nSUMMARY:b",
            "2026-12-24 2027-01-01 b",
        ),
        (
            "DTSTART;VALUE=DATE:20260703\nDURATION:P2D\nSUMMARY:c",
            "2026-07-03 2026-07-04 c",
        ),
        (
            "DTSTART;VALUE=DATE:20260703\nDURATION:+P1W\nSUMMARY:d",
            "2026-07-03 2026-07-09 d",
        ),
        // As some programs write it, against RFC 5545.
        (
            "DTSTART:20260703\nDTEND:20260703\nSUMMARY:e",
            "2026-07-03 2026-07-03 e",
        ),
        (
            "dtstart;value=date:20260703\nSummary;language=en:f\\, g",
            "2026-07-03 2026-07-03 f, g",
        ),
    ] {
        assert_eq!(events(&file(lines)), [expected], "{lines}");
    }
}

#[test]
fn times_alarms_cancellations_and_other_components_are_no_holidays() -> Result<(), Box<dyn Error>> {
    let feed = IcalendarFeed::parse(
        b"BEGIN:VCALENDAR\n\
        BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=HOURLY\nEND:STANDARD\nEND:VTIMEZONE\n\
        BEGIN:VEVENT\nDTSTART;TZID=X:20260703T090000\nDTEND;TZID=X:20260703T100000\nRRULE:FREQ=DAILY\nEND:VEVENT\n\
        BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260704\nSTATUS:CANCELLED\nSUMMARY:off\nEND:VEVENT\n\
        BEGIN:VEVENT\nSUMMARY:on\nBEGIN:VALARM\nSUMMARY:ring\nDTSTART;VALUE=DATE:20200101\nEND:VALARM\n\
        DTSTART;VALUE=DATE:20260705\nEND:VEVENT\n\
        BEGIN:VTODO\nDTSTART;VALUE=DATE:20260706\nEND:VTODO\n\
        END:VCALENDAR\n",
    )?;
    assert_eq!(feed.timed_events(), 1);
    let summaries: Vec<_> = feed.events().iter().map(|event| &*event.summary).collect();
    assert_eq!(summaries, ["on"]);
    Ok(())
}

#[test]
fn repetitions_are_expanded_excluded_added_and_replaced() {
    let file = "BEGIN:VCALENDAR\n\
        BEGIN:VEVENT\nUID:1\nSUMMARY:Founder's day\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=YEARLY;COUNT=5\n\
        EXDATE;VALUE=DATE:20270601\nRDATE;VALUE=DATE:20260901,20260902\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:1\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20280601\nDTSTART;VALUE=DATE:20280602\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:1\nSTATUS:CANCELLED\nRECURRENCE-ID;VALUE=DATE:20290601\nDTSTART;VALUE=DATE:20290601\nEND:VEVENT\n\
        END:VCALENDAR\n";
    assert_eq!(
        events(file),
        [
            "2026-06-01 2026-06-01 Founder's day",
            "2026-09-01 2026-09-01 Founder's day",
            "2026-09-02 2026-09-02 Founder's day",
            "2028-06-02 2028-06-02 Moved",
            "2030-06-01 2030-06-01 Founder's day",
        ]
    );
}

#[test]
fn coverage_is_what_the_host_says() -> Result<(), Box<dyn Error>> {
    let feed = IcalendarFeed::parse(
        file("SUMMARY:Fair\nDTSTART;VALUE=DATE:20260703\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Fête\nDTSTART;VALUE=DATE:20270703")
            .as_bytes(),
    )?;
    let calendar = |coverage| feed.calendar(Provenance::new("Town hall"), coverage);
    let (listed, ordinary, after) = (
        "2026-07-03".parse()?,
        "2026-07-04".parse()?,
        "2028-01-01".parse()?,
    );
    for (coverage, expected) in [
        (FeedCoverage::ListedDates, CalendarDay::Unknown),
        (FeedCoverage::WholeYears, CalendarDay::Nothing),
        (FeedCoverage::Dates(listed..=ordinary), CalendarDay::Nothing),
    ] {
        let calendar = calendar(coverage);
        assert!(
            matches!(calendar.day(listed), CalendarDay::Holiday(holiday) if holiday.name == "Fair")
        );
        assert_eq!(calendar.day(ordinary), expected);
        assert_eq!(calendar.day(after), CalendarDay::Unknown);
    }
    assert_eq!(
        calendar(FeedCoverage::WholeYears).coverage(),
        Some("2026-01-01".parse()?..="2027-12-31".parse()?)
    );
    Ok(())
}

#[test]
fn events_that_meet_share_the_day_and_some_can_be_left_out() -> Result<(), Box<dyn Error>> {
    let feed = IcalendarFeed::parse(
        file("SUMMARY:A\nDTSTART:20260703\nDESCRIPTION:Public holiday\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:B\nDTSTART:20260703\nDESCRIPTION:Observance")
            .as_bytes(),
    )?;
    let day = "2026-07-03".parse()?;
    let name = |feed: &IcalendarFeed| match feed
        .calendar(Provenance::new("x"), FeedCoverage::ListedDates)
        .day(day)
    {
        CalendarDay::Holiday(holiday) => holiday.name.to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(name(&feed), "A; B");
    let public = feed.keeping(|event| event.description.starts_with("Public holiday"));
    assert_eq!(name(&public), "A");
    Ok(())
}

#[test]
fn what_is_no_calendar_is_refused() {
    let error = |file: &str| IcalendarFeed::parse(file.as_bytes()).expect_err("no calendar");
    for file in [
        "",
        "\n\n",
        "<html>",
        "{}",
        "DTSTART:20260101\n",
        "BEGIN:VCARD\nEND:VCARD\n",
    ] {
        assert_eq!(error(file), IcalendarError::NotACalendar, "{file:?}");
    }
    assert_eq!(
        error("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n"),
        IcalendarError::CutOff {
            line: 2,
            component: "VEVENT".into()
        }
    );
    assert_eq!(
        error("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n"),
        IcalendarError::End {
            line: 3,
            found: "VCALENDAR".into(),
            expected: "VEVENT".into()
        }
    );
    assert_eq!(
        error("BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR\n"),
        IcalendarError::End {
            line: 3,
            found: "VCALENDAR".into(),
            expected: String::new()
        }
    );
    assert_eq!(
        error("BEGIN:VCALENDAR\nnonsense\nEND:VCALENDAR\n"),
        IcalendarError::Line { line: 2 }
    );
}

#[test]
fn events_that_cannot_be_read_are_refused_by_line() {
    let error = |event: &str| parse(event).expect_err("no holiday");
    let date = |line, value: &str| IcalendarError::Date {
        line,
        value: value.into(),
    };
    assert_eq!(error("SUMMARY:x"), IcalendarError::NoStart { line: 3 });
    assert_eq!(error("DTSTART;VALUE=DATE:20260229"), date(4, "20260229"));
    assert_eq!(error("DTSTART;VALUE=DATE:tomorrow"), date(4, "tomorrow"));
    assert_eq!(
        error("DTSTART;VALUE=DATE:２０２６０１０１"),
        date(4, "２０２６０１０１")
    );
    assert_eq!(error("DTSTART:"), date(4, ""));
    assert_eq!(
        error("DTSTART:20260101\nDTEND:00000000"),
        date(5, "00000000")
    );
    assert_eq!(
        error("DTSTART:20260101\nEXDATE:20270101,never"),
        date(5, "never")
    );
    for value in [
        "PT24H",
        "P",
        "P1",
        "1D",
        "P-1D",
        "P1DT1H",
        "P99999999999999999999D",
    ] {
        assert_eq!(
            error(&format!("DTSTART:20260101\nDURATION:{value}")),
            IcalendarError::Duration {
                line: 5,
                value: value.into()
            }
        );
    }
    for end in [
        "DTEND:20251231",
        "DTEND:20270103",
        "DTEND:99991231",
        "DURATION:P367D",
        "DURATION:P999999999999W",
    ] {
        let refused = error(&format!("DTSTART:20260101\n{end}"));
        assert!(
            matches!(refused, IcalendarError::Length { line: 3, .. }),
            "{end}: {refused:?}"
        );
    }
    assert!(matches!(
        error("DTSTART:20260101\nRRULE:FREQ=SECONDLY"),
        IcalendarError::Rule {
            line: 5,
            reason: "holidays repeat by FREQ=YEARLY",
            ..
        }
    ));
}

/// A file that another program wrote, and our own data of the same year.
#[test]
fn a_foreign_file_agrees_with_our_data() -> Result<(), Box<dyn Error>> {
    let feed = IcalendarFeed::parse(include_bytes!("data/ch-zh-2026.ics"))?;
    let calendar = feed.calendar(Provenance::new("Zurich"), FeedCoverage::WholeYears);
    let ours = PublicHolidays::of("CH-ZH".parse()?);
    let coverage = calendar.coverage().ok_or("a year")?;
    assert_eq!(coverage, "2026-01-01".parse()?..="2026-12-31".parse()?);
    for date in coverage.start().iter_days().take(365) {
        assert_eq!(calendar.day(date), ours.day(date), "{date}");
    }
    assert_eq!(feed.events().len(), 9);
    Ok(())
}

/// One repeated event of a year fills 74 years; enough of them would fill the memory.
#[test]
fn hostile_repetition_is_bounded() {
    let event = "DTSTART:20260101\nDURATION:P366D\nRRULE:FREQ=YEARLY\nEND:VEVENT\nBEGIN:VEVENT\n";
    let refused = parse(&format!("{}DTSTART:20260101", event.repeat(1_000)));
    assert_eq!(refused, Err(IcalendarError::TooManyDays));
}

#[test]
fn huge_and_deep_files_are_read_in_one_pass() -> Result<(), Box<dyn Error>> {
    let folded = "\n x".repeat(200_000);
    let described = parse(&format!("DTSTART:20260101\nDESCRIPTION:{folded}"))?;
    assert_eq!(described.events()[0].description.len(), 200_000);
    assert_eq!(
        parse(&format!("DTSTART:20260101\nSUMMARY:{folded}")),
        Err(IcalendarError::Title {
            line: 5,
            length: 200_000
        })
    );
    let deep = format!(
        "{}{}",
        "BEGIN:X\n".repeat(100_000),
        "END:X\n".repeat(100_000)
    );
    assert_eq!(
        parse(&format!("DTSTART:20260101\n{}", deep.trim_end()))?
            .events()
            .len(),
        1
    );
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = IcalendarFeed::parse(&bytes);
    }

    /// Lines of an event put together at random, folded at random places, cut at random.
    #[test]
    fn no_event_makes_it_panic(
        lines in proptest::collection::vec(line(), 0..8),
        folds in proptest::collection::vec(0_usize..200, 0..4),
        cut in proptest::option::of(0_usize..200),
    ) {
        let mut bytes = file(&lines.join("\r\n")).into_bytes();
        for fold in folds {
            let at = fold.min(bytes.len());
            bytes.splice(at..at, *b"\r\n ");
        }
        if let Some(cut) = cut {
            bytes.truncate(cut);
        }
        if let Ok(feed) = IcalendarFeed::parse(&bytes) {
            for event in feed.events() {
                prop_assert!(event.first <= event.last);
            }
            let calendar = feed.calendar(Provenance::new("x"), FeedCoverage::WholeYears);
            for event in feed.events() {
                prop_assert!(matches!(calendar.day(event.first), CalendarDay::Holiday(_)));
            }
            prop_assert_eq!(calendar.day(NaiveDate::MIN), CalendarDay::Unknown);
        }
    }

    /// Folding never changes what a file says.
    #[test]
    fn folding_changes_nothing(folds in proptest::collection::vec(16_usize..140, 0..6)) {
        let plain = file("SUMMARY:Fête nationale — 祝日\nDTSTART;VALUE=DATE:20260714\nDESCRIPTION:a\\, b").replace('\n', "\r\n");
        let mut folded = plain.clone().into_bytes();
        let mut folds = folds;
        folds.sort_unstable();
        for at in folds.into_iter().rev() {
            // A fold within a line's end would begin a new line.
            if at < folded.len() && folded[at - 1] != b'\r' && folded[at - 1] != b'\n' && folded[at] != b'\r' {
                folded.splice(at..at, *b"\r\n\t");
            }
        }
        prop_assert_eq!(IcalendarFeed::parse(&folded), IcalendarFeed::parse(plain.as_bytes()));
    }
}

fn line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("DTSTART"),
        Just("DTSTART;VALUE=DATE"),
        Just("DTEND;VALUE=DATE"),
        Just("DURATION"),
        Just("RRULE"),
        Just("EXDATE"),
        Just("RDATE"),
        Just("RECURRENCE-ID"),
        Just("UID"),
        Just("SUMMARY"),
        Just("BEGIN"),
        Just("END"),
    ];
    let value = prop_oneof![
        (1_u32..=9999, 0_u32..=13, 0_u32..=32)
            .prop_map(|(year, month, day)| format!("{year:04}{month:02}{day:02}")),
        (20_250_101_u32..=20_301_231).prop_map(|digits| digits.to_string()),
        "P[0-9]{1,4}[DW]",
        "FREQ=YEARLY(;COUNT=[0-9]{1,3})?(;INTERVAL=[0-9]{1,4})?(;BYMONTH=[0-9]{1,2}(;BYDAY=-?[1-6](MO|SU))?)?",
        "FREQ=YEARLY;BYMONTHDAY=-?[0-9]{1,2}",
        Just("VEVENT".to_owned()),
        ".{0,12}",
    ];
    (name, value).prop_map(|(name, value)| format!("{name}:{value}"))
}
