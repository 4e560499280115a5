use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::Weekday;
use chrono_tz::Tz;

use crate::rules::Rules;
use crate::source::Source;
use crate::spec::Week;
use crate::validate;
use crate::{
    BuildError, BuildErrors, HolidayCalendar, Hours, OnUnknown, Override, Schedule, ScheduleSpec,
    Season, Tails, Weekdays, Zone,
};

/// Describes a [`Schedule`] in code; made by [`Schedule::builder`] or
/// [`ScheduleSpec::into_builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ScheduleBuilder {
    spec: ScheduleSpec,
    zone: Option<Arc<dyn Zone>>,
    calendars: Vec<Arc<dyn HolidayCalendar>>,
    years: Option<RangeInclusive<i32>>,
    /// What the description can no longer show: a key given twice would overwrite the first.
    errors: Vec<BuildError>,
}

impl Schedule {
    /// Begins a schedule in this zone, never open until [`week`](ScheduleBuilder::week) or an
    /// override says otherwise.
    pub fn builder(zone: impl Zone + 'static) -> ScheduleBuilder {
        let spec = ScheduleSpec::new(zone.name());
        ScheduleBuilder::from_spec(spec).zone(zone)
    }
}

impl ScheduleBuilder {
    pub(crate) fn from_spec(spec: ScheduleSpec) -> Self {
        Self {
            spec,
            zone: None,
            calendars: Vec::new(),
            years: None,
            errors: Vec::new(),
        }
    }

    /// Takes civil time from this zone instead of chrono-tz's zone of the description's name.
    pub fn zone(mut self, zone: impl Zone + 'static) -> Self {
        self.zone = Some(Arc::new(zone));
        self
    }

    /// Sets the hours of some days of the week; days that are not named are closed.
    pub fn week(mut self, days: Weekdays, hours: Hours) -> Self {
        insert(&mut self.spec.week, &mut self.errors, "week", days, hours);
        self
    }

    /// Cuts breaks out of the weekly hours of some days.
    pub fn breaks(mut self, days: Weekdays, breaks: Hours) -> Self {
        insert(
            &mut self.spec.breaks,
            &mut self.errors,
            "breaks",
            days,
            breaks,
        );
        self
    }

    /// Adds weekly hours for part of the year, or for a period.
    pub fn season(mut self, season: Season) -> Self {
        self.spec.seasons.push(season);
        self
    }

    /// Adds a holiday calendar below those added before it. Say with
    /// [`on_unknown_holiday`](Self::on_unknown_holiday) what a date is that none of them knows.
    pub fn holidays(mut self, calendar: impl HolidayCalendar + 'static) -> Self {
        self.calendars.push(Arc::new(calendar));
        self
    }

    /// Says what a date is that no holiday calendar knows. There is no default.
    pub fn on_unknown_holiday(mut self, choice: OnUnknown) -> Self {
        self.spec.holidays.get_or_insert_default().unknown = Some(choice);
        self
    }

    /// Sets the hours of holidays; closed unless said otherwise.
    pub fn holiday_hours(mut self, hours: Hours) -> Self {
        self.spec.holidays.get_or_insert_default().hours = hours;
        self
    }

    /// Sets the hours of an open day before a holiday: "until 13:00 on Christmas Eve".
    pub fn eve_hours(mut self, hours: Hours) -> Self {
        self.spec.holidays.get_or_insert_default().eve = Some(hours);
        self
    }

    /// Sets the day whose hours a working day has that would otherwise be closed; Monday unless said
    /// otherwise.
    pub fn working_days_as(mut self, day: Weekday) -> Self {
        self.spec.holidays.get_or_insert_default().working_days_as = Some(day);
        self
    }

    /// Says what becomes of shifts across midnight; [`Tails::Keep`] unless said otherwise.
    pub fn tails(mut self, tails: Tails) -> Self {
        self.spec.tails = tails;
        self
    }

    /// Adds an exception.
    pub fn with_override(mut self, exception: Override) -> Self {
        self.spec.overrides.push(exception);
        self
    }

    /// Compiles these calendar years (in UTC) at once, both included, instead of each at the first
    /// question about it. Arithmetic within them takes the same time whatever the distance.
    pub fn compiled_for(mut self, years: RangeInclusive<i32>) -> Self {
        self.years = Some(years);
        self
    }

    /// Checks and compiles the schedule.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn build(self) -> Result<Schedule, BuildErrors> {
        let mut errors = self.errors;
        let zone = self.zone.or_else(|| match self.spec.zone.parse::<Tz>() {
            Ok(zone) => Some(Arc::new(zone) as Arc<dyn Zone>),
            Err(_) => {
                let name = self.spec.zone.clone();
                errors.push(BuildError::UnknownZone { name });
                None
            }
        });
        validate::check(&self.spec, !self.calendars.is_empty(), &mut errors);
        if let Some(years) = &self.years {
            let supported = &crate::SUPPORTED_YEARS;
            if years.is_empty()
                || !supported.contains(years.start())
                || !supported.contains(years.end())
            {
                errors.push(BuildError::YearsOutOfRange {
                    years: years.clone(),
                });
            }
        }
        BuildErrors::check(errors)?;
        // Without a zone there is an error, which was returned above; UTC is never used.
        let zone = zone.unwrap_or_else(|| Arc::new(Tz::UTC));
        let rules = Rules::new(self.spec, zone, self.calendars);
        Ok(Schedule::compile(Source::Rules(rules), self.years))
    }
}

fn insert(week: &mut Week, errors: &mut Vec<BuildError>, rule: &str, days: Weekdays, hours: Hours) {
    if week.insert(days, hours).is_some() {
        errors.extend(days.iter().map(|day| BuildError::DayTwice {
            rule: rule.to_owned(),
            day,
        }));
    }
}
