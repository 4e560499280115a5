//! The days of some weeks: when they are open, and what is special about them.

use business_hours::{QueryError, Rule, Schedule, Warning};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc};

use crate::clock;

#[derive(Debug)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    /// The open parts in order.
    pub(crate) open: Vec<Span>,
    /// How long they are together, which clocks that are changed do not show.
    pub(crate) total: TimeDelta,
    /// Holidays, reasons of overrides and doubts, in the order of the day.
    pub(crate) notes: Vec<String>,
}

/// A stretch within one day on the clock of its zone, in minutes from midnight: 0 to 1440. When clocks are put
/// back it may end on an earlier time than it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u32,
    pub(crate) until: u32,
}

const MINUTES: u32 = 24 * 60;

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        write!(f, "{}–{}", time(self.from), time(self.until))
    }
}

/// `weeks` weeks from the Monday of the week that `date` is in.
///
/// # Errors
/// As [`Schedule::intervals`].
pub(crate) fn weeks(
    schedule: &Schedule,
    date: NaiveDate,
    weeks: u32,
) -> Result<Vec<Day>, QueryError> {
    let monday = date.week(chrono::Weekday::Mon).first_day();
    let dates = monday.iter_days().take(weeks as usize * 7);
    dates.map(|date| day(schedule, date)).collect()
}

fn day(schedule: &Schedule, date: NaiveDate) -> Result<Day, QueryError> {
    let mut day = Day {
        date,
        open: Vec::new(),
        total: TimeDelta::zero(),
        notes: Vec::new(),
    };
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    let (Some(start), Some(end)) = (
        clock::start_of(schedule, date),
        clock::start_of(schedule, next),
    ) else {
        return Ok(day);
    };
    if start >= end {
        day.notes.push("this day was skipped".to_owned());
        return Ok(day);
    }
    let mut moments = vec![start + (end - start) / 2];
    for interval in schedule.intervals(start, end)? {
        day.total += interval.duration();
        day.open.push(Span {
            from: minute(schedule, interval.opens, start, end),
            until: minute(schedule, interval.closes, start, end),
        });
        let within = |moment: &DateTime<Utc>| start < *moment && *moment < end;
        moments.extend([interval.opens, interval.closes].into_iter().filter(within));
    }
    moments.sort();
    for moment in moments {
        for note in notes(schedule, moment)? {
            if !day.notes.contains(&note) {
                day.notes.push(note);
            }
        }
    }
    Ok(day)
}

/// Where the hand of the clock stands; at the end of the day on 24:00.
fn minute(
    schedule: &Schedule,
    instant: DateTime<Utc>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> u32 {
    if instant == end {
        return MINUTES;
    }
    if instant == start {
        return 0;
    }
    let local = clock::local(schedule, instant);
    local.hour() * 60 + local.minute()
}

/// What is special about a moment.
fn notes(schedule: &Schedule, at: DateTime<Utc>) -> Result<Vec<String>, QueryError> {
    let status = schedule.status(at)?;
    let mut notes = Vec::new();
    notes.extend(status.holiday().map(|holiday| holiday.name.to_owned()));
    match status.decided_by() {
        Rule::Override(exception) => {
            let reason = exception.reason.as_deref().unwrap_or(exception.id.as_str());
            notes.push(reason.to_owned());
        }
        Rule::Season(_) | Rule::HolidayEve | Rule::UncoveredDate => {
            notes.extend(status.reason().map(str::to_owned));
        }
        _ => {}
    }
    if let Some(Warning::MayBeHoliday(_)) = status.warning() {
        notes.push("may be a holiday".to_owned());
    }
    Ok(notes)
}

/// `21 Dec 2026 – 17 Jan 2027`.
pub(crate) fn title(days: &[Day]) -> String {
    match days {
        [first, .., last] => format!(
            "{} – {}",
            first.date.format("%-d %b %Y"),
            last.date.format("%-d %b %Y")
        ),
        _ => String::new(),
    }
}

/// The letters for a terminal.
pub(crate) fn text(schedule: &Schedule, days: &[Day]) -> String {
    let mut text = format!("{}, {}\n\n", schedule.zone().name(), title(days));
    text += "           0     3     6     9     12    15    18    21    24\n";
    for (index, day) in days.iter().enumerate() {
        if index > 0 && index % 7 == 0 {
            text.push('\n');
        }
        let hours: Vec<_> = day.open.iter().map(Span::to_string).collect();
        let hours = if hours.is_empty() {
            "closed".to_owned()
        } else {
            hours.join(", ")
        };
        let line = format!(
            "{} {}  {hours:<26} {}",
            day.date.format("%a %e %b"),
            bar(&day.open),
            day.notes.join("; ")
        );
        text += line.trim_end();
        text.push('\n');
    }
    let open = days
        .iter()
        .fold(TimeDelta::zero(), |sum, day| sum + day.total);
    text += &format!(
        "\n█ open  ▌ in part  · closed      open {} h {:02} min in all\n",
        open.num_hours(),
        open.num_minutes() % 60
    );
    text
}

/// A letter for each half hour.
fn bar(open: &[Span]) -> String {
    let slots = (0..MINUTES).step_by(30);
    let slot = |from: u32| {
        let until = from + 30;
        let minutes: u32 = open
            .iter()
            .map(|span| span.until.min(until).saturating_sub(span.from.max(from)))
            .sum();
        match minutes {
            0 => '·',
            30.. => '█',
            _ => '▌',
        }
    };
    slots.map(slot).collect()
}

/// Whether it is on the weekend as most of the world has it; a matter of shading only.
pub(crate) fn is_weekend(day: &Day) -> bool {
    day.date.weekday().num_days_from_monday() >= 5
}
