use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use business_hours::{CalendarDay, Holiday, HolidayCalendar, Provenance};
use chrono::NaiveDate;

use crate::Region;
use crate::countries::{SOURCE_BUILT, SOURCE_VERSION};
use crate::format::{CountryFile, Kind, Named};

/// The public holidays of one [`Region`] from 2000 to 2050, out of this crate's own data.
///
/// As a [`HolidayCalendar`] it answers with public holidays and with working weekends (days that make up for
/// a bridge day, as in China); half-days are listed by [`half_days`](Self::half_days), for what they mean
/// differs from desk to desk. Names are in the region's main language unless [`in_english`](Self::in_english)
/// is asked for.
///
/// ```
/// use business_hours::{CalendarDay, Holiday, HolidayCalendar};
/// use hours_holidays::{PublicHolidays, countries};
///
/// let bavaria = PublicHolidays::of(countries::DE.subdivision("BY")?);
/// let epiphany = "2027-01-06".parse()?;
/// assert_eq!(bavaria.day(epiphany), CalendarDay::Holiday(Holiday::named("Heilige Drei Könige")));
/// assert_eq!(bavaria.in_english().day(epiphany), CalendarDay::Holiday(Holiday::named("Epiphany")));
///
/// let berlin = PublicHolidays::of(countries::DE.subdivision("BE")?);
/// assert_eq!(berlin.day(epiphany), CalendarDay::Nothing);
/// assert_eq!(berlin.day("2051-01-01".parse()?), CalendarDay::Unknown);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PublicHolidays {
    region: Region,
    /// Sorted by date, then kind.
    days: Box<[Day]>,
    names: Box<[Named]>,
    language: Language,
    coverage: RangeInclusive<NaiveDate>,
    provenance: Provenance,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    date: NaiveDate,
    kind: Kind,
    name: u16,
}

#[derive(Debug, Clone, Copy)]
enum Language {
    Local,
    English,
}

/// What a [`PublicHoliday`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DayKind {
    /// A public holiday.
    Public,
    /// A day part of which is off; the name often says from when, "Christmas Eve (from 1pm)".
    HalfDay,
    /// A day of the weekend that is worked.
    WorkingDay,
}

/// One day of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicHoliday<'c> {
    /// The date.
    pub date: NaiveDate,
    /// Whether it is off, half off or worked.
    pub kind: DayKind,
    /// Its name in the region's main language, holidays that meet on one day joined by "; ".
    pub name: &'c str,
    /// Its name in English where the source has one, otherwise as [`name`](Self::name).
    pub english: &'c str,
    /// It stands in for a holiday that falls on another day, mostly on the weekend.
    pub in_lieu: bool,
    /// The date is computed ahead of an announcement, mostly of the sighting of the moon, and may turn out a
    /// day earlier or later.
    pub estimated: bool,
}

/// What working days are called; the source has no names for them.
const WORKING_DAY: &str = "Working day";

impl PublicHolidays {
    /// Decodes a region's days: once for all schedules of a region, which share them by a clone.
    #[must_use]
    pub fn of(region: Region) -> Self {
        let file = CountryFile::read(region.country().bytes());
        let mut names = Names::default();
        let days = file
            .days(region.number())
            .into_iter()
            .map(|((date, kind), found)| Day {
                date,
                kind,
                name: names.number(&found),
            })
            .collect();
        let (first, last) = file.years(region.number());
        Self {
            region,
            days,
            names: names.list.into(),
            language: Language::Local,
            coverage: day(first, 1, 1)..=day(last, 12, 31),
            provenance: provenance(region),
        }
    }

    /// Answers with English names, where the source has them.
    #[must_use]
    pub fn in_english(mut self) -> Self {
        self.language = Language::English;
        self
    }

    /// Whose holidays these are.
    #[must_use]
    pub fn region(&self) -> Region {
        self.region
    }

    /// The public holiday on a date, with all that is known of it.
    ///
    /// ```
    /// use hours_holidays::{PublicHolidays, countries};
    ///
    /// let england = PublicHolidays::of(countries::GB.subdivision("ENG")?);
    /// let boxing_day = england.get("2026-12-28".parse()?).ok_or("a bank holiday")?;
    /// assert_eq!(boxing_day.name, "Boxing Day (observed)");
    /// assert!(boxing_day.in_lieu && !boxing_day.estimated);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn get(&self, date: NaiveDate) -> Option<PublicHoliday<'_>> {
        self.find(date, Kind::Public)
    }

    /// All public holidays by date. The source has some also outside the [`coverage`](HolidayCalendar::coverage),
    /// for years in which it does not know all.
    pub fn iter(&self) -> impl Iterator<Item = PublicHoliday<'_>> {
        self.of_kind(Kind::Public)
    }

    /// Days part of which is off, by date. What that means is the desk's to say: mostly an
    /// [`Override`](business_hours::Override) for each.
    ///
    /// ```
    /// use hours_holidays::{PublicHolidays, countries};
    ///
    /// let iceland = PublicHolidays::of(countries::IS.whole()?);
    /// let eve = iceland.half_days().find(|day| day.date.to_string() == "2026-12-24").ok_or("half off")?;
    /// assert_eq!(eve.english, "Christmas Eve (from 1pm)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn half_days(&self) -> impl Iterator<Item = PublicHoliday<'_>> {
        self.of_kind(Kind::HalfDay)
    }

    /// Days of the weekend that are worked, by date.
    pub fn working_days(&self) -> impl Iterator<Item = PublicHoliday<'_>> {
        self.of_kind(Kind::Working)
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = PublicHoliday<'_>> {
        self.days
            .iter()
            .filter(move |day| day.kind == kind)
            .filter_map(|day| self.shown(day))
    }

    fn find(&self, date: NaiveDate, kind: Kind) -> Option<PublicHoliday<'_>> {
        let index = self
            .days
            .binary_search_by_key(&(date, kind), |day| (day.date, day.kind))
            .ok()?;
        self.shown(self.days.get(index)?)
    }

    fn shown(&self, day: &Day) -> Option<PublicHoliday<'_>> {
        let named = self.names.get(usize::from(day.name))?;
        Some(PublicHoliday {
            date: day.date,
            kind: match day.kind {
                Kind::Public => DayKind::Public,
                Kind::HalfDay => DayKind::HalfDay,
                Kind::Working => DayKind::WorkingDay,
            },
            name: &named.local,
            english: &named.english,
            in_lieu: named.in_lieu,
            estimated: named.estimated,
        })
    }

    fn holiday<'c>(&self, day: PublicHoliday<'c>) -> Holiday<'c> {
        Holiday::named(match self.language {
            Language::Local => day.name,
            Language::English => day.english,
        })
    }
}

impl HolidayCalendar for PublicHolidays {
    /// A holiday that the data know counts also where their coverage has ended; the other days of such a year
    /// are unknown.
    fn day(&self, date: NaiveDate) -> CalendarDay<'_> {
        if let Some(day) = self.find(date, Kind::Public) {
            return CalendarDay::Holiday(self.holiday(day));
        }
        if let Some(day) = self.find(date, Kind::Working) {
            return CalendarDay::WorkingDay(self.holiday(day));
        }
        if self.coverage.contains(&date) {
            CalendarDay::Nothing
        } else {
            CalendarDay::Unknown
        }
    }

    fn coverage(&self) -> Option<RangeInclusive<NaiveDate>> {
        Some(self.coverage.clone())
    }

    fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}

/// Days repeat their names, and most days have one: each combination of names is kept once.
#[derive(Default)]
struct Names {
    list: Vec<Named>,
    numbers: HashMap<Named, u16>,
}

impl Names {
    fn number(&mut self, found: &[&Named]) -> u16 {
        let named = joined(found);
        // The largest country's file has 200 names; of 65,536 the last would repeat.
        let next = u16::try_from(self.list.len()).unwrap_or(u16::MAX);
        *self.numbers.entry(named).or_insert_with_key(|named| {
            self.list.push(named.clone());
            next
        })
    }
}

/// One name for holidays that meet: as the source does it, each language's names sorted and joined by "; ".
fn joined(found: &[&Named]) -> Named {
    match found {
        [] => Named {
            local: Arc::from(WORKING_DAY),
            english: Arc::from(WORKING_DAY),
            in_lieu: false,
            estimated: false,
        },
        [one] => (*one).clone(),
        several => {
            let join = |name: fn(&Named) -> &str| {
                let mut names: Vec<_> = several.iter().map(|named| name(named)).collect();
                names.sort_unstable();
                names.dedup();
                Arc::from(names.join("; "))
            };
            Named {
                local: join(|named| &named.local),
                english: join(|named| &named.english),
                // If one of them is there by its own right, or for certain, so is the day.
                in_lieu: several.iter().all(|named| named.in_lieu),
                estimated: several.iter().all(|named| named.estimated),
            }
        }
    }
}

fn provenance(region: Region) -> Provenance {
    let (year, month, date) = SOURCE_BUILT;
    Provenance::new(format!("holidays package on PyPI, {region}"))
        .version(SOURCE_VERSION)
        .as_of(day(year, month, date))
}

/// A date that is known to exist: the ends of a year, and the day on which the source was built.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
