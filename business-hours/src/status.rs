use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

use crate::combine::Leaf;
use crate::pieces::Place;
use crate::rules::RuleKey;
use crate::tick::{self, Tick};
use crate::timeline::Phase;
use crate::{Holiday, Override, Provenance, QueryError, Schedule};

/// Open or closed at one instant, and why, since when and until when.
///
/// It borrows from its schedule and copies nothing; words are made by `Display`, in this documented form:
///
/// ```text
/// open[: REASON][; closes WHEN]
/// closed[: REASON][; opens WHEN]
/// ```
///
/// REASON is the name of the holiday or season, the reason of the override (or its id), `break`,
/// `eve of a holiday` or `holidays not known`; ordinary weekly hours have none. WHEN is `17:30` on the
/// same day, `Tue 5 May 09:00` in the same year, else `Tue 4 Jan 2028 09:00`, all in the schedule's zone.
/// Without WHEN it never changes in the supported years. A [`warning`](Self::warning) follows in
/// parentheses. [`spoken`](Self::spoken) is the same for a caller.
///
/// ```
/// use business_hours::{HolidayList, OnUnknown, Provenance, Schedule, Tz};
///
/// let holidays = HolidayList::new(Provenance::new("GOV.UK"))
///     .covering("2026-01-01".parse()?..="2026-12-31".parse()?)
///     .holiday("2026-05-04".parse()?, "Early May bank holiday");
/// let desk = Schedule::builder(Tz::Europe__London)
///     .week("mon-fri".parse()?, "09:00-17:30".parse()?)
///     .holidays(holidays)
///     .on_unknown_holiday(OnUnknown::Closed)
///     .build()?;
///
/// let status = desk.status("2026-05-04T10:00:00Z".parse()?)?;
/// assert_eq!(status.to_string(), "closed: Early May bank holiday; opens Tue 5 May 09:00");
/// assert_eq!(
///     status.spoken().to_string(),
///     "We are closed for Early May bank holiday. We open again tomorrow at 9 AM."
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Status<'s> {
    schedule: &'s Schedule,
    at: DateTime<Utc>,
    phase: Phase,
    /// What explains it: its own rules, or those of the member that decided.
    leaf: Leaf<'s>,
    since: Option<Tick>,
    until: Option<Tick>,
    warning: Option<Warning>,
}

/// A rule of a schedule, as it takes part in a [`Status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule<'s> {
    /// The ordinary hours of the day of the week.
    WeeklyHours,
    /// A weekly break.
    Break,
    /// The weekly hours of the season of this name.
    Season(&'s str),
    /// The hours of a day before a holiday.
    HolidayEve,
    /// A holiday, from the calendar of this provenance. [`Status::holiday`] has its name.
    Holiday(&'s Provenance),
    /// A day worked although it would be off, from the calendar of this provenance.
    WorkingDay(&'s Provenance),
    /// No calendar covers the date, and the schedule treats such dates in a way of its own.
    UncoveredDate,
    /// An override.
    Override(&'s Override),
}

/// What a reader of a [`Status`] should know about its certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No holiday calendar covers this date, which was treated as an ordinary one: it may be a holiday.
    MayBeHoliday(NaiveDate),
    /// When it changes next depends on this date, which no holiday calendar covers.
    NextChangeUnknown(NaiveDate),
}

impl<'s> Status<'s> {
    pub(crate) fn new(schedule: &'s Schedule, at: DateTime<Utc>, place: Place<'s>) -> Self {
        let leaf = schedule.leaf(place.cause(), place.tick());
        let mut warning = leaf
            .cause
            .assumed_normal
            .then(|| Warning::MayBeHoliday(leaf.schedule.local(at).date()));
        let start = |place: Option<Place<'_>>| place.map(|place| place.start());
        let until = place.end_of_phase().unwrap_or_else(|error| {
            if let QueryError::HolidaysUnknown { date } = error {
                warning.get_or_insert(Warning::NextChangeUnknown(date));
            }
            None
        });
        Self {
            schedule,
            at,
            phase: place.phase(),
            leaf,
            // Where the past is not known, neither is the beginning.
            since: start(place.start_of_phase().unwrap_or(None)),
            until: start(until),
            warning,
        }
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// The instant that was asked about.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Since when it has been open (or closed) without a break; `None` if since before the supported
    /// years, or since a date that no holiday calendar covers.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.since.map(tick::instant)
    }

    /// Until when it stays open (or closed): the first instant at which it is not. `None` if it never
    /// changes in the supported years, or if that is not known ([`Warning::NextChangeUnknown`]).
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until.map(tick::instant)
    }

    /// The name of the member that decided, if the schedule is a combination. The rules and the reason are
    /// those of that member.
    #[must_use]
    pub fn member(&self) -> Option<&'s str> {
        self.leaf.member
    }

    /// The rule that decided.
    #[must_use]
    pub fn decided_by(&self) -> Rule<'s> {
        self.rule(self.leaf.cause.ladder[0])
    }

    /// The rules that also apply and were beaten, from the strongest.
    pub fn beaten(&self) -> impl Iterator<Item = Rule<'s>> + use<'s> {
        let status = *self;
        self.leaf.cause.ladder[1..]
            .iter()
            .map(move |&rule| status.rule(rule))
    }

    /// The holiday that the date is (or the working day, see [`Rule::WorkingDay`]), also where another
    /// rule decided.
    #[must_use]
    pub fn holiday(&self) -> Option<Holiday<'s>> {
        self.leaf.cause.holiday.as_deref().map(Holiday::named)
    }

    /// Why it is so, in words: the name of the holiday or season, or the reason of the override. Ordinary
    /// weekly hours have none.
    #[must_use]
    pub fn reason(&self) -> Option<&'s str> {
        match self.decided_by() {
            // Closed because the member that is taken away is open: its name says it.
            Rule::WeeklyHours if self.phase != self.leaf.cause.phase => self.leaf.member,
            Rule::WeeklyHours => None,
            Rule::Break => Some("break"),
            Rule::Season(name) => Some(name),
            Rule::HolidayEve => Some("eve of a holiday"),
            Rule::Holiday(_) | Rule::WorkingDay(_) => self.holiday().map(|day| day.name),
            Rule::UncoveredDate => Some("holidays not known"),
            Rule::Override(exception) => {
                Some(exception.reason.as_deref().unwrap_or(exception.id.as_str()))
            }
        }
    }

    /// What is not certain about it.
    #[must_use]
    pub fn warning(&self) -> Option<Warning> {
        self.warning
    }

    /// The status as a sentence for a caller: "We are closed for Early May bank holiday. We open again
    /// tomorrow at 9 AM." English; other languages take the parts.
    pub fn spoken(&self) -> impl fmt::Display + use<'s> {
        Spoken(*self)
    }

    fn rule(&self, key: RuleKey) -> Rule<'s> {
        let Some(rules) = self.leaf.schedule.rules() else {
            return Rule::WeeklyHours;
        };
        let provenance = |layer: u32| rules.base.calendars[layer as usize].provenance();
        match key {
            RuleKey::Week => Rule::WeeklyHours,
            RuleKey::Break => Rule::Break,
            RuleKey::Season(index) => Rule::Season(&rules.base.seasons[index as usize].name),
            RuleKey::Eve => Rule::HolidayEve,
            RuleKey::Holiday(layer) => Rule::Holiday(provenance(layer)),
            RuleKey::WorkingDay(layer) => Rule::WorkingDay(provenance(layer)),
            RuleKey::Unknown => Rule::UncoveredDate,
            // A leaf is no combination.
            RuleKey::Member(_) => Rule::WeeklyHours,
            RuleKey::Override(serial) => match rules.exception(serial) {
                Some(exception) => Rule::Override(&exception.spec),
                // Pieces that an override took part in are compiled anew when it goes.
                None => Rule::WeeklyHours,
            },
        }
    }
}

impl fmt::Debug for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status")
            .field("at", &self.at)
            .field("is_open", &self.is_open())
            .field("decided_by", &self.decided_by())
            .field("since", &self.since())
            .field("until", &self.until())
            .field("warning", &self.warning)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, change) = if self.is_open() {
            ("open", "closes")
        } else {
            ("closed", "opens")
        };
        f.write_str(state)?;
        if let Some(reason) = self.reason() {
            write!(f, ": {reason}")?;
        }
        if let Some(until) = self.until() {
            write!(f, "; {change} ")?;
            write_when(f, self.schedule.local(self.at), self.schedule.local(until))?;
        }
        match self.warning {
            Some(warning) => write!(f, " ({warning})"),
            None => Ok(()),
        }
    }
}

/// `17:30`, `Tue 5 May 09:00` or `Tue 4 Jan 2028 09:00`, whatever is clear on the day of `now`.
fn write_when(f: &mut fmt::Formatter<'_>, now: NaiveDateTime, when: NaiveDateTime) -> fmt::Result {
    if when.date() != now.date() {
        write!(f, "{} ", when.format("%a %-d %b"))?;
        if when.year() != now.year() {
            write!(f, "{} ", when.year())?;
        }
    }
    write!(f, "{}", when.format("%H:%M"))?;
    match when.second() {
        0 => Ok(()),
        seconds => write!(f, ":{seconds:02}"),
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WeeklyHours => f.write_str("weekly hours"),
            Self::Break => f.write_str("weekly break"),
            Self::Season(name) => write!(f, "season {name:?}"),
            Self::HolidayEve => f.write_str("eve of a holiday"),
            Self::Holiday(source) => write!(f, "holiday ({source})"),
            Self::WorkingDay(source) => write!(f, "working day ({source})"),
            Self::UncoveredDate => f.write_str("date not covered by a holiday calendar"),
            Self::Override(exception) => write!(f, "override {:?}", exception.id.as_str()),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MayBeHoliday(date) => {
                write!(f, "{date} may be a holiday: no holiday calendar covers it")
            }
            Self::NextChangeUnknown(date) => {
                write!(
                    f,
                    "when this changes is not known: no holiday calendar covers {date}"
                )
            }
        }
    }
}

struct Spoken<'s>(Status<'s>);

impl fmt::Display for Spoken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.0;
        let state = if status.is_open() { "open" } else { "closed" };
        write!(f, "We are {state}")?;
        match (status.decided_by(), status.reason()) {
            (_, None) | (Rule::UncoveredDate, _) => {}
            (Rule::Break, _) => f.write_str(" for a break")?,
            (Rule::Holiday(_), Some(name)) if !status.is_open() => write!(f, " for {name}")?,
            (Rule::Override(exception), _) if exception.reason.is_none() => {}
            (_, Some(reason)) => write!(f, ": {}", reason.trim_end_matches('.'))?,
        }
        let Some(until) = status.until() else {
            return f.write_str(".");
        };
        f.write_str(if status.is_open() {
            ". We close "
        } else {
            ". We open again "
        })?;
        let (now, when) = (
            status.schedule.local(status.at),
            status.schedule.local(until),
        );
        match when.date().signed_duration_since(now.date()).num_days() {
            0 => f.write_str("today")?,
            1 => f.write_str("tomorrow")?,
            2..300 => write!(f, "on {}", when.format("%A %-d %B"))?,
            _ => write!(f, "on {}", when.format("%A %-d %B %Y"))?,
        }
        match when.minute() {
            0 => write!(f, " at {}.", when.format("%-I %p")),
            _ => write!(f, " at {}.", when.format("%-I:%M %p")),
        }
    }
}
