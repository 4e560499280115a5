use business_hours::{
    Dates, Hours, Override, ScheduleSpec, Season, Tails, TimeOfDay, TimeRange, Weekdays, When,
};
use chrono::NaiveDate;

use super::import::{is_last_minute, supported};
use super::{Day, HolidaySource, OpeningHoursSpecification, PlaceHours};
use crate::breaks::week_without_breaks;
use crate::week_table::WeekTable;
use crate::{Refusal, Refusals};

pub(super) fn export(spec: &ScheduleSpec, source: HolidaySource) -> Result<PlaceHours, Refusals> {
    let mut refusals = Vec::new();
    let week = week_without_breaks(spec, &mut refusals);
    let mut regular = Vec::new();
    write_week("week", &week, &mut regular, &mut refusals);
    for season in &spec.seasons {
        regular.extend(of_season(season, &mut refusals));
    }
    let mut special = Vec::new();
    for exception in &spec.overrides {
        special.extend(of_override(exception, &mut refusals));
    }
    holidays(spec, source, (&mut regular, &mut special), &mut refusals);
    check_overlaps(
        "seasons",
        spec.seasons.iter().map(|season| season.when),
        &mut refusals,
    );
    check_overlaps(
        "overrides",
        spec.overrides.iter().map(|exception| exception.when),
        &mut refusals,
    );
    let crosses = |object: &OpeningHoursSpecification| {
        object
            .closes
            .is_some_and(|closes| TimeOfDay::MIDNIGHT < closes && Some(closes) < object.opens)
    };
    if spec.tails == Tails::Cut && regular.iter().chain(&special).any(crosses) {
        let problem = "cannot be said of shifts past midnight; schema.org ends none of them early";
        refusals.push(Refusal::new("tails", "cut", problem));
    }
    Refusals::check(refusals)?;
    Ok(PlaceHours {
        opening_hours_specification: regular,
        special_opening_hours_specification: special,
        other: Vec::new(),
    })
}

/// An object for each range, on all the days that have it.
fn write_week(
    rule: &str,
    week: &WeekTable,
    objects: &mut Vec<OpeningHoursSpecification>,
    refusals: &mut Vec<Refusal>,
) {
    let mut written: Vec<TimeRange> = Vec::new();
    for range in week.iter().flat_map(|(_, hours)| hours.ranges()) {
        if written.contains(range) {
            continue;
        }
        written.push(*range);
        match object(*range) {
            Ok(mut object) => {
                let days = week
                    .iter()
                    .filter(|(_, hours)| hours.ranges().contains(range));
                object.day_of_week = days.map(|(day, _)| Day::Weekday(day)).collect();
                objects.push(object);
            }
            Err(problem) => refusals.push(Refusal::new(rule, range, problem)),
        }
    }
}

/// The hours of a day or a holiday: an object for each range, or one that says closed.
fn write_hours(
    rule: &str,
    hours: &Hours,
    refusals: &mut Vec<Refusal>,
) -> Vec<OpeningHoursSpecification> {
    if hours.is_closed() {
        return vec![closed()];
    }
    let mut objects = Vec::new();
    for range in hours.ranges() {
        match object(*range) {
            Ok(object) => objects.push(object),
            Err(problem) => refusals.push(Refusal::new(rule, range, problem)),
        }
    }
    objects
}

fn closed() -> OpeningHoursSpecification {
    OpeningHoursSpecification::new(TimeOfDay::MIDNIGHT, TimeOfDay::MIDNIGHT)
}

fn object(range: TimeRange) -> Result<OpeningHoursSpecification, &'static str> {
    let (opens, closes) = (range.start(), range.end());
    if range == TimeRange::ALL_DAY {
        // The last minute of the day, 23:59, is how pages say that it does not close.
        let last_minute = TimeOfDay::from_seconds(86_340).map_err(|_| "has no end")?;
        return Ok(OpeningHoursSpecification::new(opens, last_minute));
    }
    if opens == TimeOfDay::MIDNIGHT && is_last_minute(closes) {
        return Err("means the whole day on web pages; end it at 24:00 or before 23:59");
    }
    // 24:00 is 00:00 of the following day, as is everything past midnight.
    let closes = TimeOfDay::from_seconds(closes.seconds() % 86_400).map_err(|_| "has no end")?;
    if closes == opens {
        return Err("lasts 24 hours across midnight, which reads as empty; split it at midnight");
    }
    Ok(OpeningHoursSpecification::new(opens, closes))
}

fn of_season(season: &Season, refusals: &mut Vec<Refusal>) -> Vec<OpeningHoursSpecification> {
    let rule = format!("seasons.{}", season.name);
    let Some(dates) = period(season.when) else {
        refusals.push(Refusal::new(rule, season.when, RECURS));
        return Vec::new();
    };
    let week = WeekTable::of(&season.week);
    let mut objects = Vec::new();
    write_week(&rule, &week, &mut objects, refusals);
    // Said as well: a reader that does not know that seasons replace the week would take it from there.
    let off = week.iter().filter(|(_, hours)| hours.is_closed());
    let mut off: Vec<_> = off.map(|(day, _)| Day::Weekday(day)).collect();
    if !off.is_empty() {
        if off.len() == Weekdays::EVERY_DAY.iter().count() {
            off.clear();
        }
        let mut object = closed();
        object.day_of_week = off;
        objects.push(object);
    }
    for object in &mut objects {
        object.name = Some(season.name.clone());
        limit(object, dates);
    }
    objects
}

fn of_override(
    exception: &Override,
    refusals: &mut Vec<Refusal>,
) -> Vec<OpeningHoursSpecification> {
    let rule = format!("overrides.{}", exception.id);
    if let Some(expires) = exception.expires {
        refusals.push(Refusal::new(
            &rule,
            expires,
            "is an expiry, which schema.org does not have; write it once it is over",
        ));
    }
    let Some(dates) = period(exception.when) else {
        let problem = match exception.when.instants() {
            Some(_) => "is an interval of instants; schema.org has hours of whole dates only",
            None => RECURS,
        };
        refusals.push(Refusal::new(rule, exception.when, problem));
        return Vec::new();
    };
    let mut objects = write_hours(&rule, &exception.hours, refusals);
    for object in &mut objects {
        object.name = Some(exception.id.to_string());
        object.description.clone_from(&exception.reason);
        limit(object, dates);
    }
    objects
}

const RECURS: &str = "recurs each year; schema.org has dates with their year only, so list those";

fn holidays(
    spec: &ScheduleSpec,
    source: HolidaySource,
    (regular, special): (
        &mut Vec<OpeningHoursSpecification>,
        &mut Vec<OpeningHoursSpecification>,
    ),
    refusals: &mut Vec<Refusal>,
) {
    let none = Default::default();
    let holidays = spec.holidays.as_ref().unwrap_or(&none);
    if let Some(eve) = &holidays.eve {
        refusals.push(Refusal::new(
            "holidays.eve",
            eve,
            "has no place; list the dates as overrides",
        ));
    }
    if let Some(day) = holidays.working_days_as {
        refusals.push(Refusal::new(
            "holidays.working_days_as",
            day,
            "has no place; list the dates as overrides",
        ));
    }
    for date in holidays.working_days.keys() {
        refusals.push(Refusal::new(
            "holidays.working_days",
            date,
            "has no place; make it an override",
        ));
    }
    if source == HolidaySource::PublicHolidays {
        for mut object in write_hours("holidays.hours", &holidays.hours, refusals) {
            object.day_of_week = vec![Day::PublicHolidays];
            regular.push(object);
        }
    }
    // An override is stronger than a holiday.
    let decided = |date: NaiveDate| {
        spec.overrides
            .iter()
            .any(|exception| exception.when.includes_date(date))
    };
    for (&date, name) in holidays.dates.iter().filter(|(date, _)| !decided(**date)) {
        for mut object in write_hours("holidays.hours", &holidays.hours, refusals) {
            object.description = Some(name.clone());
            object.valid_from = Some(date);
            object.valid_through = Some(date);
            special.push(object);
        }
    }
}

/// The dates of one stretch; `None` for what recurs and for an interval of instants.
fn period(when: When) -> Option<Dates> {
    let text = when.to_string();
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Dates::new(date, date).ok();
    }
    text.parse().ok()
}

fn limit(object: &mut OpeningHoursSpecification, dates: Dates) {
    let (first, last) = supported();
    let always = dates.first() <= first && dates.last() >= last;
    // Special days have both ends, and a season has at least one.
    let both = object.day_of_week.is_empty() || always;
    object.valid_from = (both || dates.first() > first).then_some(dates.first());
    object.valid_through = (both || dates.last() < last).then_some(dates.last());
}

fn check_overlaps(rule: &str, when: impl Iterator<Item = When>, refusals: &mut Vec<Refusal>) {
    let mut dates: Vec<_> = when.filter_map(period).collect();
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
