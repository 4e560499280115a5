//! Descriptions as people would write them.

use business_hours::ScheduleSpec;
use hours_exchange::Description;

#[test]
fn each_kind_of_rule_has_its_words() {
    for (toml, short, long) in [
        ("", "closed", "closed"),
        (
            "week = { every-day = \"open\" }",
            "open day and night",
            "open day and night",
        ),
        (
            "week = { mon-fri = [\"09:00-12:30\", \"13:30-17:30\"], sat-sun = \"10:00-14:00\" }",
            "Mon–Fri 09:00–12:30 and 13:30–17:30, Sat and Sun 10:00–14:00",
            "Mon–Fri 09:00–12:30 and 13:30–17:30, Sat and Sun 10:00–14:00",
        ),
        (
            "week = { \"mon,wed,fri\" = \"09:00-17:00\", tue = \"22:00-02:00\", sun = \"open\" }\nbreaks = { mon = \"12:00-12:30\" }",
            "Mon, Wed and Fri 09:00–17:00, Tue 22:00–02:00, Sun all day, with a break Mon 12:00–12:30",
            "Mon, Wed and Fri 09:00–17:00, Tue 22:00–02:00, Sun all day, with a break Mon 12:00–12:30",
        ),
        (
            "week = { every-day = \"09:00-17:00\" }\nholidays = { unknown = \"closed\", eve = \"09:00-13:00\" }",
            "every day 09:00–17:00, closed on holidays, 09:00–13:00 on the eve of a holiday",
            "every day 09:00–17:00, closed on holidays, 09:00–13:00 on the eve of a holiday",
        ),
        (
            "week = { mon = \"09:00-17:00\" }\nholidays = { unknown = \"closed\", hours = \"10:00-12:00\", covers = \"2026-01-01 to 2026-12-31\", dates = { 2026-04-06 = \"Easter Monday\", 2026-12-25 = \"Christmas Day\" } }",
            "Mon 09:00–17:00, 10:00–12:00 for Easter Monday and Christmas Day",
            "Mon 09:00–17:00, 10:00–12:00 for Easter Monday (6 Apr 2026) and Christmas Day (25 Dec 2026)",
        ),
        (
            "week = { mon = \"09:00-17:00\" }\nseasons = [{ name = \"summer\", when = \"07-01 to 08-31\", week = { mon = \"09:00-12:00\" } }, { name = \"refit\", when = \"2026-12-28 to 2027-01-03\", week = {} }]",
            "Mon 09:00–17:00; summer: Mon 09:00–12:00; refit: closed",
            "Mon 09:00–17:00; summer (1 Jul–31 Aug each year): Mon 09:00–12:00; refit (28 Dec 2026–3 Jan 2027): closed",
        ),
    ] {
        let spec: ScheduleSpec =
            toml::from_str(&format!("zone = \"Europe/London\"\n{toml}")).unwrap();
        let description = Description::of(&spec);
        assert_eq!(description.to_string(), short);
        assert_eq!(format!("{description:#}"), long);
    }
}

#[test]
fn exceptions_say_when_in_the_words_of_their_rule() {
    for (when, words) in [
        ("2026-12-25", "25 Dec 2026"),
        ("2026-12-24 to 2026-12-31", "24–31 Dec 2026"),
        ("2026-11-28 to 2026-12-31", "28 Nov–31 Dec 2026"),
        ("12-25", "25 Dec each year"),
        ("12-27 to 01-02", "27 Dec–2 Jan each year"),
        ("1st mon of may", "first Monday of May"),
        ("last fri of every month", "last Friday of every month"),
        (
            "2026-07-01T13:00:00Z to 2026-07-01T14:30:00Z",
            "1 Jul 2026 14:00–15:30",
        ),
    ] {
        let spec: ScheduleSpec = toml::from_str(&format!(
            "zone = \"Europe/London\"\nweek = {{ mon = \"09:00-17:00\" }}\noverrides = [{{ id = \"x\", when = \"{when}\", hours = \"closed\" }}]"
        ))
        .unwrap();
        assert_eq!(
            Description::of(&spec).to_string(),
            format!("Mon 09:00–17:00, closed on {words}")
        );
    }
}

#[test]
fn calendars_are_named_by_who_added_them() {
    let spec: ScheduleSpec =
        toml::from_str("zone = \"Europe/London\"\nweek = { mon = \"09:00-17:00\" }").unwrap();
    let description = Description::of(&spec).with_holidays("the bank holidays of England");
    assert_eq!(
        description.to_string(),
        "Mon 09:00–17:00, closed on the bank holidays of England"
    );
}
