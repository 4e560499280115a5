//! The checked description, and which rule decides a date.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::spec::Week;
use crate::validate::ranges_of;
use crate::{
    CalendarDay, HolidayCalendar, HolidayList, Hours, OnUnknown, Override, OverrideId, Provenance,
    ScheduleSpec, Tails, TimeRange, Weekdays, When, Zone,
};

#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) base: Arc<Base>,
    /// In order of age, which is also the order of `serial`.
    pub(crate) overrides: Vec<Arc<Exception>>,
    next_serial: u32,
}

/// All but the overrides, which change while a schedule lives.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) zone: Arc<dyn Zone>,
    pub(crate) tails: Tails,
    week: [DayPlan; 7],
    pub(crate) seasons: Vec<SeasonRule>,
    pub(crate) calendars: Vec<Arc<dyn HolidayCalendar>>,
    on_unknown: OnUnknown,
    holiday: DayPlan,
    eve: Option<DayPlan>,
    working_days_as: Weekday,
}

#[derive(Debug)]
pub(crate) struct SeasonRule {
    pub(crate) name: String,
    when: When,
    week: [DayPlan; 7],
}

/// Hours of one day in seconds from its midnight, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DayPlan {
    pub(crate) open: Box<[(u32, u32)]>,
    pub(crate) breaks: Box<[(u32, u32)]>,
}

#[derive(Debug)]
pub(crate) struct Exception {
    /// Unique in the life of a schedule, so that compiled pieces can be shared by its successors.
    pub(crate) serial: u32,
    pub(crate) spec: Override,
    pub(crate) plan: DayPlan,
}

/// A rule by its place, without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RuleKey {
    Week,
    Break,
    Season(u32),
    Eve,
    Holiday(u32),
    WorkingDay(u32),
    /// The date is not covered by any calendar.
    Unknown,
    /// By serial.
    Override(u32),
    /// A member of a combination, whose own rules tell more.
    Member(u32),
}

impl RuleKey {
    /// Kinds of rules for [`Tails::Cut`], the stronger the greater.
    pub(crate) fn strength(self) -> u8 {
        match self {
            Self::Week | Self::Break | Self::Season(_) | Self::Member(_) => 0,
            Self::Eve => 1,
            Self::Holiday(_) | Self::WorkingDay(_) | Self::Unknown => 2,
            Self::Override(_) => 3,
        }
    }
}

/// What holds on one date.
#[derive(Debug)]
pub(crate) struct Decision<'r> {
    /// Who decides, then those beaten, from the strongest.
    pub(crate) ladder: Vec<RuleKey>,
    pub(crate) plan: &'r DayPlan,
    pub(crate) holiday: Option<&'r str>,
    /// An uncovered date that is treated as an ordinary one.
    pub(crate) assumed_normal: bool,
    /// An uncovered date about which nothing may be said.
    pub(crate) unknown: bool,
}

impl Rules {
    pub(crate) fn new(
        spec: ScheduleSpec,
        zone: Arc<dyn Zone>,
        calendars: Vec<Arc<dyn HolidayCalendar>>,
    ) -> Self {
        let holidays = spec.holidays.unwrap_or_default();
        let mut layers: Vec<Arc<dyn HolidayCalendar>> = Vec::new();
        if holidays.covers.is_some()
            || !holidays.dates.is_empty()
            || !holidays.working_days.is_empty()
        {
            let mut list = HolidayList::new(Provenance::new("the schedule's own list"));
            if let Some(covers) = holidays.covers {
                list = list.covering(covers.first()..=covers.last());
            }
            for (date, name) in holidays.dates {
                list = list.holiday(date, name);
            }
            for (date, name) in holidays.working_days {
                list = list.working_day(date, name);
            }
            layers.push(Arc::new(list));
        }
        layers.extend(calendars);
        let base = Base {
            zone,
            tails: spec.tails,
            week: plans(&spec.week, &spec.breaks),
            seasons: spec
                .seasons
                .into_iter()
                .map(|season| SeasonRule {
                    name: season.name,
                    when: season.when,
                    week: plans(&season.week, &Week::new()),
                })
                .collect(),
            calendars: layers,
            // Validation asks for a choice wherever there are calendars; without any it has no effect.
            on_unknown: holidays.unknown.unwrap_or(OnUnknown::Normal),
            holiday: DayPlan::of(&holidays.hours),
            eve: holidays.eve.as_ref().map(DayPlan::of),
            working_days_as: holidays.working_days_as.unwrap_or(Weekday::Mon),
        };
        let mut rules = Self {
            base: Arc::new(base),
            overrides: Vec::new(),
            next_serial: 0,
        };
        for exception in spec.overrides {
            rules.add(exception);
        }
        rules
    }

    /// Adds an override as the latest one.
    pub(crate) fn add(&mut self, spec: Override) {
        let plan = DayPlan::of(&spec.hours);
        let serial = self.next_serial;
        self.next_serial += 1;
        self.overrides
            .push(Arc::new(Exception { serial, spec, plan }));
    }

    /// Takes an override away.
    pub(crate) fn remove(&mut self, id: &OverrideId) -> Option<Arc<Exception>> {
        let index = self
            .overrides
            .iter()
            .position(|exception| exception.spec.id == *id)?;
        Some(self.overrides.remove(index))
    }

    pub(crate) fn exception(&self, serial: u32) -> Option<&Exception> {
        let index = self
            .overrides
            .binary_search_by_key(&serial, |exception| exception.serial)
            .ok()?;
        Some(&self.overrides[index])
    }

    /// Nothing in it can ever open.
    pub(crate) fn never_opens(&self) -> bool {
        let base = &self.base;
        let closed = |plan: &DayPlan| plan.open.is_empty();
        base.week.iter().all(closed)
            && base
                .seasons
                .iter()
                .all(|season| season.week.iter().all(closed))
            && closed(&base.holiday)
            && self
                .overrides
                .iter()
                .all(|exception| closed(&exception.plan))
    }

    /// Nothing in it can ever close.
    pub(crate) fn never_closes(&self) -> bool {
        let base = &self.base;
        let open = |plan: &DayPlan| *plan.open == [(0, 86_400)] && plan.breaks.is_empty();
        base.week.iter().all(open)
            && base
                .seasons
                .iter()
                .all(|season| season.week.iter().all(open))
            && base.calendars.is_empty()
            && self.overrides.iter().all(|exception| open(&exception.plan))
    }

    /// Some date may be one about which nothing may be said.
    pub(crate) fn may_be_unknown(&self) -> bool {
        self.base.on_unknown == OnUnknown::Error && !self.base.calendars.is_empty()
    }

    /// Decides a date, given the overrides that apply to it from the weakest to the strongest. `ladder` is
    /// an empty vector to be filled.
    pub(crate) fn decide<'r>(
        &'r self,
        date: NaiveDate,
        overrides: impl DoubleEndedIterator<Item = &'r Exception>,
        mut ladder: Vec<RuleKey>,
    ) -> Decision<'r> {
        let base = &*self.base;
        let mut plan: Option<&DayPlan> = None;
        let mut enter = |rule: RuleKey, hours: &'r DayPlan| {
            plan = plan.or(Some(hours));
            ladder.push(rule);
        };

        for exception in overrides.rev() {
            enter(RuleKey::Override(exception.serial), &exception.plan);
        }
        let weekly = plan_of(&base.week, date.weekday());
        let seasons = base.seasons_on(date);
        let ordinary = seasons
            .first()
            .map_or(weekly, |(_, season)| plan_of(&season.week, date.weekday()));
        let open = !ordinary.open.is_empty();

        let mut holiday = None;
        let mut uncovered = false;
        let (layer, day) = base.calendar_day(date);
        match day {
            CalendarDay::Holiday(named) => {
                holiday = Some(named.name);
                enter(RuleKey::Holiday(layer), &base.holiday);
            }
            CalendarDay::WorkingDay(named) => {
                holiday = Some(named.name);
                let like = plan_of(&base.week, base.working_days_as);
                enter(
                    RuleKey::WorkingDay(layer),
                    if open { ordinary } else { like },
                );
            }
            CalendarDay::Unknown if !base.calendars.is_empty() => uncovered = true,
            CalendarDay::Nothing | CalendarDay::Unknown => {}
        }
        let mut eve = None;
        if let Some(plan) = base.eve.as_ref().filter(|_| open && holiday.is_none()) {
            match date.succ_opt().map(|next| base.calendar_day(next).1) {
                Some(CalendarDay::Holiday(_)) => eve = Some(plan),
                Some(CalendarDay::Unknown) if !base.calendars.is_empty() => match base.on_unknown {
                    OnUnknown::Closed => eve = Some(plan),
                    OnUnknown::Error => uncovered = true,
                    OnUnknown::Normal => {}
                },
                _ => {}
            }
        }
        if uncovered && base.on_unknown != OnUnknown::Normal {
            // When nothing may be said, the ordinary hours tell how far into the next day that reaches.
            let closed = base.on_unknown == OnUnknown::Closed;
            enter(
                RuleKey::Unknown,
                if closed { &base.holiday } else { ordinary },
            );
        }
        if let Some(plan) = eve {
            enter(RuleKey::Eve, plan);
        }
        for (index, season) in seasons {
            enter(
                RuleKey::Season(index),
                plan_of(&season.week, date.weekday()),
            );
        }
        enter(RuleKey::Week, weekly);

        let decided_by_calendar = !matches!(ladder[0], RuleKey::Override(_));
        Decision {
            // The weekly hours always enter, so there is a plan.
            plan: plan.unwrap_or(weekly),
            holiday,
            assumed_normal: uncovered
                && decided_by_calendar
                && base.on_unknown == OnUnknown::Normal,
            unknown: uncovered && decided_by_calendar && base.on_unknown == OnUnknown::Error,
            ladder,
        }
    }

    /// Whether override `a` outranks `b`; total, because serials differ.
    pub(crate) fn rank(exception: &Exception) -> (i32, u8, u32) {
        (
            exception.spec.priority,
            exception.spec.when.specificity(),
            exception.serial,
        )
    }
}

impl Base {
    /// Of a date about which nothing may be said: the date that no calendar covers, which is the next one
    /// when it matters whether this is an eve.
    pub(crate) fn uncovered(&self, date: NaiveDate) -> NaiveDate {
        match self.calendar_day(date).1 {
            CalendarDay::Unknown => date,
            _ => date.succ_opt().unwrap_or(date),
        }
    }

    /// The strongest calendar that knows the date, and what it says.
    fn calendar_day(&self, date: NaiveDate) -> (u32, CalendarDay<'_>) {
        for (layer, calendar) in (0..).zip(&self.calendars) {
            match calendar.day(date) {
                CalendarDay::Unknown => {}
                day => return (layer, day),
            }
        }
        (0, CalendarDay::Unknown)
    }

    /// The seasons that include a date, strongest first.
    fn seasons_on(&self, date: NaiveDate) -> Vec<(u32, &SeasonRule)> {
        let mut on: Vec<_> = (0..)
            .zip(&self.seasons)
            .filter(|(_, season)| season.when.includes_date(date))
            .collect();
        on.sort_by_key(|(index, season)| std::cmp::Reverse((season.when.specificity(), *index)));
        on
    }
}

impl DayPlan {
    fn of(hours: &Hours) -> Self {
        Self {
            open: seconds(hours.ranges()),
            breaks: Box::default(),
        }
    }
}

fn seconds(ranges: &[TimeRange]) -> Box<[(u32, u32)]> {
    ranges
        .iter()
        .map(|range| (range.start().seconds(), range.end().seconds()))
        .collect()
}

fn plans(week: &Week, breaks: &Week) -> [DayPlan; 7] {
    let mut plans = <[DayPlan; 7]>::default();
    for (plan, day) in plans.iter_mut().zip(Weekdays::EVERY_DAY.iter()) {
        *plan = DayPlan {
            open: seconds(ranges_of(week, day)),
            breaks: breaks_of(breaks, day),
        };
    }
    plans
}

/// The breaks of one day within its 24 hours: a break belongs to the shift that it falls into, which may
/// be that of the day before, so one across midnight is split.
fn breaks_of(breaks: &Week, day: Weekday) -> Box<[(u32, u32)]> {
    const DAY: u32 = 86_400;
    let own = seconds(ranges_of(breaks, day));
    let before = seconds(ranges_of(breaks, day.pred()));
    let rest = before
        .iter()
        .filter(|(_, until)| *until > DAY)
        .map(|&(_, until)| (0, until - DAY));
    rest.chain(own.iter().map(|&(from, until)| (from, until.min(DAY))))
        .collect()
}

fn plan_of(week: &[DayPlan; 7], day: Weekday) -> &DayPlan {
    &week[day.num_days_from_monday() as usize]
}
