//! The documented rules, read a second time as plainly as possible: one instant at a time, from the
//! description, with no timeline, no table of days and no lookup of local times. Only the question "which
//! offset is in force at this instant" is asked of chrono-tz.

use std::cell::RefCell;
use std::collections::HashMap;

use business_hours::{Hours, OnUnknown, Override, ScheduleSpec, Tails, TimeOfDay, Tz, Week, When};
use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc,
};

/// What the model says of an instant, with the name of the rule that decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Open(String),
    Closed(String),
    Unknown,
}

impl State {
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }
}

pub(crate) struct Model {
    zone: Tz,
    spec: ScheduleSpec,
    locals: RefCell<HashMap<NaiveDateTime, (i64, i64)>>,
}

/// The rule of a date, and what it makes of it.
struct Ruling {
    name: String,
    strength: u8,
    hours: Hours,
    unknown: bool,
    /// The override, if it is one.
    exception: Option<usize>,
}

impl Model {
    pub(crate) fn new(zone: Tz, spec: ScheduleSpec) -> Self {
        Self {
            zone,
            spec,
            locals: RefCell::default(),
        }
    }

    pub(crate) fn offset(&self, seconds: i64) -> i64 {
        let instant = DateTime::from_timestamp(seconds, 0)
            .expect("in range")
            .naive_utc();
        i64::from(
            self.zone
                .offset_from_utc_datetime(&instant)
                .fix()
                .local_minus_utc(),
        )
    }

    pub(crate) fn state(&self, seconds: i64) -> State {
        let (dated, exception) = self.dated_state(seconds);
        let instant = DateTime::from_timestamp(seconds, 0).expect("in range");
        let mut winner = exception;
        let mut state = dated;
        for (index, candidate) in self.spec.overrides.iter().enumerate() {
            let Some((from, until)) = candidate.when.instants() else {
                continue;
            };
            let live = candidate
                .expires
                .is_none_or(|expires| instant < whole_second(expires));
            let covers = from <= instant && instant < until && live;
            if covers && winner.is_none_or(|winner| self.rank(index) > self.rank(winner)) {
                winner = Some(index);
                let name = candidate.id.to_string();
                let closed = candidate.hours.is_closed();
                state = if closed {
                    State::Closed(name)
                } else {
                    State::Open(name)
                };
            }
        }
        state
    }

    /// What the rules about dates say, and the override among them that decided.
    fn dated_state(&self, seconds: i64) -> (State, Option<usize>) {
        let local = DateTime::from_timestamp(seconds + self.offset(seconds), 0).expect("in range");
        let guess = local.date_naive();
        let mut date = guess + Days::new(2);
        while !(self.day_start(date) <= seconds && seconds < self.day_start(date + Days::new(1))) {
            date = date - Days::new(1);
            assert!(guess - date < TimeDelta::days(4), "no date holds {local}");
        }
        let mut before = date - Days::new(1);
        while self.day_start(before) >= self.day_start(before + Days::new(1)) {
            before = before - Days::new(1);
        }
        let today = self.ruling(date, seconds);
        let holds = |date: NaiveDate, hours: &Hours| {
            hours.ranges().iter().any(|range| {
                let at = |time: TimeOfDay| self.time_of(date, i64::from(time.seconds()));
                at(range.start()) <= seconds && seconds < at(range.end())
            })
        };
        if today.unknown {
            return (State::Unknown, None);
        }
        let yesterday = self.ruling(before, seconds);
        let cut = self.spec.tails == Tails::Cut && today.strength > yesterday.strength;
        let decides = if holds(date, &today.hours) {
            &today
        } else if !cut && holds(before, &yesterday.hours) {
            if yesterday.unknown {
                return (State::Unknown, None);
            }
            &yesterday
        } else {
            return (State::Closed(today.name), today.exception);
        };
        let name = decides.name.clone();
        if name == "week" && today.name == "week" && self.on_break(date, seconds) {
            return (State::Closed("break".into()), None);
        }
        (State::Open(name), decides.exception)
    }

    fn on_break(&self, date: NaiveDate, seconds: i64) -> bool {
        [date, date - Days::new(1)].into_iter().any(|day| {
            hours_of(&self.spec.breaks, day)
                .ranges()
                .iter()
                .any(|range| {
                    // By the wall clock of `date`: a break after midnight is one of the following date.
                    let shift = if day == date { 0 } else { 86_400 };
                    let from = i64::from(range.start().seconds()) - shift;
                    let until = i64::from(range.end().seconds()) - shift;
                    let at = |time: i64| self.time_of(date, time);
                    until > 0 && at(from.max(0)) <= seconds && seconds < at(until.min(86_400))
                })
        })
    }

    fn ruling(&self, date: NaiveDate, seconds: i64) -> Ruling {
        let instant = DateTime::from_timestamp(seconds, 0).expect("in range");
        let exception = (0..self.spec.overrides.len())
            .filter(|&index| {
                let candidate: &Override = &self.spec.overrides[index];
                candidate.when.includes_date(date)
                    && candidate
                        .expires
                        .is_none_or(|expires| instant < whole_second(expires))
            })
            .max_by_key(|&index| self.rank(index));
        let ordinary = self.ordinary(date);
        let rule = |name: &str, strength, hours: &Hours| Ruling {
            name: name.to_owned(),
            strength,
            hours: hours.clone(),
            unknown: false,
            exception: None,
        };
        if let Some(index) = exception {
            let Override { id, hours, .. } = &self.spec.overrides[index];
            return Ruling {
                exception: Some(index),
                ..rule(id.as_str(), 3, hours)
            };
        }
        let Some(holidays) = &self.spec.holidays else {
            return ordinary;
        };
        let covered = |date| {
            holidays.dates.contains_key(&date)
                || holidays.working_days.contains_key(&date)
                || holidays
                    .covers
                    .is_some_and(|covers| covers.first() <= date && date <= covers.last())
        };
        let tomorrow = date + Days::new(1);
        let open = !ordinary.hours.is_closed();
        if holidays.dates.contains_key(&date) {
            return rule("holiday", 2, &holidays.hours);
        }
        if holidays.working_days.contains_key(&date) {
            let like = holidays.working_days_as.unwrap_or(chrono::Weekday::Mon);
            let hours = if open {
                ordinary.hours
            } else {
                hours_of_day(&self.spec.week, like)
            };
            return rule("working day", 2, &hours);
        }
        let eve = holidays.eve.as_ref().filter(|_| open);
        let unknown = !covered(date) || eve.is_some() && !covered(tomorrow);
        match holidays.unknown {
            Some(OnUnknown::Error) if unknown => Ruling {
                unknown: true,
                strength: 2,
                ..ordinary
            },
            Some(OnUnknown::Closed) if !covered(date) => rule("unknown", 2, &holidays.hours),
            choice => {
                let before_holiday = holidays.dates.contains_key(&tomorrow)
                    || !covered(tomorrow) && choice == Some(OnUnknown::Closed);
                match eve {
                    Some(eve) if before_holiday => rule("eve", 1, eve),
                    _ => ordinary,
                }
            }
        }
    }

    fn ordinary(&self, date: NaiveDate) -> Ruling {
        let season = self
            .spec
            .seasons
            .iter()
            .enumerate()
            .filter(|(_, season)| season.when.includes_date(date))
            .max_by_key(|(index, season)| (specificity(season.when), *index));
        let (name, week) = match season {
            Some((_, season)) => (season.name.clone(), &season.week),
            None => ("week".to_owned(), &self.spec.week),
        };
        Ruling {
            name,
            strength: 0,
            hours: hours_of(week, date),
            unknown: false,
            exception: None,
        }
    }

    fn rank(&self, index: usize) -> (i32, u8, usize) {
        let exception = &self.spec.overrides[index];
        (exception.priority, specificity(exception.when), index)
    }

    /// The first instant of a date.
    fn day_start(&self, date: NaiveDate) -> i64 {
        self.resolve(midnight(date)).1
    }

    /// The instant that a time of a date means.
    fn time_of(&self, date: NaiveDate, seconds: i64) -> i64 {
        match seconds {
            0 => self.day_start(date),
            86_400 => self.day_start(date + Days::new(1)),
            _ => self.instant(midnight(date) + TimeDelta::seconds(seconds)),
        }
    }

    /// The instant that a wall-clock time means.
    fn instant(&self, local: NaiveDateTime) -> i64 {
        self.resolve(local).0
    }

    /// What a wall-clock time means, and the first instant at or after it: the two differ in a gap.
    fn resolve(&self, local: NaiveDateTime) -> (i64, i64) {
        if let Some(&known) = self.locals.borrow().get(&local) {
            return known;
        }
        let wall = local.and_utc().timestamp();
        const STEP: i64 = 900;
        let samples: Vec<(i64, i64)> = (-110..=110)
            .map(|step| wall + step * STEP)
            .map(|instant| (instant, self.offset(instant)))
            .collect();
        let first = samples
            .iter()
            .map(|&(_, offset)| wall - offset)
            .filter(|&instant| self.offset(instant) == wall - instant)
            .min();
        let found = match first {
            Some(instant) => (instant, instant),
            None => {
                // In a gap: find the change that skips it.
                let change = samples.windows(2).find_map(|pair| {
                    let [(mut low, before), (mut high, after)] = [pair[0], pair[1]];
                    while high - low > 1 {
                        let middle = low + (high - low) / 2;
                        if self.offset(middle) == before {
                            low = middle
                        } else {
                            high = middle
                        }
                    }
                    (high + before <= wall && wall < high + after).then_some((high, before))
                });
                let (change, before) =
                    change.expect("a time that is skipped is skipped by a change");
                (wall - before, change)
            }
        };
        self.locals.borrow_mut().insert(local, found);
        found
    }
}

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_hms_opt(0, 0, 0).expect("midnight")
}

fn whole_second(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(instant.timestamp(), 0).expect("in range")
}

fn hours_of(week: &Week, date: NaiveDate) -> Hours {
    hours_of_day(week, date.weekday())
}

fn hours_of_day(week: &Week, day: chrono::Weekday) -> Hours {
    week.iter()
        .find(|(days, _)| days.contains(day))
        .map(|(_, hours)| hours.clone())
        .unwrap_or_default()
}

/// By the text, as the documentation lists them.
fn specificity(when: When) -> u8 {
    let text = when.to_string();
    let year = |text: &str| text.as_bytes().get(4) == Some(&b'-');
    match text.split_once(" to ") {
        Some((from, _)) if from.contains('T') => 5,
        Some((from, _)) if year(from) => 3,
        Some(_) => 0,
        None if text.contains(" of ") => 1,
        None if year(&text) => 4,
        None => 2,
    }
}
