use business_hours::{
    Hours, Override, OverrideId, SUPPORTED_YEARS, ScheduleSpec, Season, Weekdays, When,
};
use chrono::{NaiveDate, Weekday};

use super::rule::Rule;
use crate::Refusal;
use crate::week_table::WeekTable;

/// A schedule as the rules make it, one after the other.
///
/// OpenStreetMap's later rule beats the earlier one, whatever they are about; here overrides beat holidays,
/// these seasons, these the week. So each kind must come after the weaker ones.
#[derive(Debug, Default)]
pub(super) struct Shape {
    week: WeekTable,
    /// The rules about days of the week.
    weekly: Vec<Weekly>,
    seasons: Vec<Dated>,
    holidays: Option<Hours>,
    overrides: Vec<Dated>,
}

/// A rule about days of the week.
#[derive(Debug)]
struct Weekly {
    text: String,
    days: Weekdays,
    /// It leaves alone what the rules before it say.
    adds: bool,
    crosses: bool,
}

/// Hours on certain dates.
#[derive(Debug)]
struct Dated {
    text: String,
    when: When,
    table: WeekTable,
    /// Some days of the week have the hours of the week.
    partial: bool,
    comment: Option<String>,
}

impl Shape {
    pub(super) fn add(&mut self, text: &str, rule: Rule) -> Result<(), Refusal> {
        let refuse = |problem| Err(Refusal::new("rule", text, problem));
        if !rule.when.is_empty() {
            return self.add_dates(text, rule);
        }
        // A rule that names no day is about all of them; one that names PH only, about none.
        let named = match (rule.days, rule.public_holidays) {
            (None, true) => None,
            (days, _) => Some(days.unwrap_or(Weekdays::EVERY_DAY)),
        };
        if let Some(days) = named {
            if !self.seasons.is_empty() || self.holidays.is_some() || !self.overrides.is_empty() {
                return refuse(
                    "is about days of the week and beats the rules about dates or PH before it; put it first",
                );
            }
            self.weekly.push(Weekly {
                text: text.to_owned(),
                days,
                adds: rule.adds,
                crosses: crosses(&rule.hours),
            });
            for day in days.iter() {
                let mut hours = rule.hours.clone();
                if rule.adds {
                    let both = self.week.get(day).ranges().iter().chain(hours.ranges());
                    match Hours::new(both.copied()) {
                        Ok(sum) => hours = sum,
                        Err(_) => {
                            return refuse("adds hours that overlap those before it; join them");
                        }
                    }
                }
                self.week.set(day, hours);
            }
        }
        if rule.public_holidays {
            if !self.overrides.is_empty() {
                return refuse(
                    "is about PH and beats a rule about dates after another about PH; put it before",
                );
            }
            self.holidays = Some(rule.hours);
        }
        Ok(())
    }

    fn add_dates(&mut self, text: &str, rule: Rule) -> Result<(), Refusal> {
        let all = rule.days.unwrap_or(Weekdays::EVERY_DAY);
        let partial = all != Weekdays::EVERY_DAY;
        let after_holidays = self.holidays.is_some();
        if after_holidays && partial {
            let problem =
                "is about days of the week on certain dates and beats PH before it; put it before";
            return Err(Refusal::new("rule", text, problem));
        }
        for when in rule.when {
            let dated = if after_holidays {
                &mut self.overrides
            } else {
                &mut self.seasons
            };
            let at = dated
                .iter()
                .position(|dated| dated.when == when)
                .unwrap_or_else(|| {
                    dated.push(Dated {
                        text: text.to_owned(),
                        when,
                        table: self.week.clone(),
                        partial: true,
                        comment: None,
                    });
                    dated.len() - 1
                });
            let dated = &mut dated[at];
            for day in all.iter() {
                dated.table.set(day, rule.hours.clone());
            }
            dated.partial &= partial;
            if partial && dated.comment.is_some() && dated.comment != rule.comment {
                let problem = "has another comment than the rule before it about the same dates; write the same one";
                return Err(Refusal::new("rule", text, problem));
            }
            dated.comment.clone_from(&rule.comment);
        }
        Ok(())
    }

    /// What only the whole shows.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        self.check_nights(&mut refusals);
        check_overlaps(&self.seasons, &mut refusals);
        check_overlaps(&self.overrides, &mut refusals);
        refusals
    }

    /// Whether a rule about Saturday ends Friday's shift at midnight, and whether one about Friday leaves the
    /// part on Saturday, is told differently by each evaluator.
    fn check_nights(&self, refusals: &mut Vec<Refusal>) {
        let dated =
            self.holidays.is_some() || !self.seasons.is_empty() || !self.overrides.is_empty();
        for (index, night) in self
            .weekly
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.crosses)
        {
            let touches = |other: &Weekly| {
                let touched =
                    |day: Weekday| night.days.contains(day) || night.days.contains(day.pred());
                !other.adds && other.days.iter().any(touched)
            };
            let mut others = self
                .weekly
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index);
            if dated || others.any(|(_, other)| touches(other)) {
                let problem = "runs past midnight on days that another rule is about too, which evaluators read differently";
                refusals.push(Refusal::new("rule", &night.text, problem));
            }
        }
        for dated in self.seasons.iter().chain(&self.overrides) {
            for (_, hours) in dated
                .table
                .iter()
                .filter(|(_, hours)| crosses(hours))
                .take(1)
            {
                let problem =
                    "run past midnight on certain dates, which evaluators end differently";
                refusals.push(Refusal::new(&dated.text, hours, problem));
            }
        }
        if self.holidays.as_ref().is_some_and(crosses) {
            let problem = "run past midnight, which evaluators end differently";
            refusals.push(Refusal::new("rule", "PH", problem));
        }
    }

    pub(super) fn into_spec(self, zone: String) -> ScheduleSpec {
        let mut spec = ScheduleSpec::new(zone);
        spec.week = self.week.to_week();
        for dated in self.seasons {
            let name = dated.comment.unwrap_or_else(|| dated.when.to_string());
            let taken = spec.seasons.iter().any(|season| season.name == name);
            // Two closures may have one comment; their dates differ.
            let name = if taken {
                format!("{name} {}", dated.when)
            } else {
                name
            };
            let mut season = Season::new(name, dated.when);
            season.week = dated.table.to_week();
            spec.seasons.push(season);
        }
        if let Some(hours) = self.holidays {
            spec.holidays.get_or_insert_default().hours = hours;
        }
        for dated in self.overrides {
            // The text of dates is short and has no control characters: it always is an id.
            if let Ok(id) = OverrideId::new(dated.when.to_string()) {
                let mut exception =
                    Override::new(id, dated.when, dated.table.get(Weekday::Mon).clone());
                exception.reason = dated.comment;
                spec.overrides.push(exception);
            }
        }
        spec
    }
}

/// Where two stretches of dates overlap the later rule counts in OpenStreetMap, and here the more specific
/// one, then the later: both must be the same one, and it must say all of its dates itself.
fn check_overlaps(dated: &[Dated], refusals: &mut Vec<Refusal>) {
    for (index, later) in dated.iter().enumerate() {
        for earlier in &dated[..index] {
            let agree = !later.partial && rank(later.when) >= rank(earlier.when);
            if !agree && overlap(earlier.when, later.when) {
                let problem = "overlaps an earlier rule about dates, which would count here; put it before or split the dates";
                refusals.push(Refusal::new("rule", &later.text, problem));
            }
        }
    }
}

/// How specific a rule about dates is, as `Override` ranks them.
fn rank(when: When) -> u8 {
    let text = when.to_string();
    match (text.contains(" to "), text.len()) {
        (true, 14) => 0, // 12-27 to 01-02
        (false, 5) => 1, // 12-25
        (true, _) => 2,  // 2026-12-24 to 2026-12-31
        (false, _) => 3, // 2026-12-25
    }
}

fn crosses(hours: &Hours) -> bool {
    hours.ranges().iter().any(|range| range.crosses_midnight())
}

fn overlap(a: When, b: When) -> bool {
    // Both ends are dates, so the defaults are never taken.
    let first = NaiveDate::from_ymd_opt(*SUPPORTED_YEARS.start(), 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(*SUPPORTED_YEARS.end(), 12, 31).unwrap_or_default();
    let mut dates = first.iter_days().take_while(|date| *date <= last);
    dates.any(|date| a.includes_date(date) && b.includes_date(date))
}
