//! Times and dates as people say them.

use business_hours::{Hours, MonthDay, Tz, When};
use chrono::{Datelike, NaiveDate, Weekday};

use crate::week_table::weekdays;

/// `Mon–Fri`, `Sat and Sun`, `Mon, Wed and Fri`, `every day`.
pub(crate) fn days(days: impl Iterator<Item = Weekday>) -> String {
    let Some(set) = weekdays(days) else {
        return String::new();
    };
    if set.iter().count() == 7 {
        return "every day".to_owned();
    }
    // The text form has the runs already: `mon-fri,sun`.
    let text = set.to_string();
    let mut parts = Vec::new();
    for run in text.split(',') {
        match run
            .split_once('-')
            .map(|(first, last)| (capital(first), capital(last)))
        {
            None => parts.push(capital(run)),
            // "Sat and Sun" reads better than a range of two.
            Some((first, last)) if set.iter().count() == 2 => parts.extend([first, last]),
            Some((first, last)) => parts.push(format!("{first}–{last}")),
        }
    }
    join(&parts)
}

/// `09:00–12:30 and 13:30–17:30`; `all day`.
pub(crate) fn ranges(hours: &Hours) -> String {
    if hours.is_all_day() {
        return "all day".to_owned();
    }
    let ranges = hours
        .ranges()
        .iter()
        .map(|range| range.to_string().replace('-', "–"));
    join(&ranges.collect::<Vec<_>>())
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// When an exception applies: `6 Apr 2026`, `24–31 Dec 2026`, `25 Dec`, `first Monday of May`, in the times of
/// `zone`.
pub(crate) fn when(when: When, zone: &str) -> String {
    if let Some((from, until)) = when.instants() {
        // A zone that is not known is an error elsewhere; UTC then says what it says.
        let zone = zone.parse().unwrap_or(Tz::UTC);
        let (from, until) = (from.with_timezone(&zone), until.with_timezone(&zone));
        let end = if from.date_naive() == until.date_naive() {
            until.format("%H:%M")
        } else {
            until.format("%-d %b %Y %H:%M")
        };
        return format!("{}–{end}", from.format("%-d %b %Y %H:%M"));
    }
    let text = when.to_string();
    match text.split_once(" to ") {
        Some((first, last)) => match (first.parse::<NaiveDate>(), last.parse::<NaiveDate>()) {
            (Ok(first), Ok(last)) => dates(first, last),
            _ => format!("{}–{} each year", day_of_year(first), day_of_year(last)),
        },
        None => match (text.parse::<NaiveDate>(), text.split_once(" of ")) {
            (Ok(date), _) => date.format("%-d %b %Y").to_string(),
            (_, Some((nth, month))) => nth_weekday(nth, month).unwrap_or(text),
            _ => format!("{} each year", day_of_year(&text)),
        },
    }
}

fn dates(first: NaiveDate, last: NaiveDate) -> String {
    let end = last.format("%-d %b %Y");
    if first.year() != last.year() {
        format!("{}–{end}", first.format("%-d %b %Y"))
    } else if first.month() != last.month() {
        format!("{}–{end}", first.format("%-d %b"))
    } else {
        format!("{}–{end}", first.day())
    }
}

/// `25 Dec` of `12-25`.
fn day_of_year(text: &str) -> String {
    // A leap year has every day that any year has.
    let date = text
        .parse::<MonthDay>()
        .ok()
        .and_then(|day| day.in_year(2000));
    date.map_or_else(|| text.to_owned(), |date| date.format("%-d %b").to_string())
}

/// `first Monday of May` of `1st mon` and `may`.
fn nth_weekday(nth: &str, month: &str) -> Option<String> {
    let (nth, day) = nth.split_once(' ')?;
    let nth = match nth {
        "1st" => "first",
        "2nd" => "second",
        "3rd" => "third",
        "4th" => "fourth",
        "5th" => "fifth",
        other => other,
    };
    let day: Weekday = day.parse().ok()?;
    let day = NaiveDate::from_isoywd_opt(2000, 1, day)?
        .format("%A")
        .to_string();
    let month = match month {
        "every month" => month.to_owned(),
        name => name.parse::<chrono::Month>().ok()?.name().to_owned(),
    };
    Some(format!("{nth} {day} of {month}"))
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
