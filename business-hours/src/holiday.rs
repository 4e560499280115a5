use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

/// Which days are holidays in one region.
///
/// A schedule asks its calendars in order, strongest first, and the first answer that is not
/// [`CalendarDay::Unknown`] decides: inside its coverage a calendar *replaces* those below it, so that a
/// feed can also take a holiday away. Implementations must be pure, since schedules compile the answers:
/// when the data change, make a new calendar and a new schedule.
pub trait HolidayCalendar: Send + Sync + fmt::Debug {
    /// What this calendar says of a date.
    fn day(&self, date: NaiveDate) -> CalendarDay<'_>;

    /// The dates that it can say something of; [`CalendarDay::Unknown`] outside. `None` for a calendar
    /// that knows single dates only and leaves all others to the calendars below it.
    fn coverage(&self) -> Option<RangeInclusive<NaiveDate>>;

    /// Where the data come from.
    fn provenance(&self) -> &Provenance;
}

/// What a [`HolidayCalendar`] says of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CalendarDay<'c> {
    /// A holiday.
    Holiday(Holiday<'c>),
    /// A day that is worked although it would be off, such as the Saturday that makes up for a bridge
    /// day in China, with its name.
    WorkingDay(Holiday<'c>),
    /// An ordinary day.
    Nothing,
    /// The calendar does not know: outside its coverage. Never "no holiday".
    Unknown,
}

/// A named day of a [`HolidayCalendar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holiday<'c> {
    /// Its name in the calendar's language, "Early May bank holiday".
    pub name: &'c str,
}

impl<'c> Holiday<'c> {
    /// The holiday of this name.
    #[must_use]
    pub fn named(name: &'c str) -> Self {
        Self { name }
    }
}

/// Where holiday data come from, for logs and for judging their age.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The source, "GOV.UK bank holidays, England and Wales".
    pub source: String,
    /// The release of the source, if it has releases.
    pub version: Option<String>,
    /// The day on which the data were known to be right.
    pub as_of: Option<NaiveDate>,
}

impl Provenance {
    /// Data from this source, of unknown age.
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            version: None,
            as_of: None,
        }
    }

    /// Names the source's release.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Says when the data were known to be right.
    #[must_use]
    pub fn as_of(mut self, date: NaiveDate) -> Self {
        self.as_of = Some(date);
        self
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if let Some(version) = &self.version {
            write!(f, " {version}")?;
        }
        if let Some(as_of) = self.as_of {
            write!(f, " as of {as_of}")?;
        }
        Ok(())
    }
}

/// A plain list of dates as a [`HolidayCalendar`].
///
/// Without [`covering`](Self::covering) it knows its own dates only, and the schedule treats all others
/// as unknown unless a calendar below answers.
///
/// ```
/// use business_hours::{CalendarDay, Holiday, HolidayCalendar, HolidayList, Provenance};
///
/// let england = HolidayList::new(Provenance::new("GOV.UK bank holidays, England and Wales"))
///     .covering("2026-01-01".parse()?..="2026-12-31".parse()?)
///     .holiday("2026-05-04".parse()?, "Early May bank holiday");
/// assert_eq!(
///     england.day("2026-05-04".parse()?),
///     CalendarDay::Holiday(Holiday::named("Early May bank holiday"))
/// );
/// assert_eq!(england.day("2026-05-05".parse()?), CalendarDay::Nothing);
/// assert_eq!(england.day("2031-05-05".parse()?), CalendarDay::Unknown);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayList {
    days: BTreeMap<NaiveDate, Entry>,
    coverage: Option<RangeInclusive<NaiveDate>>,
    provenance: Provenance,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: Box<str>,
    working: bool,
}

impl HolidayList {
    /// An empty list.
    #[must_use]
    pub fn new(provenance: Provenance) -> Self {
        Self {
            days: BTreeMap::new(),
            coverage: None,
            provenance,
        }
    }

    /// Vouches for these dates: those that are not listed are ordinary days.
    #[must_use]
    pub fn covering(mut self, dates: RangeInclusive<NaiveDate>) -> Self {
        self.coverage = Some(dates);
        self
    }

    /// Adds a holiday; the last word on a date counts.
    #[must_use]
    pub fn holiday(mut self, date: NaiveDate, name: impl Into<String>) -> Self {
        self.insert(date, name.into(), false);
        self
    }

    /// Adds a day that is worked although it would be off; the last word on a date counts.
    #[must_use]
    pub fn working_day(mut self, date: NaiveDate, name: impl Into<String>) -> Self {
        self.insert(date, name.into(), true);
        self
    }

    fn insert(&mut self, date: NaiveDate, name: String, working: bool) {
        let name = name.into_boxed_str();
        self.days.insert(date, Entry { name, working });
    }
}

impl HolidayCalendar for HolidayList {
    fn day(&self, date: NaiveDate) -> CalendarDay<'_> {
        match self.days.get(&date) {
            Some(entry) if entry.working => CalendarDay::WorkingDay(Holiday::named(&entry.name)),
            Some(entry) => CalendarDay::Holiday(Holiday::named(&entry.name)),
            None if self
                .coverage
                .as_ref()
                .is_some_and(|dates| dates.contains(&date)) =>
            {
                CalendarDay::Nothing
            }
            None => CalendarDay::Unknown,
        }
    }

    fn coverage(&self) -> Option<RangeInclusive<NaiveDate>> {
        self.coverage.clone()
    }

    fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}
