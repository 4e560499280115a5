//! The line of a rule that does not fit the others.

use business_hours::{BuildError, Weekdays};
use chrono::Weekday;

use crate::document::{Entry, Node};

/// The line where the offending value stands, if it stands anywhere, and whether the error may be a mere
/// consequence of a part that could not be read.
pub(crate) fn line_of(
    root: &Node,
    calendars: Option<&Entry>,
    error: &BuildError,
) -> (Option<usize>, bool) {
    let line = match error {
        BuildError::UnknownZone { .. } => line_of_key(root, "zone"),
        BuildError::DayTwice { rule, day } => {
            table(root, rule).and_then(|table| days(table, *day).last())
        }
        BuildError::OverlapAcrossMidnight { rule, day, .. } => {
            table(root, rule).and_then(|table| days(table, *day).next())
        }
        BuildError::BreakOutsideHours { day, .. } => {
            table(root, "breaks").and_then(|table| days(table, *day).next())
        }
        BuildError::SeasonOfInstants { name, .. } | BuildError::SeasonTwice { name } => {
            element(root, "seasons", "name", name)
        }
        BuildError::OnUnknownMissing | BuildError::CoverageMissing => {
            line_of_key(root, "holidays").or_else(|| calendars.map(|entry| entry.line))
        }
        BuildError::DateNotCovered { date, .. } | BuildError::HolidayAndWorkingDay { date } => {
            let holidays = root.get("holidays");
            let lists = ["working_days", "dates"].into_iter();
            let mut lists = lists.filter_map(|list| holidays?.get(list));
            lists.find_map(|list| line_of_key(list, &date.to_string()))
        }
        BuildError::OverrideTwice { id }
        | BuildError::Contradiction { id, .. }
        | BuildError::HoursOfInterval { id, .. }
        | BuildError::ExpiresBeforeItBegins { id, .. } => {
            element(root, "overrides", "id", id.as_str())
        }
        _ => None,
    };
    let may_follow = matches!(
        error,
        BuildError::OnUnknownMissing
            | BuildError::CoverageMissing
            | BuildError::BreakOutsideHours { .. }
    );
    (line, may_follow)
}

fn line_of_key(table: &Node, key: &str) -> Option<usize> {
    table
        .entries()
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| entry.line)
}

/// The table of a rule's hours by days of the week: `week`, `breaks` or `seasons.NAME`.
fn table<'d>(root: &'d Node, rule: &str) -> Option<&'d Node> {
    match rule.strip_prefix("seasons.") {
        None => root.get(rule),
        Some(name) => {
            let seasons = root.get("seasons")?.elements();
            let season = seasons
                .iter()
                .find(|season| season.get("name").and_then(Node::text) == Some(name));
            season?.get("week")
        }
    }
}

/// The lines of the keys that have a day.
fn days(table: &Node, day: Weekday) -> impl Iterator<Item = usize> {
    let has = move |entry: &&Entry| {
        entry
            .key
            .parse::<Weekdays>()
            .is_ok_and(|days| days.contains(day))
    };
    table.entries().iter().filter(has).map(|entry| entry.line)
}

/// The line of the last element of a list whose key has this text: the later of two is the wrong one.
fn element(root: &Node, list: &str, key: &str, text: &str) -> Option<usize> {
    let elements = root.get(list)?.elements().iter().rev();
    let mut entries = elements.flat_map(Node::entries);
    entries
        .find(|entry| entry.key == key && entry.node.text() == Some(text))
        .map(|entry| entry.line)
}
