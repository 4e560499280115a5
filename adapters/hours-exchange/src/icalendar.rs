use std::fmt::{self, Write as _};

use business_hours::{OpenInterval, QueryError, Rule, Schedule};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Open intervals and closed days as an iCalendar file (RFC 5545), for people's calendars.
///
/// Times are in UTC, so that no rules of a zone need to travel along. The same interval of the same
/// schedule always has the same `UID`: a subscriber updates it rather than seeing it twice.
///
/// ```
/// use business_hours::{Schedule, Tz};
/// use hours_exchange::IcalendarExport;
///
/// let desk = Schedule::builder(Tz::Europe__London)
///     .week("mon-fri".parse()?, "09:00-17:30".parse()?)
///     .build()?;
/// let (from, until) = ("2026-07-01T00:00:00Z".parse()?, "2026-07-02T00:00:00Z".parse()?);
/// let file = IcalendarExport::new("london-desk.example.com", from)
///     .name("London desk")
///     .open(desk.intervals(from, until)?)
///     .to_string();
/// assert!(file.contains("\r\nDTSTART:20260701T080000Z\r\nDTEND:20260701T163000Z\r\n"));
/// assert!(file.contains("\r\nUID:open-20260701T080000Z@london-desk.example.com\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct IcalendarExport {
    id: String,
    stamp: DateTime<Utc>,
    name: Option<String>,
    events: Vec<Event>,
}

#[derive(Debug, Clone)]
enum Event {
    Open(OpenInterval),
    Closed(ClosedDays),
}

/// Dates on which a schedule does not open at all because of a holiday or an override.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClosedDays {
    /// The first date.
    pub first: NaiveDate,
    /// The last date, which is included.
    pub last: NaiveDate,
    /// Why: the name of the holiday, or the reason or id of the override.
    pub reason: String,
}

impl ClosedDays {
    /// Closed from `first` to `last`, both included.
    pub fn new(first: NaiveDate, last: NaiveDate, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self {
            first,
            last,
            reason,
        }
    }
}

/// The dates from `first` to `last`, both included, on which a schedule does not open at all because of a
/// holiday or an override; neighbours with the same reason in one. Days of the week that are closed anyway
/// are none of them.
///
/// ```
/// use business_hours::{Override, Schedule, Tz};
/// use hours_exchange::{ClosedDays, closed_days};
///
/// let stocktaking = Override::closed("stock".parse()?, "2026-07-01 to 2026-07-02".parse()?);
/// let desk = Schedule::builder(Tz::Europe__London)
///     .week("mon-fri".parse()?, "09:00-17:30".parse()?)
///     .with_override(stocktaking.because("Stocktaking"))
///     .build()?;
/// let closed = closed_days(&desk, "2026-06-01".parse()?, "2026-07-31".parse()?)?;
/// assert_eq!(closed, [ClosedDays::new("2026-07-01".parse()?, "2026-07-02".parse()?, "Stocktaking")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`Schedule::open_on`].
pub fn closed_days(
    schedule: &Schedule,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<ClosedDays>, QueryError> {
    let mut closed: Vec<ClosedDays> = Vec::new();
    for date in first.iter_days().take_while(|date| *date <= last) {
        if !schedule.open_on(date, date)?.is_zero() {
            continue;
        }
        let Some(reason) = reason(schedule, date)? else {
            continue;
        };
        match closed.last_mut() {
            Some(before) if before.last.succ_opt() == Some(date) && before.reason == reason => {
                before.last = date;
            }
            _ => closed.push(ClosedDays::new(date, date, reason)),
        }
    }
    Ok(closed)
}

/// Why a date on which it does not open is closed as a whole.
fn reason(schedule: &Schedule, date: NaiveDate) -> Result<Option<String>, QueryError> {
    // No zone changes its clock by half a day around noon, but one may skip the date altogether.
    let Some(noon) = NaiveTime::from_hms_opt(12, 0, 0) else {
        return Ok(None);
    };
    let noon = date.and_time(noon).and_utc();
    let offset = TimeDelta::seconds(i64::from(schedule.zone().offset_at(noon).local_minus_utc()));
    let status = schedule.status(noon - offset)?;
    let by_date = match status.decided_by() {
        Rule::Holiday(_) => true,
        Rule::Override(exception) => exception.when.includes_date(date),
        _ => false,
    };
    Ok(status.reason().filter(|_| by_date).map(str::to_owned))
}

impl IcalendarExport {
    /// An empty calendar. `id` makes its events' `UID`s unique in the world, such as `london-desk.example.com`;
    /// `stamp` is the `DTSTAMP`, when the data were as they are.
    pub fn new(id: impl Into<String>, stamp: DateTime<Utc>) -> Self {
        Self {
            id: id.into(),
            stamp,
            name: None,
            events: Vec::new(),
        }
    }

    /// Names it, as calendar programs show it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds open intervals, such as those of [`Schedule::intervals`], as events of whole seconds. What is
    /// shorter than a second is none.
    pub fn open(mut self, intervals: impl IntoIterator<Item = OpenInterval>) -> Self {
        let seconds =
            |interval: &OpenInterval| interval.closes.timestamp() > interval.opens.timestamp();
        self.events
            .extend(intervals.into_iter().filter(seconds).map(Event::Open));
        self
    }

    /// Adds closed days, such as those of [`closed_days`], as all-day events.
    pub fn closed(mut self, days: impl IntoIterator<Item = ClosedDays>) -> Self {
        self.events.extend(days.into_iter().map(Event::Closed));
        self
    }
}

impl fmt::Display for IcalendarExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "BEGIN:VCALENDAR")?;
        line(f, "VERSION:2.0")?;
        line(f, "PRODID:-//hours-exchange//EN")?;
        if let Some(name) = &self.name {
            line(f, &format!("NAME:{}", escaped(name)))?;
            // What programs read that do not know RFC 7986.
            line(f, &format!("X-WR-CALNAME:{}", escaped(name)))?;
        }
        for event in &self.events {
            line(f, "BEGIN:VEVENT")?;
            self.write_event(f, event)?;
            line(f, &format!("DTSTAMP:{}", utc(self.stamp)))?;
            // It is no appointment of whoever subscribes.
            line(f, "TRANSP:TRANSPARENT")?;
            line(f, "END:VEVENT")?;
        }
        line(f, "END:VCALENDAR")
    }
}

impl IcalendarExport {
    fn write_event(&self, f: &mut fmt::Formatter<'_>, event: &Event) -> fmt::Result {
        let id = escaped(&self.id);
        match event {
            Event::Open(interval) => {
                let opens = utc(interval.opens);
                line(f, &format!("UID:open-{opens}@{id}"))?;
                line(f, &format!("DTSTART:{opens}"))?;
                line(f, &format!("DTEND:{}", utc(interval.closes)))?;
                line(f, "SUMMARY:Open")
            }
            Event::Closed(days) => {
                let first = days.first.format("%Y%m%d");
                line(f, &format!("UID:closed-{first}@{id}"))?;
                line(f, &format!("DTSTART;VALUE=DATE:{first}"))?;
                // DTEND is the first date that is no longer part of it; without one it lasts a day.
                if let Some(end) = days.last.checked_add_days(Days::new(1)) {
                    line(f, &format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")))?;
                }
                line(f, &format!("SUMMARY:{}", escaped(&days.reason)))
            }
        }
    }
}

fn utc(instant: DateTime<Utc>) -> impl fmt::Display {
    instant.format("%Y%m%dT%H%M%SZ")
}

/// A TEXT value (RFC 5545, 3.3.11). Control characters, which it cannot have, become spaces.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() && control != '\t' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Writes a content line, folded so that no line is longer than 75 octets and no character is divided
/// (RFC 5545, 3.1).
fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut octets = 0;
    for character in text.chars() {
        if octets + character.len_utf8() > 75 {
            f.write_str("\r\n ")?;
            octets = 1;
        }
        f.write_char(character)?;
        octets += character.len_utf8();
    }
    f.write_str("\r\n")
}
