use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use business_hours::{CalendarDay, HolidayCalendar, HolidayList, Provenance};
use chrono::NaiveDate;
use thiserror::Error;

use crate::{PublicHolidays, Region};

/// A country's national list out of the [`holidays`](https://crates.io/crates/holidays) crate, 2000 to 2030.
///
/// It is the weakest layer: national lists only, made in February 2023 and never since. Choose its countries
/// by its features in your own manifest, and never with its default features: all 101 take over a minute to
/// compile and add 6.5 MB.
///
/// - Its list of the United Kingdom unites the days of all four nations and would shut a desk in England on
///   St Andrew's Day. Ask for a nation: the days of the others are taken out, and its known errors (2002, and
///   substitute days in Scotland and Northern Ireland) are put right.
/// - Of its 101 countries 20 agree with this crate's data in all years, and some are far off (Sweden's every
///   Sunday is a holiday). [`doubts`](Self::doubts) marks every date on which the two contradict each other.
/// - Only `Builder::build` is called, never `init`, which would replace what other code in the process uses.
///
/// ```
/// use business_hours::{CalendarDay, HolidayCalendar};
/// use hours_holidays::{CrateHolidays, countries};
///
/// let england = CrateHolidays::of(countries::GB.subdivision("ENG")?)?;
/// assert_eq!(england.day("2026-11-30".parse()?), CalendarDay::Nothing, "St Andrew's Day");
/// assert_eq!(england.day("2031-11-30".parse()?), CalendarDay::Unknown);
/// assert_eq!(england.doubts().count(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CrateHolidays {
    list: HolidayList,
    doubts: BTreeSet<NaiveDate>,
}

/// Why the `holidays` crate has no list for a region.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CrateHolidaysError {
    /// It does not have the country, or its feature is off.
    #[error(
        "the holidays crate does not have {code}: enable its feature \"{code}\" in your manifest, if there is one"
    )]
    Country {
        /// The country's code.
        code: &'static str,
    },
    /// It has national lists only.
    #[error("the holidays crate has no list for {region}, only national ones; use PublicHolidays")]
    Subdivision {
        /// The region.
        region: Region,
    },
    /// Its list of the United Kingdom belongs to none of its nations.
    #[error(
        "ask for GB-ENG, GB-NIR, GB-SCT or GB-WLS: there is no holiday calendar of the United Kingdom"
    )]
    UnitedKingdom,
}

impl CrateHolidays {
    /// The list of a country, or of a nation of the United Kingdom.
    ///
    /// # Errors
    /// If the crate has none for the region, or its feature for the country is off.
    pub fn of(region: Region) -> Result<Self, CrateHolidaysError> {
        let code = region.country().code();
        let nation = match region.subdivision() {
            Some(part) => Some(
                Nation::of(code, part.code()).ok_or(CrateHolidaysError::Subdivision { region })?,
            ),
            None if code == "GB" => return Err(CrateHolidaysError::UnitedKingdom),
            None => None,
        };
        let mut days = national_list(code)?;
        if let Some(nation) = nation {
            days = nation.own(days);
        }
        let (first, last) = (start(), end());
        let theirs: BTreeSet<_> = days.keys().copied().collect();
        let data = PublicHolidays::of(region);
        let ours: BTreeSet<_> = data
            .iter()
            .map(|day| day.date)
            .filter(|date| (first..=last).contains(date))
            .collect();
        let provenance = Provenance::new(format!("holidays crate, {region}"))
            .version("0.1.0")
            // The day of its data's last commit.
            .as_of(NaiveDate::from_ymd_opt(2023, 2, 2).unwrap_or_default());
        let list = HolidayList::new(provenance).covering(first..=last);
        Ok(Self {
            list: days
                .into_iter()
                .fold(list, |list, (date, name)| list.holiday(date, name)),
            doubts: theirs.symmetric_difference(&ours).copied().collect(),
        })
    }

    /// The dates on which it contradicts this crate's own data: holidays that it lacks or that are none.
    pub fn doubts(&self) -> impl Iterator<Item = NaiveDate> {
        self.doubts.iter().copied()
    }
}

impl HolidayCalendar for CrateHolidays {
    fn day(&self, date: NaiveDate) -> CalendarDay<'_> {
        self.list.day(date)
    }

    fn coverage(&self) -> Option<RangeInclusive<NaiveDate>> {
        self.list.coverage()
    }

    fn provenance(&self) -> &Provenance {
        self.list.provenance()
    }
}

fn national_list(code: &'static str) -> Result<BTreeMap<NaiveDate, String>, CrateHolidaysError> {
    let missing = || CrateHolidaysError::Country { code };
    let country: holidays::Country = code.parse().map_err(|_| missing())?;
    let mut lists = holidays::Builder::new()
        .countries(&[country])
        .build()
        .map_err(|_| missing())?;
    let years = lists.remove(&country).ok_or_else(missing)?;
    Ok(years
        .into_values()
        .flatten()
        .map(|(date, holiday)| (date, holiday.name))
        .collect())
}

/// A nation of the United Kingdom, as the crate tags the days that not all of them have: "Summer Bank Holiday
/// [Scotland]", "Easter Monday [England/Wales/Northern Ireland]".
struct Nation {
    tag: &'static str,
    /// Days of this nation that the crate lacks.
    missing: &'static [(i32, u32, u32, &'static str)],
    /// Days that it has for this nation by mistake.
    wrong: &'static [(i32, u32, u32)],
}

/// The spring bank holiday of 2002 was moved for the Golden Jubilee.
const MOVED_2002: (i32, u32, u32, &str) = (2002, 6, 4, "Spring Bank Holiday");
const NOT_2002: (i32, u32, u32) = (2002, 5, 27);
const ST_ANDREW: &str = "St. Andrew's Day (Observed)";
const BOYNE: &str = "Battle of the Boyne (Observed)";

impl Nation {
    fn of(country: &str, code: &str) -> Option<Self> {
        let (tag, missing, wrong): (_, &[_], &[_]) = match (country, code) {
            ("GB", "ENG") => ("England", &[MOVED_2002], &[NOT_2002]),
            ("GB", "WLS") => ("Wales", &[MOVED_2002], &[NOT_2002]),
            ("GB", "SCT") => (
                "Scotland",
                &[
                    MOVED_2002,
                    (2008, 12, 1, ST_ANDREW),
                    (2013, 12, 2, ST_ANDREW),
                    (2014, 12, 1, ST_ANDREW),
                    (2019, 12, 2, ST_ANDREW),
                    (2024, 12, 2, ST_ANDREW),
                    (2025, 12, 1, ST_ANDREW),
                    (2026, 6, 15, "World Cup Bank Holiday"),
                    (2030, 12, 2, ST_ANDREW),
                ],
                // St Andrew's Day became a bank holiday in 2006.
                &[
                    NOT_2002,
                    (2000, 11, 30),
                    (2001, 11, 30),
                    (2002, 11, 30),
                    (2003, 11, 30),
                    (2004, 11, 30),
                    (2005, 11, 30),
                ],
            ),
            ("GB", "NIR") => (
                "Northern Ireland",
                &[
                    MOVED_2002,
                    (2003, 7, 14, BOYNE),
                    (2008, 7, 14, BOYNE),
                    (2009, 7, 13, BOYNE),
                    (2014, 7, 14, BOYNE),
                    (2015, 7, 13, BOYNE),
                    (2020, 7, 13, BOYNE),
                    (2025, 7, 14, BOYNE),
                    (2026, 7, 13, BOYNE),
                ],
                &[NOT_2002],
            ),
            _ => return None,
        };
        Some(Self {
            tag,
            missing,
            wrong,
        })
    }

    fn own(&self, united: BTreeMap<NaiveDate, String>) -> BTreeMap<NaiveDate, String> {
        let mut days: BTreeMap<_, _> = united
            .into_iter()
            .filter_map(|(date, name)| Some((date, self.own_name(&name)?)))
            .collect();
        for (year, month, day) in self.wrong {
            days.retain(|date, _| Some(*date) != NaiveDate::from_ymd_opt(*year, *month, *day));
        }
        let missing = self.missing.iter().filter_map(|(year, month, day, name)| {
            Some((
                NaiveDate::from_ymd_opt(*year, *month, *day)?,
                (*name).to_owned(),
            ))
        });
        days.extend(missing);
        days
    }

    /// What of a name is this nation's, without the tags. One entry may join a Scottish and an English
    /// holiday with a comma, as on 2 January 2023.
    fn own_name(&self, name: &str) -> Option<String> {
        let own: Vec<_> = name
            .split(", ")
            .filter_map(|part| {
                match part
                    .split_once(" [")
                    .and_then(|(name, rest)| Some((name, rest.split_once(']')?)))
                {
                    Some((name, (nations, rest))) => nations
                        .split('/')
                        .any(|nation| nation == self.tag)
                        .then(|| format!("{name}{rest}")),
                    None => Some(part.to_owned()),
                }
            })
            .collect();
        (!own.is_empty()).then(|| own.join("; "))
    }
}

fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}

fn end() -> NaiveDate {
    NaiveDate::from_ymd_opt(2030, 12, 31).unwrap_or_default()
}
