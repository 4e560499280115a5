use business_hours::{
    Dates, Hours, Override, OverrideId, SUPPORTED_YEARS, ScheduleSpec, Season, TimeOfDay,
    TimeRange, Weekdays, When,
};
use chrono::{NaiveDate, Weekday};

use super::{Day, OpeningHoursSpecification, PlaceHours};
use crate::week_table::WeekTable;
use crate::{Refusal, Refusals};

pub(super) fn import(place: &PlaceHours, zone: String) -> Result<ScheduleSpec, Refusals> {
    let mut refusals = Vec::new();
    if place.other.iter().any(|name| name == "openingHours") {
        refusals.push(Refusal::new(
            "openingHours",
            "openingHours",
            "has hours as text; only openingHoursSpecification is read, remove or convert it",
        ));
    }
    let mut spec = ScheduleSpec::new(zone);
    regular(place, &mut spec, &mut refusals);
    special(place, &mut spec, &mut refusals);
    Refusals::check(refusals)?;
    Ok(spec)
}

/// What one object says: closed, or open for a range.
fn range(
    rule: &str,
    object: &OpeningHoursSpecification,
) -> Result<Option<TimeRange>, Vec<Refusal>> {
    let mut refusals: Vec<_> = object
        .other
        .iter()
        .filter(|name| !matches!(name.as_str(), "@id" | "@context"))
        .map(|name| Refusal::new(rule, name, "is a property that has no place in a schedule"))
        .collect();
    let (Some(opens), Some(closes)) = (object.opens, object.closes) else {
        let missing = if object.opens.is_none() {
            "opens"
        } else {
            "closes"
        };
        refusals.push(Refusal::new(
            rule,
            missing,
            "is missing; closed is 00:00 to 00:00",
        ));
        return Err(refusals);
    };
    let range = match (opens, closes) {
        (TimeOfDay::MIDNIGHT, TimeOfDay::MIDNIGHT) => None,
        (TimeOfDay::MIDNIGHT, closes) if is_last_minute(closes) => Some(TimeRange::ALL_DAY),
        (_, closes) if closes > TimeOfDay::END_OF_DAY => {
            refusals.push(Refusal::new(
                rule,
                closes,
                "is past 24:00, which schema.org does not have",
            ));
            None
        }
        (opens, closes) => match TimeRange::new(opens, closes) {
            Ok(range) => Some(range),
            Err(_) => {
                let text = format!("{opens}-{closes}");
                refusals.push(Refusal::new(
                    rule,
                    text,
                    "is empty; closed is 00:00 to 00:00",
                ));
                None
            }
        },
    };
    if refusals.is_empty() {
        Ok(range)
    } else {
        Err(refusals)
    }
}

/// `23:59` and `23:59:59`: how pages write the end of a day that is open throughout.
pub(super) fn is_last_minute(time: TimeOfDay) -> bool {
    matches!(time.seconds(), 86_340 | 86_399)
}

/// The hours of one day as they are collected.
#[derive(Debug, Clone, Default)]
struct Collected {
    closed: bool,
    ranges: Vec<TimeRange>,
}

impl Collected {
    fn add(&mut self, range: Option<TimeRange>) {
        match range {
            None => self.closed = true,
            Some(range) => self.ranges.push(range),
        }
    }

    fn hours(self, rule: &str, refusals: &mut Vec<Refusal>) -> Hours {
        let text = self
            .ranges
            .iter()
            .map(TimeRange::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        if self.closed && !self.ranges.is_empty() {
            refusals.push(Refusal::new(
                rule,
                text,
                "is open and closed at once; remove one",
            ));
            return Hours::closed();
        }
        Hours::new(self.ranges).unwrap_or_else(|_| {
            refusals.push(Refusal::new(
                rule,
                text,
                "has ranges that overlap; join them",
            ));
            Hours::closed()
        })
    }
}

/// The objects of one period, or those without one.
#[derive(Debug)]
struct Period<'p> {
    dates: Option<Dates>,
    name: Option<&'p str>,
    reason: Option<&'p str>,
    days: [Collected; 7],
}

impl<'p> Period<'p> {
    fn add(
        periods: &mut Vec<Self>,
        dates: Option<Dates>,
        object: &'p OpeningHoursSpecification,
        days: impl Iterator<Item = Weekday>,
        range: Option<TimeRange>,
        refusals: &mut Vec<Refusal>,
    ) {
        let at = periods
            .iter()
            .position(|period| period.dates == dates)
            .unwrap_or_else(|| {
                periods.push(Self {
                    dates,
                    name: None,
                    reason: None,
                    days: Default::default(),
                });
                periods.len() - 1
            });
        let period = &mut periods[at];
        for (text, other) in [
            (&mut period.name, &object.name),
            (&mut period.reason, &object.description),
        ] {
            match (*text, other) {
                (Some(text), Some(other)) if text != other => {
                    let problem = "is a second text for one period; write the same one";
                    let dates = dates.map_or_else(String::new, |dates| dates.to_string());
                    refusals.push(Refusal::new(dates, other, problem));
                }
                _ => *text = text.or(other.as_deref()),
            }
        }
        for day in days {
            period.days[day.num_days_from_monday() as usize].add(range);
        }
    }
}

fn regular(place: &PlaceHours, spec: &mut ScheduleSpec, refusals: &mut Vec<Refusal>) {
    let mut periods = Vec::new();
    let mut holidays: Option<Collected> = None;
    for (index, object) in place.opening_hours_specification.iter().enumerate() {
        let rule = format!("openingHoursSpecification[{index}]");
        let (range, dates) = match (range(&rule, object), validity(&rule, object)) {
            (Ok(range), Ok(dates)) => (range, dates),
            (range, dates) => {
                refusals.extend(range.err().into_iter().flatten());
                refusals.extend(dates.err());
                continue;
            }
        };
        if dates.is_none() && (object.name.is_some() || object.description.is_some()) {
            let text = object.name.as_ref().or(object.description.as_ref());
            refusals.push(Refusal::new(
                &rule,
                text.map_or("", String::as_str),
                "names weekly hours, which have no name; give it a validity or remove the text",
            ));
        }
        if dates.is_some() && object.description.is_some() {
            let text = object.description.as_deref().unwrap_or_default();
            refusals.push(Refusal::new(
                &rule,
                text,
                "describes a season, which has a name only",
            ));
        }
        if object.day_of_week.contains(&Day::PublicHolidays) {
            if dates.is_some() {
                refusals.push(Refusal::new(
                    &rule,
                    "PublicHolidays",
                    "has hours that are the same all year",
                ));
            }
            holidays.get_or_insert_default().add(range);
        }
        let mut days: Vec<_> = object
            .day_of_week
            .iter()
            .filter_map(|day| match day {
                Day::Weekday(day) => Some(*day),
                Day::PublicHolidays => None,
            })
            .collect();
        if object.day_of_week.is_empty() {
            if dates.is_none() {
                refusals.push(Refusal::new(
                    &rule,
                    "dayOfWeek",
                    "is missing, and so are dates",
                ));
            }
            days = Weekdays::EVERY_DAY.iter().collect();
        }
        if !days.is_empty() {
            Period::add(
                &mut periods,
                dates,
                object,
                days.into_iter(),
                range,
                refusals,
            );
        }
    }
    check_apart("openingHoursSpecification", &periods, refusals);
    for period in periods {
        let mut table = WeekTable::default();
        for (day, collected) in Weekdays::EVERY_DAY.iter().zip(period.days) {
            let rule = format!("openingHoursSpecification of {}", Day::Weekday(day));
            table.set(day, collected.hours(&rule, refusals));
        }
        match period.dates {
            None => spec.week = table.to_week(),
            Some(dates) => {
                let name = period.name.map_or_else(|| dates.to_string(), str::to_owned);
                if spec.seasons.iter().any(|season| season.name == name) {
                    let rule = "openingHoursSpecification";
                    refusals.push(Refusal::new(
                        rule,
                        &name,
                        "is the name of two periods; rename one",
                    ));
                }
                let mut season = Season::new(name, when(dates));
                season.week = table.to_week();
                spec.seasons.push(season);
            }
        }
    }
    if let Some(collected) = holidays {
        let rule = "openingHoursSpecification of PublicHolidays";
        spec.holidays.get_or_insert_default().hours = collected.hours(rule, refusals);
    }
}

fn special(place: &PlaceHours, spec: &mut ScheduleSpec, refusals: &mut Vec<Refusal>) {
    let mut periods = Vec::new();
    for (index, object) in place.special_opening_hours_specification.iter().enumerate() {
        let rule = format!("specialOpeningHoursSpecification[{index}]");
        let (range, dates) = match (range(&rule, object), validity(&rule, object)) {
            (Ok(range), Ok(dates)) => (range, dates),
            (range, dates) => {
                refusals.extend(range.err().into_iter().flatten());
                refusals.extend(dates.err());
                continue;
            }
        };
        if object.valid_from.is_none() || object.valid_through.is_none() {
            let missing = if object.valid_from.is_none() {
                "validFrom"
            } else {
                "validThrough"
            };
            refusals.push(Refusal::new(
                &rule,
                missing,
                "is missing; a special day has both",
            ));
        }
        if let Some(day) = object.day_of_week.first() {
            refusals.push(Refusal::new(
                &rule,
                day,
                "limits special hours to days of the week; give each date its own object",
            ));
        }
        Period::add(
            &mut periods,
            dates,
            object,
            [Weekday::Mon].into_iter(),
            range,
            refusals,
        );
    }
    check_apart("specialOpeningHoursSpecification", &periods, refusals);
    for period in periods {
        let Some(dates) = period.dates else { continue };
        let rule = format!("specialOpeningHoursSpecification of {dates}");
        let name = period.name.map_or_else(|| dates.to_string(), str::to_owned);
        let Ok(id) = OverrideId::new(&name) else {
            refusals.push(Refusal::new(
                rule,
                name,
                "is no id: 1 to 200 characters, none of them a control",
            ));
            continue;
        };
        if spec.overrides.iter().any(|exception| exception.id == id) {
            refusals.push(Refusal::new(
                &rule,
                &id,
                "is the name of two periods; rename one",
            ));
        }
        let [collected, ..] = period.days;
        let mut exception = Override::new(id, when(dates), collected.hours(&rule, refusals));
        exception.reason = period.reason.map(str::to_owned);
        spec.overrides.push(exception);
    }
}

/// Without one of its ends a validity reaches to the end of the supported years.
fn validity(rule: &str, object: &OpeningHoursSpecification) -> Result<Option<Dates>, Refusal> {
    let (first, last) = supported();
    match (object.valid_from, object.valid_through) {
        (None, None) => Ok(None),
        (from, through) => {
            let (from, through) = (from.unwrap_or(first), through.unwrap_or(last));
            Dates::new(from, through).map(Some).map_err(|_| {
                Refusal::new(
                    rule,
                    format!("{from} to {through}"),
                    "ends before it begins",
                )
            })
        }
    }
}

/// The first and the last date that a schedule knows.
pub(super) fn supported() -> (NaiveDate, NaiveDate) {
    // Both dates exist, so the defaults are never taken.
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (
        date(*SUPPORTED_YEARS.start(), 1, 1),
        date(*SUPPORTED_YEARS.end(), 12, 31),
    )
}

fn when(dates: Dates) -> When {
    if dates.first() == dates.last() {
        return When::date(dates.first());
    }
    // `Dates` has its ends in order, so the single date is never taken.
    When::dates(dates.first(), dates.last()).unwrap_or(When::date(dates.first()))
}

/// schema.org does not say which of two periods counts where they overlap.
fn check_apart(rule: &str, periods: &[Period<'_>], refusals: &mut Vec<Refusal>) {
    let mut dates: Vec<_> = periods.iter().filter_map(|period| period.dates).collect();
    dates.sort_by_key(|dates| dates.first());
    for pair in dates.windows(2) {
        if pair[1].first() <= pair[0].last() {
            let text = format!("{} and {}", pair[0], pair[1]);
            refusals.push(Refusal::new(
                rule,
                text,
                "overlap; schema.org does not say which counts",
            ));
        }
    }
}
