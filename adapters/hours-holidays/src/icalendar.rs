mod event;
mod line;
mod recurrence;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use business_hours::{HolidayList, Provenance};
use chrono::{Datelike, NaiveDate};
use thiserror::Error;

pub use event::AllDayEvent;

/// The all-day events of an iCalendar file (RFC 5545), such as the holiday calendar of a company, a school
/// authority or a mail provider.
///
/// Events with a time of day are no holidays and are left out ([`timed_events`](Self::timed_events) counts
/// them), as are cancelled ones. Events may repeat each year: on the same date, on a day of a month
/// (`BYMONTH`, `BYMONTHDAY`) or on a weekday of it (`BYDAY=1MO`, `-1MO`), with `INTERVAL`, `COUNT`, `UNTIL`,
/// `EXDATE`, `RDATE` and single occurrences replaced (`RECURRENCE-ID`); a rule without an end runs to 2099.
/// Any other rule is an error rather than a holiday less.
///
/// ```
/// use business_hours::{CalendarDay, Holiday, HolidayCalendar, Provenance};
/// use hours_holidays::{FeedCoverage, IcalendarFeed};
///
/// let feed = IcalendarFeed::parse(b"BEGIN:VCALENDAR\r\n\
///     BEGIN:VEVENT\r\n\
///     SUMMARY:Company outing\r\n\
///     DTSTART;VALUE=DATE:20260703\r\n\
///     END:VEVENT\r\n\
///     BEGIN:VEVENT\r\n\
///     SUMMARY:Christmas closing\r\n\
///     DTSTART;VALUE=DATE:20261224\r\n\
///     DTEND;VALUE=DATE:20270102\r\n\
///     END:VEVENT\r\n\
///     END:VCALENDAR\r\n")?;
/// let closings = feed.calendar(Provenance::new("Intranet"), FeedCoverage::ListedDates);
/// let last_day = "2027-01-01".parse()?;
/// assert_eq!(closings.day(last_day), CalendarDay::Holiday(Holiday::named("Christmas closing")));
/// assert_eq!(closings.day("2027-01-02".parse()?), CalendarDay::Unknown, "the next calendar's business");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcalendarFeed {
    events: Vec<AllDayEvent>,
    timed_events: usize,
}

/// Which dates a feed vouches for, beyond those that it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedCoverage {
    /// None: the feed adds its days to what weaker calendars know.
    ListedDates,
    /// Every year from that of its first to that of its last event: in them it replaces weaker calendars, so
    /// that days which it does not list are ordinary ones.
    WholeYears,
    /// These dates, likewise.
    Dates(RangeInclusive<NaiveDate>),
}

/// Why an iCalendar file cannot be read as holidays. Lines count from 1, as they stand in the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IcalendarError {
    /// The file does not begin with `BEGIN:VCALENDAR`.
    #[error("not an iCalendar file: it must begin with BEGIN:VCALENDAR")]
    NotACalendar,
    /// A line is not `NAME;PARAMETER=value:value`.
    #[error("line {line}: no property, write it as NAME:value")]
    Line {
        /// The line.
        line: usize,
    },
    /// A line is not UTF-8, the encoding that RFC 5545 prescribes.
    #[error("line {line}: not UTF-8; convert the file")]
    Encoding {
        /// The line.
        line: usize,
    },
    /// An `END` without its `BEGIN`.
    #[error("line {line}: END:{found} where END:{expected} is due")]
    End {
        /// The line.
        line: usize,
        /// What it ends.
        found: String,
        /// What is open; empty if nothing is.
        expected: String,
    },
    /// The file ends inside a component: it is cut off.
    #[error("the file is cut off: BEGIN:{component} in line {line} has no END")]
    CutOff {
        /// The line of its `BEGIN`.
        line: usize,
        /// What is open.
        component: String,
    },
    /// An event without `DTSTART`.
    #[error("line {line}: an event needs a DTSTART")]
    NoStart {
        /// The line of its `BEGIN`.
        line: usize,
    },
    /// A date is none.
    #[error("line {line}: \"{value}\" is no date, write it as 20261225")]
    Date {
        /// The line.
        line: usize,
        /// What stands there.
        value: String,
    },
    /// A duration is not one of whole days.
    #[error("line {line}: an all-day event lasts whole days, such as P1D or P2W, not \"{value}\"")]
    Duration {
        /// The line.
        line: usize,
        /// What stands there.
        value: String,
    },
    /// An event ends before it begins, or lasts more than a year.
    #[error(
        "line {line}: an event from {first} to {end} (excluded) is no closing; it must last 1 to 366 days"
    )]
    Length {
        /// The line of its `BEGIN`.
        line: usize,
        /// Its first day.
        first: NaiveDate,
        /// The day after its last.
        end: NaiveDate,
    },
    /// A rule of repetition that this does not read.
    #[error("line {line}: cannot repeat by \"{rule}\": {reason}")]
    Rule {
        /// The line.
        line: usize,
        /// The rule.
        rule: String,
        /// What of it is not read.
        reason: &'static str,
    },
    /// A title is longer than 1,000 bytes.
    #[error("line {line}: a title of {length} bytes names no holiday; at most 1,000")]
    Title {
        /// The line.
        line: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// All events together, with their repetitions, are more than 20,000 days.
    #[error("the events are more than 20,000 days together, which is no calendar of holidays")]
    TooManyDays,
}

impl IcalendarFeed {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is not an iCalendar file, is cut off, or an all-day event in it cannot be read.
    pub fn parse(file: &[u8]) -> Result<Self, IcalendarError> {
        event::read(file).map(|(events, timed_events)| Self {
            events,
            timed_events,
        })
    }

    /// The all-day events, repetitions one by one, by date.
    #[must_use]
    pub fn events(&self) -> &[AllDayEvent] {
        &self.events
    }

    /// How many events were left out because they have a time of day.
    #[must_use]
    pub fn timed_events(&self) -> usize {
        self.timed_events
    }

    /// Keeps some events only. Mail providers' calendars mix public holidays with observances:
    /// `feed.keeping(|event| event.description.starts_with("Public holiday"))`.
    #[must_use]
    pub fn keeping(mut self, wanted: impl FnMut(&AllDayEvent) -> bool) -> Self {
        self.events.retain(wanted);
        self
    }

    /// The events as a calendar for a schedule.
    #[must_use]
    pub fn calendar(&self, provenance: Provenance, coverage: FeedCoverage) -> HolidayList {
        let mut days = BTreeMap::<_, Vec<&str>>::new();
        for event in &self.events {
            for date in event
                .first
                .iter_days()
                .take_while(|date| *date <= event.last)
            {
                let names = days.entry(date).or_default();
                if !names.contains(&&*event.summary) {
                    names.push(&event.summary);
                }
            }
        }
        let dates = match coverage {
            FeedCoverage::ListedDates => None,
            FeedCoverage::WholeYears => self.whole_years(),
            FeedCoverage::Dates(dates) => Some(dates),
        };
        let mut list = HolidayList::new(provenance);
        if let Some(dates) = dates {
            list = list.covering(dates);
        }
        days.into_iter().fold(list, |list, (date, names)| {
            list.holiday(date, names.join("; "))
        })
    }

    fn whole_years(&self) -> Option<RangeInclusive<NaiveDate>> {
        let first = self.events.iter().map(|event| event.first).min()?;
        let last = self.events.iter().map(|event| event.last).max()?;
        Some(
            NaiveDate::from_ymd_opt(first.year(), 1, 1)?
                ..=NaiveDate::from_ymd_opt(last.year(), 12, 31)?,
        )
    }
}
