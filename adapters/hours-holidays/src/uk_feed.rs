use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;

use business_hours::{HolidayList, Provenance};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use thiserror::Error;

/// The bank holidays that the UK government publishes at
/// [gov.uk/bank-holidays.json](https://www.gov.uk/bank-holidays.json): some past years and the next two.
///
/// Fetching the file is the host's business; this reads it. Each [division](UkDivision) becomes a calendar
/// that covers its years whole, so that above other calendars it also takes days away: a bank holiday that
/// was moved for a jubilee is an ordinary day again.
///
/// When Christmas Day is on a Saturday, the feed lists the Monday or Tuesday that stands in for it, and not
/// the Saturday. So that a desk with Saturday hours is not open on Christmas Day, the day itself is added
/// ([`substitutes_only`](Self::substitutes_only) leaves it out).
///
/// ```
/// use business_hours::{CalendarDay, Holiday, HolidayCalendar};
/// use hours_holidays::{UkBankHolidays, UkDivision};
///
/// let json = r#"{
///     "england-and-wales": {"division": "england-and-wales", "events": [
///         {"title": "New Year’s Day", "date": "2027-01-01", "notes": "", "bunting": true},
///         {"title": "Christmas Day", "date": "2027-12-27", "notes": "Substitute day", "bunting": true}
///     ]}
/// }"#;
/// let feed = UkBankHolidays::parse(json.as_bytes())?.as_of("2026-11-21".parse()?);
/// let england = feed.calendar(UkDivision::EnglandAndWales)?;
/// assert_eq!(
///     england.day("2027-12-27".parse()?),
///     CalendarDay::Holiday(Holiday::named("Christmas Day (substitute day)"))
/// );
/// assert_eq!(
///     england.day("2027-12-25".parse()?),
///     CalendarDay::Holiday(Holiday::named("Christmas Day"))
/// );
/// assert_eq!(england.day("2027-12-29".parse()?), CalendarDay::Nothing);
/// assert_eq!(england.day("2028-01-03".parse()?), CalendarDay::Unknown);
/// assert_eq!(england.provenance().to_string(), "GOV.UK bank holidays, England and Wales as of 2026-11-21");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UkBankHolidays {
    divisions: BTreeMap<String, Vec<BankHoliday>>,
    as_of: Option<NaiveDate>,
    substitutes_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct BankHoliday {
    title: String,
    date: NaiveDate,
    notes: String,
}

/// The parts of the United Kingdom that the feed tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UkDivision {
    /// England and Wales, which have the same bank holidays.
    EnglandAndWales,
    /// Scotland.
    Scotland,
    /// Northern Ireland.
    NorthernIreland,
}

/// Why a text is not the UK government's feed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UkFeedError {
    /// It is not JSON, or not of the feed's shape: an object whose values have `events` with `title`, `date`
    /// and `notes`.
    #[error("not the bank holidays of GOV.UK: is the URL that of bank-holidays.json?")]
    Json(#[source] serde_json::Error),
    /// A date is none.
    #[error("{division}: \"{title}\" is on \"{value}\", which is no date like 2027-12-27")]
    Date {
        /// The division.
        division: String,
        /// The event's title.
        title: String,
        /// What stands for its date.
        value: String,
    },
    /// The feed does not have the division.
    #[error("the feed has no \"{division}\", it has {}", known(.found))]
    NoDivision {
        /// The feed's word for it.
        division: &'static str,
        /// The divisions that it has.
        found: Vec<String>,
    },
    /// The division has no events at all, or none in a year between others: a feed that must not be read as
    /// a year without holidays.
    #[error("\"{division}\" lists no bank holiday in {}", .year.map_or_else(|| "any year".into(), |year| year.to_string()))]
    Gap {
        /// The feed's word for the division.
        division: &'static str,
        /// The year without one; `None` if there is none at all.
        year: Option<i32>,
    },
}

#[derive(Deserialize)]
struct Division {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    title: String,
    date: String,
    #[serde(default)]
    notes: String,
}

impl UkBankHolidays {
    /// Reads the feed.
    ///
    /// # Errors
    /// If it is not JSON of the feed's shape, or a date in it is none.
    pub fn parse(json: &[u8]) -> Result<Self, UkFeedError> {
        let feed: BTreeMap<String, Division> =
            serde_json::from_slice(json).map_err(UkFeedError::Json)?;
        let mut divisions = BTreeMap::new();
        for (division, Division { events }) in feed {
            let mut days = Vec::with_capacity(events.len());
            for Event { title, date, notes } in events {
                let Ok(parsed) = date.parse() else {
                    return Err(UkFeedError::Date {
                        division,
                        title,
                        value: date,
                    });
                };
                days.push(BankHoliday {
                    title,
                    date: parsed,
                    notes,
                });
            }
            divisions.insert(division, days);
        }
        Ok(Self {
            divisions,
            as_of: None,
            substitutes_only: false,
        })
    }

    /// Notes the day on which the feed was fetched, for the calendars' [`Provenance`].
    #[must_use]
    pub fn as_of(mut self, date: NaiveDate) -> Self {
        self.as_of = Some(date);
        self
    }

    /// Keeps to the letter of the feed: the Saturday or Sunday for which a substitute day stands in is an
    /// ordinary weekend day.
    #[must_use]
    pub fn substitutes_only(mut self) -> Self {
        self.substitutes_only = true;
        self
    }

    /// The calendar of one division. It covers the years of the feed from the 1 January of the first to the
    /// 31 December of the last; a first year without a holiday in January counts from its first
    /// holiday, and a last year without one in December up to its last.
    ///
    /// # Errors
    /// If the feed does not have the division, or lacks a year.
    pub fn calendar(&self, division: UkDivision) -> Result<HolidayList, UkFeedError> {
        let key = division.key();
        let days = self
            .divisions
            .get(key)
            .ok_or_else(|| UkFeedError::NoDivision {
                division: key,
                found: self.divisions.keys().cloned().collect(),
            })?;
        let covered = coverage(key, days)?;
        let mut provenance = Provenance::new(format!("GOV.UK bank holidays, {division}"));
        if let Some(date) = self.as_of {
            provenance = provenance.as_of(date);
        }
        let mut names = BTreeMap::<_, Vec<String>>::new();
        for day in days {
            names.entry(day.date).or_default().push(day.name());
            if let Some(itself) = day.substituted().filter(|_| !self.substitutes_only) {
                names.entry(itself).or_default().push(day.title.clone());
            }
        }
        let list = HolidayList::new(provenance).covering(covered);
        Ok(names.into_iter().fold(list, |list, (date, mut names)| {
            names.dedup();
            list.holiday(date, names.join("; "))
        }))
    }
}

/// Bank holidays of a fixed date, by how their titles begin, and that date.
const FIXED: [(&str, u32, u32); 7] = [
    ("New Year", 1, 1),
    ("2nd January", 1, 2),
    ("St Patrick", 3, 17),
    ("Battle of the Boyne", 7, 12),
    ("St Andrew", 11, 30),
    ("Christmas", 12, 25),
    ("Boxing", 12, 26),
];

impl BankHoliday {
    /// The title, with the note that says why it is on this date ("Substitute day").
    fn name(&self) -> String {
        match self.notes.trim() {
            "" => self.title.clone(),
            notes => format!("{} ({})", self.title, notes.to_lowercase()),
        }
    }

    /// The day, shortly before, for which this one stands in.
    fn substituted(&self) -> Option<NaiveDate> {
        if !self.notes.to_lowercase().contains("substitute") {
            return None;
        }
        let (_, month, day) = FIXED
            .into_iter()
            .find(|(title, ..)| self.title.starts_with(title))?;
        NaiveDate::from_ymd_opt(self.date.year(), month, day)
            .filter(|itself| (1..7).contains(&(self.date - *itself).num_days()))
    }
}

impl UkDivision {
    /// The feed's word for it.
    fn key(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "england-and-wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }
}

impl fmt::Display for UkDivision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EnglandAndWales => "England and Wales",
            Self::Scotland => "Scotland",
            Self::NorthernIreland => "Northern Ireland",
        })
    }
}

fn coverage(
    division: &'static str,
    days: &[BankHoliday],
) -> Result<RangeInclusive<NaiveDate>, UkFeedError> {
    let dates: BTreeSet<_> = days.iter().map(|day| day.date).collect();
    let (Some(&first), Some(&last)) = (dates.first(), dates.last()) else {
        return Err(UkFeedError::Gap {
            division,
            year: None,
        });
    };
    for (before, after) in dates.iter().zip(dates.iter().skip(1)) {
        if after.year() - before.year() > 1 {
            return Err(UkFeedError::Gap {
                division,
                year: Some(before.year() + 1),
            });
        }
    }
    let start = NaiveDate::from_ymd_opt(first.year(), 1, 1).filter(|_| first.month() == 1);
    let end = NaiveDate::from_ymd_opt(last.year(), 12, 31).filter(|_| last.month() == 12);
    Ok(start.unwrap_or(first)..=end.unwrap_or(last))
}

fn known(found: &[String]) -> String {
    if found.is_empty() {
        "nothing".into()
    } else {
        found.join(", ")
    }
}
