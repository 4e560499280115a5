use std::fmt;

use business_hours::{HolidaySpec, Hours, Override, ScheduleSpec};

use crate::week_table::WeekTable;
use crate::words::{days, join, ranges, when};

/// The hours of a description in plain English, for a web page, a voice prompt or a log.
///
/// `{}` is short, `{:#}` adds the dates of exceptions and seasons. Exceptions are told in the order of the
/// description, holidays first.
///
/// ```
/// use business_hours::{Override, ScheduleSpec};
/// use hours_exchange::Description;
///
/// let mut desk = ScheduleSpec::new("Europe/London");
/// desk.week.insert("mon-fri".parse()?, "09:00-18:00".parse()?);
/// let easter = Override::closed("easter".parse()?, "2026-04-06".parse()?);
/// desk.overrides.push(easter.because("Easter Monday"));
///
/// let description = Description::of(&desk);
/// assert_eq!(description.to_string(), "Mon–Fri 09:00–18:00, closed for Easter Monday");
/// assert_eq!(
///     format!("{description:#}"),
///     "Mon–Fri 09:00–18:00, closed for Easter Monday (6 Apr 2026)"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Description<'s> {
    spec: &'s ScheduleSpec,
    holidays: Option<&'s str>,
}

impl<'s> Description<'s> {
    /// Describes what the description itself says. Calendars that are added to it have no words there:
    /// name them with [`with_holidays`](Self::with_holidays).
    #[must_use]
    pub fn of(spec: &'s ScheduleSpec) -> Self {
        Self {
            spec,
            holidays: None,
        }
    }

    /// Says which holidays its calendars know: `"the public holidays of England"`.
    #[must_use]
    pub fn with_holidays(mut self, holidays: &'s str) -> Self {
        self.holidays = Some(holidays);
        self
    }
}

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spec = self.spec;
        let mut parts = week_parts(&WeekTable::of(&spec.week));
        if parts.is_empty() {
            parts.push("closed".to_owned());
        }
        for (of, hours) in groups(&WeekTable::of(&spec.breaks)) {
            parts.push(format!("with a break {of} {}", ranges(&hours)));
        }
        let dates = f.alternate();
        if let Some(holidays) = spec.holidays.as_ref() {
            parts.extend(self.holiday_parts(holidays, dates));
        } else if let Some(holidays) = self.holidays {
            parts.push(format!("closed on {holidays}"));
        }
        parts.extend(
            spec.overrides
                .iter()
                .map(|exception| self.override_part(exception, dates)),
        );
        f.write_str(&parts.join(", "))?;
        for season in &spec.seasons {
            write!(f, "; {}", season.name)?;
            if dates {
                write!(f, " ({})", when(season.when, &spec.zone))?;
            }
            let parts = week_parts(&WeekTable::of(&season.week));
            let hours = if parts.is_empty() {
                "closed".to_owned()
            } else {
                parts.join(", ")
            };
            write!(f, ": {hours}")?;
        }
        Ok(())
    }
}

impl Description<'_> {
    fn holiday_parts(&self, holidays: &HolidaySpec, dates: bool) -> Vec<String> {
        let mut parts = Vec::new();
        let state = state(&holidays.hours);
        if let Some(names) = self.holidays {
            parts.push(format!("{state} on {names}"));
        } else if holidays.dates.is_empty() && holidays.covers.is_none() {
            parts.push(format!("{state} on holidays"));
        }
        let named = holidays.dates.iter().map(|(date, name)| match dates {
            true => format!("{name} ({})", date.format("%-d %b %Y")),
            false => name.clone(),
        });
        let mut named: Vec<_> = named.collect();
        named.dedup();
        if !named.is_empty() {
            parts.push(format!("{state} for {}", join(&named)));
        }
        if let Some(eve) = &holidays.eve {
            parts.push(format!("{} on the eve of a holiday", self::state(eve)));
        }
        parts
    }

    fn override_part(&self, exception: &Override, dates: bool) -> String {
        let state = state(&exception.hours);
        let on = when(exception.when, &self.spec.zone);
        match &exception.reason {
            None => format!("{state} on {on}"),
            Some(reason) => {
                let reason = reason.trim_end_matches('.');
                match dates {
                    true => format!("{state} for {reason} ({on})"),
                    false => format!("{state} for {reason}"),
                }
            }
        }
    }
}

/// `closed`, `open` or the ranges.
fn state(hours: &Hours) -> String {
    match hours {
        hours if hours.is_closed() => "closed".to_owned(),
        hours if hours.is_all_day() => "open".to_owned(),
        hours => ranges(hours),
    }
}

/// `Mon–Fri 09:00–18:00` for each set of days that have the same hours, the closed ones left out.
fn week_parts(table: &WeekTable) -> Vec<String> {
    let always = table.iter().all(|(_, hours)| hours.is_all_day());
    if always {
        return vec!["open day and night".to_owned()];
    }
    groups(table)
        .into_iter()
        .map(|(days, hours)| format!("{days} {}", ranges(&hours)))
        .collect()
}

fn groups(table: &WeekTable) -> Vec<(String, Hours)> {
    let mut groups: Vec<(String, Hours)> = Vec::new();
    for (_, hours) in table.iter().filter(|(_, hours)| !hours.is_closed()) {
        if !groups.iter().any(|(_, other)| other == hours) {
            let same = table.iter().filter(|(_, other)| *other == hours);
            groups.push((days(same.map(|(day, _)| day)), hours.clone()));
        }
    }
    groups
}
