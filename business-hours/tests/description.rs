//! Descriptions: what a bad file is told, that all errors come at once, and that text, JSON and TOML go
//! round.

use business_hours::{
    BuildError, Hours, MonthDay, Schedule, ScheduleSpec, TimeRange, Weekdays, When,
};

/// The error of a file that cannot be read, without toml's picture of the line.
fn refused(file: &str) -> String {
    toml::from_str::<ScheduleSpec>(file)
        .expect_err("bad")
        .to_string()
}

#[test]
fn a_bad_file_is_told_the_line_and_the_value() {
    for (line, says) in [
        (
            "week = { mon = \"9-17\" }",
            "time range \"9-17\": time of day \"9\": write it as HH:MM",
        ),
        (
            "week = { mon = \"09:00\" }",
            "time range \"09:00\": write it as HH:MM-HH:MM",
        ),
        (
            "week = { mon = [\"09:00-25:61\"] }",
            "\"25:61\": minutes and seconds go from 00 to 59",
        ),
        (
            "week = { mon = \"09:00-09:00\" }",
            "is empty; a whole day is 00:00-24:00",
        ),
        (
            "week = { mon = \"24:00-25:00\" }",
            "a range starts before 24:00",
        ),
        (
            "week = { mon = \"09:00-12:00, 11:00-15:00\" }",
            "11:00-15:00 overlaps 09:00-12:00",
        ),
        ("week = { mo = \"09:00-12:00\" }", "days of the week \"mo\""),
        ("weak = { mon = \"09:00-12:00\" }", "unknown field `weak`"),
        (
            "tails = \"maybe\"",
            "unknown variant `maybe`, expected `keep` or `cut`",
        ),
        (
            "holidays = { unknown = \"ignore\" }",
            "unknown variant `ignore`",
        ),
        (
            "holidays = { dates = { 2026-02-30 = \"x\" } }",
            "input is out of range",
        ),
        (
            "holidays = { covers = \"2026\" }",
            "date range \"2026\": write it as",
        ),
        (
            "holidays = { covers = \"2027-01-01 to 2026-01-01\" }",
            "ends before it begins",
        ),
    ] {
        let error = refused(&format!("zone = \"Europe/London\"\n{line}\n"));
        assert!(
            error.contains(says),
            "{line}\nis told\n{error}\nwithout\n{says}"
        );
        assert!(
            error.contains("line 2"),
            "{line}\nis told\n{error}\nwithout its line"
        );
    }
    for (when, says) in [
        ("2026-13-01", "write a date"),
        ("02-30", "write a date"),
        ("2026-12-31 to 2026-12-01", "ends before it begins"),
        ("6th mon of may", "write it as \\\"1st mon of may\\\""),
        (
            "2026-12-01T14:00:00 to 2026-12-01T15:00:00",
            "write instants with their offset",
        ),
        ("2026-12-01T14:00:00Z to 2026-12-01T14:00:00.5Z", "is empty"),
    ] {
        let file = format!(
            "zone = \"UTC\"\n[[overrides]]\nid = \"a\"\nwhen = \"{when}\"\nhours = \"closed\""
        );
        let error = refused(&file);
        assert!(
            error.contains(&says.replace('\\', "")),
            "{when} is told\n{error}"
        );
        assert!(error.contains("line 4"), "{when} is told\n{error}");
    }
}

#[test]
fn all_errors_come_at_once() {
    let spec: ScheduleSpec = toml::from_str(
        r#"
        zone = "Europe/Lodnon"
        [week]
        mon-fri = "09:00-17:00"
        fri = "20:00-04:00"
        sat = "03:00-05:00"
        [breaks]
        sun = "12:00-13:00"
        [holidays]
        dates = { 2026-12-25 = "Christmas Day" }
        working_days = { 2026-12-25 = "Sale" }
        [[seasons]]
        name = "today"
        when = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z"
        week = {}
        [[overrides]]
        id = "a"
        when = "12-24"
        hours = "closed"
        [[overrides]]
        id = "a"
        when = "12-26"
        hours = "closed"
        [[overrides]]
        id = "b"
        when = "12-24"
        hours = "open"
        [[overrides]]
        id = "pause"
        when = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z"
        hours = "09:00-10:00"
        expires = "2026-12-01T14:00:00Z"
        "#,
    )
    .expect("well formed");
    let errors = Schedule::from_spec(&spec).expect_err("wrong in many ways");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "zone: unknown time zone \"Europe/Lodnon\"; use a name of the tz database, such as \"Europe/London\"",
            "week: Friday has hours twice; put all its ranges into one list",
            "week: Friday's 20:00-04:00 runs into Saturday's 03:00-05:00; end it where the other begins",
            "breaks: Sunday's 12:00-13:00 lies outside the hours of that day; remove it or move it",
            "seasons.today: 2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z is an interval of instants; \
             a season has dates, such as \"06-01 to 08-31\"",
            "holidays.unknown: missing; say what a date is that no calendar covers: \"normal\", \"closed\" \
             or \"error\"",
            "holidays.covers: missing; say for which dates the list is complete, such as \
             \"2026-01-01 to 2026-12-31\"",
            "holidays: 2026-12-25 is both a holiday and a working day; remove one",
            "overrides.a: there are two overrides of this id; rename one",
            "overrides.b: says open for 12-24, but overrides.a says closed with the same priority; \
             remove one or give it a greater priority",
            "overrides.pause: an interval of instants is \"open\" or \"closed\" as a whole, not \"09:00-10:00\"",
            "overrides.pause: expires at 2026-12-01T14:00:00Z, before \
             2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z begins, and never has an effect; remove it",
        ]
    );
    assert_eq!(
        errors.iter().next().map(BuildError::value).as_deref(),
        Some("Europe/Lodnon")
    );
}

#[test]
fn shifts_may_not_run_into_the_next_day_s_hours() {
    let spec: ScheduleSpec =
        toml::from_str("zone = \"UTC\"\nweek = { fri = \"20:00-04:00\", sat = \"03:00-05:00\" }")
            .expect("well formed");
    let errors = Schedule::from_spec(&spec).expect_err("overlap");
    assert_eq!(
        errors.to_string(),
        "week: Friday's 20:00-04:00 runs into Saturday's 03:00-05:00; end it where the other begins"
    );
}

#[test]
fn dates_must_be_covered() {
    let spec: ScheduleSpec = toml::from_str(
        "zone = \"UTC\"\n[holidays]\nunknown = \"normal\"\ncovers = \"2026-01-01 to 2026-12-31\"\n\
         dates = { 2027-01-01 = \"New Year\" }",
    )
    .expect("well formed");
    let errors = Schedule::from_spec(&spec).expect_err("not covered");
    assert_eq!(
        errors.to_string(),
        "holidays: 2027-01-01 is not within covers = \"2026-01-01 to 2026-12-31\""
    );
}

#[test]
fn years_to_compile_must_be_supported() {
    for (first, last) in [(1969, 1980), (2090, 2100), (2026, 2025)] {
        let builder = Schedule::builder(business_hours::Tz::UTC).compiled_for(first..=last);
        let errors = builder.build().expect_err("unsupported");
        assert!(errors.to_string().starts_with("compiled_for: "), "{errors}");
    }
}

#[test]
fn days_given_twice_in_code_are_an_error_too() {
    let days: Weekdays = "mon".parse().expect("days");
    let builder = Schedule::builder(business_hours::Tz::UTC)
        .week(days, Hours::all_day())
        .week(days, Hours::closed());
    assert_eq!(
        builder.build().expect_err("twice").to_string(),
        "week: Monday has hours twice; put all its ranges into one list"
    );
}

#[test]
fn descriptions_go_round_in_json_and_toml() {
    let file = r#"
        zone = "Europe/London"
        tails = "cut"
        [week]
        mon-fri = ["09:00-12:30", "13:30-17:30"]
        sat = "22:00-02:00"
        [breaks]
        wed = "15:00-15:30"
        [holidays]
        unknown = "error"
        covers = "2026-01-01 to 2026-12-31"
        dates = { 2026-12-25 = "Christmas Day" }
        working_days = { 2026-12-26 = "Sale" }
        hours = "10:00-12:00"
        eve = "09:00-13:00"
        working_days_as = "Tue"
        [[seasons]]
        name = "summer"
        when = "07-01 to 08-31"
        week = { every-day = "open" }
        [[overrides]]
        id = "flood"
        when = "1st mon of may"
        hours = "closed"
        reason = "Flood"
        priority = 3
        author = "Ann"
        expires = "2026-12-01T14:00:00Z"
    "#;
    let spec: ScheduleSpec = toml::from_str(file).expect("well formed");
    let json = serde_json::to_string(&spec).expect("writable");
    assert_eq!(
        serde_json::from_str::<ScheduleSpec>(&json).expect("readable"),
        spec
    );
    let text = toml::to_string(&spec).expect("writable");
    assert_eq!(
        toml::from_str::<ScheduleSpec>(&text).expect("readable"),
        spec
    );
    Schedule::from_spec(&spec).expect("valid");
}

#[test]
fn text_goes_round() {
    for text in [
        "2026-12-25",
        "12-25",
        "2026-12-24 to 2026-12-31",
        "12-27 to 01-02",
        "3rd wed of jun",
        "last sun of every month",
        "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z",
    ] {
        assert_eq!(text.parse::<When>().expect("a date rule").to_string(), text);
    }
    for text in ["mon", "mon-fri", "tue,thu-sat", "mon-sun"] {
        assert_eq!(text.parse::<Weekdays>().expect("days").to_string(), text);
    }
    assert_eq!(
        "Fri-Monday".parse::<Weekdays>().expect("days").to_string(),
        "mon,fri-sun"
    );
    assert_eq!("every-day".parse::<Weekdays>(), Ok(Weekdays::EVERY_DAY));
    for text in [
        "09:00-17:30",
        "22:00-02:00",
        "00:00-24:00",
        "10:00-34:00",
        "09:00:15-09:00:45",
        "22:00-24:00",
    ] {
        assert_eq!(
            text.parse::<TimeRange>().expect("a range").to_string(),
            text
        );
    }
    assert_eq!("22:00-00:00".parse::<TimeRange>(), "22:00-24:00".parse());
    for text in ["closed", "open", "09:00-12:30, 13:30-17:30"] {
        assert_eq!(text.parse::<Hours>().expect("hours").to_string(), text);
    }
    assert_eq!(
        "13:00-17:00, 09:00-13:00".parse::<Hours>(),
        "09:00-17:00".parse()
    );
    assert_eq!(
        "02-29".parse::<MonthDay>().expect("a day").to_string(),
        "02-29"
    );
    for text in [
        "",
        "+1:00",
        "1:00",
        "001:00",
        "10:00:00:00",
        "48:00:01",
        "10-00",
        "１０:００",
    ] {
        assert!(
            text.parse::<business_hours::TimeOfDay>().is_err(),
            "{text:?}"
        );
    }
}

#[test]
fn days_spelt_in_two_ways_are_the_same_days() {
    for file in [
        "zone = \"UTC\"\n[week]\nmon-fri = \"09:00-17:00\"\nMon-Fri = \"10:00-11:00\"\n",
        "zone = \"UTC\"\n[week]\n[breaks]\nsat = \"09:00-10:00\"\nSat = \"10:00-11:00\"\n",
        "zone = \"UTC\"\n[[seasons]]\nname = \"s\"\nwhen = \"06-01 to 08-31\"\nweek = { sun = \"open\", Sun = \"closed\" }\n",
    ] {
        let error = toml::from_str::<ScheduleSpec>(file).expect_err(file);
        assert!(error.message().contains("twice"), "{error}");
    }
}
