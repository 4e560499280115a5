use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::IcalendarError;
use super::line::{self, Line};
use super::recurrence::{self, Yearly};

/// The longest event, in days.
const LONGEST: i64 = 366;
/// The most days of all events together.
const MOST_DAYS: i64 = 20_000;
/// The longest title, in bytes.
const LONGEST_TITLE: usize = 1_000;

/// One occurrence of an all-day event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AllDayEvent {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day, which is included (`DTEND` names the day after).
    pub last: NaiveDate,
    /// Its title; "Holiday" if it has none.
    pub summary: Arc<str>,
    /// Its description, often empty.
    pub description: Arc<str>,
}

/// All occurrences by date, and how many events have a time of day.
pub(super) fn read(file: &[u8]) -> Result<(Vec<AllDayEvent>, usize), IcalendarError> {
    let components = components(file)?;
    let replaced: BTreeSet<_> = components
        .iter()
        .filter_map(|component| component.replaces())
        .collect();
    let (mut events, mut timed, mut days) = (Vec::new(), 0, 0);
    for component in &components {
        let start = component.start()?;
        if !start.all_day {
            timed += 1;
            continue;
        }
        if component.is_cancelled() {
            continue;
        }
        let length = component.length(start.date)?;
        // Repetitions share their texts: a small file must not become a large value.
        let summary = component.title()?;
        let description = Arc::from(component.text("DESCRIPTION"));
        for first in component.occurrences(start.date, &replaced)? {
            days += length;
            if days > MOST_DAYS {
                return Err(IcalendarError::TooManyDays);
            }
            let last = first
                .checked_add_signed(TimeDelta::days(length - 1))
                .ok_or_else(|| component.date_error(&first.to_string()))?;
            events.push(AllDayEvent {
                first,
                last,
                summary: Arc::clone(&summary),
                description: Arc::clone(&description),
            });
        }
    }
    events.sort_by_key(|event| (event.first, event.last));
    Ok((events, timed))
}

/// A VEVENT's own properties, without those of its alarms.
struct Component {
    line: usize,
    properties: Vec<Line>,
}

struct Start {
    date: NaiveDate,
    all_day: bool,
}

fn components(file: &[u8]) -> Result<Vec<Component>, IcalendarError> {
    let mut events = Vec::new();
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut current = None;
    for (index, line) in line::lines(file).enumerate() {
        let line = line.map_err(|error| {
            if index == 0 {
                IcalendarError::NotACalendar
            } else {
                error
            }
        })?;
        let value = line.value.trim().to_ascii_uppercase();
        if open.is_empty() && (line.name != "BEGIN" || value != "VCALENDAR") {
            return Err(match (index, line.name.as_str()) {
                (1.., "END") => IcalendarError::End {
                    line: line.number,
                    found: value,
                    expected: String::new(),
                },
                _ => IcalendarError::NotACalendar,
            });
        }
        match line.name.as_str() {
            "BEGIN" => {
                if value == "VEVENT" && open.len() == 1 {
                    current = Some(Component {
                        line: line.number,
                        properties: Vec::new(),
                    });
                }
                open.push((line.number, value));
            }
            "END" => {
                let expected = open.pop().map(|(_, name)| name).unwrap_or_default();
                if expected != value {
                    return Err(IcalendarError::End {
                        line: line.number,
                        found: value,
                        expected,
                    });
                }
                if open.len() == 1 {
                    events.extend(current.take());
                }
            }
            _ => {
                if let (Some(event), 2) = (&mut current, open.len()) {
                    event.properties.push(line);
                }
            }
        }
    }
    match open.pop() {
        Some((line, component)) => Err(IcalendarError::CutOff { line, component }),
        None if events.is_empty() && line::lines(file).next().is_none() => {
            Err(IcalendarError::NotACalendar)
        }
        None => Ok(events),
    }
}

impl Component {
    fn property(&self, name: &str) -> Option<&Line> {
        self.properties.iter().find(|line| line.name == name)
    }

    fn text(&self, name: &str) -> String {
        self.property(name)
            .map(|line| line::text(&line.value))
            .unwrap_or_default()
    }

    fn title(&self) -> Result<Arc<str>, IcalendarError> {
        match self.property("SUMMARY") {
            Some(line) if line.value.len() > LONGEST_TITLE => Err(IcalendarError::Title {
                line: line.number,
                length: line.value.len(),
            }),
            Some(line) if !line.value.trim().is_empty() => Ok(line::text(line.value.trim()).into()),
            _ => Ok("Holiday".into()),
        }
    }

    fn is_cancelled(&self) -> bool {
        self.property("STATUS")
            .is_some_and(|line| line.value.trim().eq_ignore_ascii_case("CANCELLED"))
    }

    fn start(&self) -> Result<Start, IcalendarError> {
        let line = self
            .property("DTSTART")
            .ok_or(IcalendarError::NoStart { line: self.line })?;
        Ok(Start {
            date: date(line)?,
            all_day: is_date(line),
        })
    }

    /// In days.
    fn length(&self, first: NaiveDate) -> Result<i64, IcalendarError> {
        let days = match (self.property("DTEND"), self.property("DURATION")) {
            (Some(end), _) => (date(end)? - first).num_days(),
            (None, Some(duration)) => {
                whole_days(&duration.value).ok_or_else(|| IcalendarError::Duration {
                    line: duration.number,
                    value: duration.value.clone(),
                })?
            }
            (None, None) => 1,
        };
        // Some programs write the last day itself as the end of an event of one day.
        let days = if days == 0 { 1 } else { days };
        if (1..=LONGEST).contains(&days) {
            return Ok(days);
        }
        let end = TimeDelta::try_days(days)
            .and_then(|length| first.checked_add_signed(length))
            .unwrap_or(NaiveDate::MAX);
        Err(IcalendarError::Length {
            line: self.line,
            first,
            end,
        })
    }

    /// The first days of all occurrences.
    fn occurrences(
        &self,
        start: NaiveDate,
        replaced: &BTreeSet<(&str, NaiveDate)>,
    ) -> Result<BTreeSet<NaiveDate>, IcalendarError> {
        let mut dates = BTreeSet::from([start]);
        let mut excluded = BTreeSet::new();
        for line in &self.properties {
            match line.name.as_str() {
                "RRULE" => {
                    dates.extend(Yearly::parse(line.number, &line.value, start)?.dates(start))
                }
                "RDATE" => dates.extend(dates_of(line)?),
                "EXDATE" => excluded.extend(dates_of(line)?),
                _ => {}
            }
        }
        if self.property("RECURRENCE-ID").is_none() {
            let uid = self.uid();
            dates.retain(|date| !replaced.contains(&(uid, *date)));
        }
        dates.retain(|date| !excluded.contains(date));
        Ok(dates)
    }

    /// The occurrence of another event that this one stands in for.
    fn replaces(&self) -> Option<(&str, NaiveDate)> {
        let date = recurrence::date(self.property("RECURRENCE-ID")?.value.trim())?;
        Some((self.uid(), date))
    }

    fn uid(&self) -> &str {
        self.property("UID").map_or("", |line| line.value.trim())
    }

    fn date_error(&self, value: &str) -> IcalendarError {
        IcalendarError::Date {
            line: self.line,
            value: value.into(),
        }
    }
}

/// Whether a property has a DATE: it says so, or has eight digits where an exporter forgot to.
fn is_date(line: &Line) -> bool {
    match line.parameter("VALUE") {
        Some(kind) => kind.eq_ignore_ascii_case("DATE"),
        None => line.value.trim().len() == 8,
    }
}

fn date(line: &Line) -> Result<NaiveDate, IcalendarError> {
    let value = line.value.trim();
    recurrence::date(value).ok_or_else(|| IcalendarError::Date {
        line: line.number,
        value: value.into(),
    })
}

fn dates_of(line: &Line) -> Result<Vec<NaiveDate>, IcalendarError> {
    line.value
        .split(',')
        .map(str::trim)
        .map(|value| {
            recurrence::date(value).ok_or_else(|| IcalendarError::Date {
                line: line.number,
                value: value.into(),
            })
        })
        .collect()
}

/// `P2D` or `P1W`.
fn whole_days(value: &str) -> Option<i64> {
    let value = value
        .trim()
        .strip_prefix('+')
        .unwrap_or(value.trim())
        .strip_prefix('P')?;
    let (number, days) = match (value.strip_suffix('D'), value.strip_suffix('W')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 7),
        (None, None) => return None,
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(days)
}
