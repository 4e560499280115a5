//! The subset that maps exactly gives the same answers as an evaluator of OpenStreetMap's own; the rest is
//! refused by name.
#![cfg(feature = "osm")]

use business_hours::{Hours, OnUnknown, Schedule, ScheduleSpec};
use chrono::{NaiveDate, TimeDelta};
use hours_exchange::osm;
use opening_hours::OpeningHours;
use proptest::prelude::*;

fn spec(text: &str) -> ScheduleSpec {
    osm::parse(text, "Etc/UTC").unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refusal(text: &str) -> String {
    osm::parse(text, "Etc/UTC").expect_err(text).to_string()
}

#[test]
fn expressions_as_they_are_found_on_the_map() {
    for (text, toml) in [
        ("24/7", r#"week = { every-day = "open" }"#),
        ("Mo-Fr 09:00-18:00", r#"week = { mon-fri = "09:00-18:00" }"#),
        (
            "Mo-Sa 08:00-20:00; We 08:00-12:00; Su off",
            r#"week = { "mon-tue,thu-sat" = "08:00-20:00", wed = "08:00-12:00" }"#,
        ),
        (
            "Mo,We 08:00-12:00, We 14:00-18:00",
            r#"week = { mon = "08:00-12:00", wed = ["08:00-12:00", "14:00-18:00"] }"#,
        ),
        ("Fr-Sa 20:00-26:00", r#"week = { fri-sat = "20:00-02:00" }"#),
        (
            "Mo-Fr 09:00-17:00; PH off",
            "week = { mon-fri = \"09:00-17:00\" }\nholidays = {}",
        ),
        (
            "Mo-Fr,PH 09:00-17:00",
            "week = { mon-fri = \"09:00-17:00\" }\nholidays = { hours = \"09:00-17:00\" }",
        ),
        (
            "08:00-18:00; Jun-Aug Sa,Su off",
            "week = { every-day = \"08:00-18:00\" }\nseasons = [{ name = \"06-01 to 08-31\", when = \"06-01 to 08-31\", week = { mon-fri = \"08:00-18:00\" } }]",
        ),
        (
            "Mo 10:00-12:00; 2026 Dec 24 off \"Inventory\"",
            "week = { mon = \"10:00-12:00\" }\nseasons = [{ name = \"Inventory\", when = \"2026-12-24\", week = {} }]",
        ),
        (
            "Mo 10:00-12:00; PH off; Dec 24 off \"Inventory\"",
            "week = { mon = \"10:00-12:00\" }\nholidays = {}\noverrides = [{ id = \"12-24\", when = \"12-24\", hours = \"closed\", reason = \"Inventory\" }]",
        ),
    ] {
        let expected: ScheduleSpec =
            toml::from_str(&format!("zone = \"Etc/UTC\"\n{toml}")).unwrap();
        assert_eq!(spec(text), expected, "{text}");
    }
}

#[test]
fn what_does_not_map_exactly_is_refused_by_name() {
    for (text, words) in [
        ("Mo-Fr sunrise-18:00", "sun"),
        ("Mo-Fr 09:00+", "open end"),
        ("Mo-Fr 10:00-16:00/01:30", "series"),
        ("Mo-Fr 09:00-18:00 unknown", "unknown"),
        ("Mo-Fr 09:00-18:00 || \"by appointment\"", "fallback"),
        ("Mo-Fr 09:00-18:00 \"by appointment\"", "comment"),
        (
            "Mo-Fr 09:00-18:00; Mo 12:00-13:00 off",
            "closes part of a day",
        ),
        ("Mo-Fr 09:00-18:00; SH off", "school holidays"),
        ("Mo[1] 09:00-18:00", "weekday of the month"),
        ("week 1-10 Mo 09:00-18:00", "weeks of the year"),
        ("2026 Mo 09:00-18:00", "years"),
        ("Mo-Fr 09:00-18:00; easter off", "Easter"),
        (
            "Mo-Fr 09:00-18:00; PH -1 day off",
            "counted from a public holiday",
        ),
        ("PH off; Mo-Fr 09:00-18:00", "put it first"),
        ("Dec 24 off; Mo-Fr 09:00-18:00", "put it first"),
        (
            "Mo-Fr 09:00-18:00; PH off; Dec Mo-Fr 10:00-12:00",
            "put it before",
        ),
        ("Mo-Fr 09:00-18:00; Dec 24 off; Dec 10:00-12:00", "overlaps"),
        ("Fr 20:00-02:00; Sa 10:00-12:00", "evaluators"),
        ("Mo-Fr 20:00-02:00; PH off", "evaluators"),
        ("Mo-Fr 09:00-18:00, Mo off", "takes hours away"),
        (
            "09:00-18:00; Dec Mo off \"x\"; Dec Tu off",
            "another comment",
        ),
        ("Sa 20:00-02:00; Mo-Sa 06:30-13:00", "evaluators"),
        (
            "Mo-Fr 09:00-18:00; Dec 24 off, Dec 24 10:00-12:00",
            "adds hours",
        ),
    ] {
        let message = refusal(text);
        assert!(message.contains(words), "{text}: {message}");
    }
    let both = refusal("Mo sunrise-sunset; SH off");
    assert!(
        both.contains("Mo sunrise-sunset") && both.contains("SH closed"),
        "{both}"
    );
    let syntax = refusal("Mo-Fr nine to five");
    assert!(
        syntax.contains("not the syntax") && !syntax.contains('\n'),
        "{syntax}"
    );
}

#[test]
fn anything_at_all_is_answered() {
    for text in [
        "",
        ";",
        "\u{0}",
        "Mo-Fr 99:99-00:00",
        "Feb 30 off",
        "2026 Feb 29 off",
        "Jan-Dec Mo-Su 00:00-48:00",
    ] {
        // No matter what, as long as it returns.
        let _ = osm::parse(text, "Etc/UTC").map(|spec| Schedule::from_spec(&spec));
    }
}

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn time() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (6_u32..12, 13_u32..21).prop_map(|(from, until)| format!("{from:02}:30-{until:02}:00")),
        1 => (6_u32..10, 13_u32..21).prop_map(|(from, until)| format!("{from:02}:00-12:15,12:45-{until:02}:00")),
        1 => Just("20:00-02:00".to_owned()),
        1 => Just("00:00-24:00".to_owned()),
        2 => Just("off".to_owned()),
    ]
}

fn days() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_usize..7, 0_usize..7)
            .prop_map(|(from, until)| format!("{}-{}", DAYS[from], DAYS[until])),
        (0_usize..7).prop_map(|day| DAYS[day].to_owned()),
    ]
}

fn dates() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_usize..12, 0_usize..12)
            .prop_map(|(from, until)| format!("{}-{}", MONTHS[from], MONTHS[until])),
        (0_usize..12, 1_u32..29).prop_map(|(month, day)| format!("{} {day:02}", MONTHS[month])),
        (0_usize..12, 1_u32..29)
            .prop_map(|(month, day)| format!("2026 {} {day:02}", MONTHS[month])),
        (0_usize..6, 6_usize..12, 1_u32..29).prop_map(|(from, until, day)| {
            format!("{} {day:02}-{} {day:02}", MONTHS[from], MONTHS[until])
        }),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    let weekly = proptest::collection::vec(
        (
            days(),
            time(),
            prop_oneof![4 => Just("; "), 1 => Just(", ")],
        ),
        1..4,
    );
    let dated = proptest::collection::vec(
        (dates(), prop_oneof![Just(String::new()), days()], time()),
        0..3,
    );
    (weekly, dated).prop_map(|(weekly, dated)| {
        let mut text = String::new();
        for (days, time, operator) in weekly {
            if !text.is_empty() {
                text += operator;
            }
            text += &format!("{days} {time}");
        }
        for (dates, days, time) in dated {
            let gap = if days.is_empty() { "" } else { " " };
            text += &format!("; {dates}{gap}{days} {time}");
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_same_answers_as_an_evaluator(text in expression()) {
        let Ok(mut spec) = osm::parse(&text, "Etc/UTC") else {
            return Err(TestCaseError::reject("outside the subset"));
        };
        if let Some(holidays) = &mut spec.holidays {
            holidays.unknown = Some(OnUnknown::Normal);
        }
        let Ok(schedule) = Schedule::from_spec(&spec) else {
            return Err(TestCaseError::reject("shifts that overlap"));
        };
        let evaluator = text.parse::<OpeningHours>().unwrap();
        let first = "2025-12-29".parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap();
        // Through fourteen months, so that each ten minutes of the day come up on each day of the week.
        for step in 0..12_269_i64 {
            let at = first + TimeDelta::minutes(50 * step);
            prop_assert_eq!(schedule.is_open(at.and_utc()).unwrap(), evaluator.is_open(at), "{} at {}", text, at);
        }
    }
}

#[test]
fn public_holidays_are_those_of_the_schedules_calendars() {
    let mut spec = spec("Mo-Fr 09:00-17:00; PH 10:00-12:00");
    let hours: Hours = "10:00-12:00".parse().unwrap();
    let holidays = spec.holidays.as_mut().unwrap();
    assert_eq!(holidays.hours, hours);
    holidays.unknown = Some(OnUnknown::Normal);
    let england = hours_holidays::PublicHolidays::of("GB-ENG".parse().unwrap());
    let schedule = spec.into_builder().holidays(england).build().unwrap();
    assert!(
        schedule
            .is_closed("2026-05-04T09:59:59Z".parse().unwrap())
            .unwrap()
    );
    assert!(
        schedule
            .is_open("2026-05-04T10:00:00Z".parse().unwrap())
            .unwrap()
    );
}
