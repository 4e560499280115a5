//! The file with the opening hours, as a compiled schedule.

use std::path::Path;

use business_hours::{Provenance, Schedule, ScheduleBuilder, ScheduleSpec};
use hours_holidays::{FeedCoverage, IcalendarFeed, PublicHolidays, Region};

use crate::document::{self, Node, Value};
use crate::locate::line_of;
use crate::problem::Problem;
use crate::reader;

/// What a file says.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) spec: ScheduleSpec,
    pub(crate) schedule: Schedule,
    /// Of its calendars, in words.
    pub(crate) holidays: Option<String>,
}

/// Reads a file, TOML or by its name `.json` JSON.
///
/// # Errors
/// All that is wrong with it, by line.
pub(crate) fn load(path: &Path) -> Result<Desk, Vec<Problem>> {
    let text = std::fs::read_to_string(path).map_err(|error| vec![Problem::new(None, error)])?;
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let document = if is_json {
        document::json(&text)
    } else {
        document::toml(&text)
    };
    let directory = path.parent().unwrap_or(Path::new(""));
    document
        .and_then(|root| desk(root, directory))
        .map_err(|mut problems| {
            problems.sort();
            problems.dedup();
            problems
        })
}

fn desk(mut root: Node, directory: &Path) -> Result<Desk, Vec<Problem>> {
    // serde would read a list as the fields in their order.
    if !matches!(root.value, Value::Table(_)) {
        let text = "a description is a table with the fields zone, week …";
        return Err(vec![Problem::new(Some(root.line), text)]);
    }
    // The one key that a schedule's own description does not have.
    let named = root.remove("calendars");
    let mut problems = Vec::new();
    let calendars = named.iter().flat_map(|entry| match entry.node.text() {
        Some(_) => std::slice::from_ref(&entry.node),
        None => entry.node.elements(),
    });
    let mut read = Vec::new();
    for node in calendars {
        match calendar(node, directory) {
            Ok(calendar) => read.push(calendar),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(entry) = named
        .as_ref()
        .filter(|entry| entry.node.text().is_none() && entry.node.elements().is_empty())
    {
        let text = "calendars: write a list such as [\"GB-ENG\", \"closures.ics\"]";
        problems.push(Problem::new(Some(entry.line), text));
    }
    let (spec, found) = reader::read::<ScheduleSpec>(&root);
    problems.extend(found);
    let Some(spec) = spec else {
        return Err(problems);
    };
    let names: Vec<_> = read.iter().map(|(name, _)| name.clone()).collect();
    let builder = read
        .into_iter()
        .fold(spec.clone().into_builder(), |builder, (_, calendar)| {
            calendar.add_to(builder)
        });
    match builder.build() {
        Ok(schedule) if problems.is_empty() => Ok(Desk {
            spec,
            schedule,
            holidays: (!names.is_empty()).then(|| names.join(" and ")),
        }),
        Ok(_) => Err(problems),
        Err(errors) => {
            let is_clean = problems.is_empty();
            for error in &errors.into_iter().collect::<Vec<_>>() {
                let (line, may_follow) = line_of(&root, named.as_ref(), error);
                // What was left out may be what it misses.
                if is_clean || !may_follow {
                    problems.push(Problem::new(line, error));
                }
            }
            Err(problems)
        }
    }
}

enum Calendar {
    Region(Box<PublicHolidays>),
    Feed(business_hours::HolidayList),
}

impl Calendar {
    fn add_to(self, builder: ScheduleBuilder) -> ScheduleBuilder {
        match self {
            Self::Region(holidays) => builder.holidays(*holidays),
            Self::Feed(list) => builder.holidays(list),
        }
    }
}

/// The calendar that an element of `calendars` names: a region, or an iCalendar file beside the description.
fn calendar(node: &Node, directory: &Path) -> Result<(String, Calendar), Problem> {
    let problem = |text: String| Problem::new(Some(node.line), format_args!("calendars: {text}"));
    let Some(name) = node.text() else {
        return Err(problem(
            "write each as text, such as \"GB-ENG\" or \"closures.ics\"".to_owned(),
        ));
    };
    if !name.ends_with(".ics") {
        let region: Region = name.parse().map_err(|error| problem(format!("{error}")))?;
        let words = format!("the public holidays of {}", region.name());
        return Ok((
            words,
            Calendar::Region(Box::new(PublicHolidays::of(region))),
        ));
    }
    let bytes =
        std::fs::read(directory.join(name)).map_err(|error| problem(format!("{name}: {error}")))?;
    let feed = IcalendarFeed::parse(&bytes).map_err(|error| problem(format!("{name}: {error}")))?;
    // Closures add to the holidays below them; they do not say that all other days are worked.
    let list = feed.calendar(Provenance::new(name), FeedCoverage::ListedDates);
    Ok((format!("the days of {name}"), Calendar::Feed(list)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A description with everything in it, of which each change makes another.
    const TOML: &str = r#"
zone = "Europe/London"
tails = "cut"
[week]
mon-fri = ["09:00-12:30", "13:30-17:30"]
sat = "20:00-02:00"
[breaks]
wed = "15:00-15:30"
[holidays]
unknown = "normal"
covers = "2026-01-01 to 2026-12-31"
dates = { 2026-05-04 = "Early May", 2026-12-25 = "Christmas Day" }
eve = "09:00-13:00"
working_days_as = "Tue"
[[seasons]]
name = "summer"
when = "07-01 to 08-31"
week = { mon-fri = "08:00-14:00" }
[[overrides]]
id = "may"
when = "2026-05-04"
hours = "10:00-14:00"
reason = "Staffed"
priority = 2
expires = "2027-01-01T00:00:00Z"
"#;

    fn json() -> String {
        let value: serde_json::Value = toml::from_str(TOML).expect("TOML");
        serde_json::to_string_pretty(&value).expect("JSON")
    }

    fn read(root: Result<Node, Vec<Problem>>) -> Result<ScheduleSpec, Vec<Problem>> {
        match reader::read(&root?) {
            (Some(spec), problems) if problems.is_empty() => Ok(spec),
            (_, problems) => Err(problems),
        }
    }

    #[test]
    fn both_forms_say_the_same() {
        let toml = read(document::toml(TOML)).expect("good");
        assert_eq!(Ok(&toml), toml::from_str(TOML).as_ref());
        assert_eq!(read(document::json(&json())), Ok(toml));
    }

    /// A piece of the text is replaced by another, or by letters.
    fn changed(text: String) -> impl Strategy<Value = String> {
        let length = text.len();
        let letters = prop_oneof!["[a-z0-9 :,\"\\[\\]{}=\n-]{0,4}".prop_map(Some), Just(None),];
        let change = (0..length, 0_usize..6, letters, 0..length);
        proptest::collection::vec(change, 1..3).prop_map(move |changes| {
            let mut changed = text.clone();
            for (at, length, letters, other) in changes {
                let end = (at + length).min(changed.len());
                let other = changed
                    .get(other..(other + 12).min(changed.len()))
                    .unwrap_or_default();
                let letters = letters.unwrap_or_else(|| other.to_owned());
                if at <= end {
                    changed.replace_range(at..end, &letters);
                }
            }
            changed
        })
    }

    fn text_has_a_key_twice(read: &Result<ScheduleSpec, Vec<Problem>>) -> bool {
        let twice = |problem: &Problem| problem.text.starts_with("duplicate key");
        read.as_ref()
            .is_err_and(|problems| problems.iter().all(twice))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Reading with all mistakes accepts what serde accepts, as the same description, and nothing else.
        #[test]
        fn toml_is_read_as_serde_reads_it(text in changed(TOML.to_owned())) {
            let read = read(document::toml(&text));
            match toml::from_str::<ScheduleSpec>(&text) {
                Ok(spec) => prop_assert_eq!(read, Ok(spec), "{}", text),
                Err(error) => {
                    let problems = read.expect_err(&format!("{text}\n{error}"));
                    prop_assert!(!problems.is_empty() && problems.iter().all(|problem| problem.line.is_some()));
                }
            }
        }

        #[test]
        fn json_is_read_as_serde_reads_it(text in changed(json())) {
            let read = read(document::json(&text));
            match serde_json::from_str::<ScheduleSpec>(&text) {
                // serde keeps the last of two; here that is a mistake.
                Ok(_) if text_has_a_key_twice(&read) => {}
                Ok(spec) => prop_assert_eq!(read, Ok(spec), "{}", text),
                Err(error) => {
                    let problems = read.expect_err(&format!("{text}\n{error}"));
                    prop_assert!(!problems.is_empty() && problems.iter().all(|problem| problem.line.is_some()));
                }
            }
        }
    }
}
