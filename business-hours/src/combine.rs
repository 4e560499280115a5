use std::sync::Arc;

use chrono::NaiveDate;

use crate::Schedule;
use crate::rules::RuleKey;
use crate::source::Source;
use crate::tick::Tick;
use crate::timeline::{Cause, CauseId, Causes, Phase, Segment, Timeline};

/// Schedules made of others. Members may be in different zones and be combinations themselves; dates and
/// texts of a combination are in the zone of its first member. A [`Status`](crate::Status) tells which
/// member decided, and that member's rule and reason.
///
/// ```
/// use business_hours::{Schedule, Tz};
///
/// let london = Schedule::builder(Tz::Europe__London)
///     .week("mon-fri".parse()?, "09:00-17:00".parse()?)
///     .build()?;
/// let new_york = Schedule::builder(Tz::America__New_York)
///     .week("mon-fri".parse()?, "09:00-17:00".parse()?)
///     .build()?;
/// let support = Schedule::any(("London", london), [("New York", new_york)]);
///
/// let evening = support.status("2026-11-20T19:00:00Z".parse()?)?;
/// assert!(evening.is_open());
/// assert_eq!(evening.member(), Some("New York"));
/// assert_eq!(evening.to_string(), "open; closes 22:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Schedule {
    /// Open whenever one of them is: a line that any of several desks answers.
    ///
    /// The first in order that is open decides; when none is, the first.
    pub fn any<N: Into<String>>(
        first: (N, Self),
        others: impl IntoIterator<Item = (N, Self)>,
    ) -> Self {
        Self::combined(How::Any, first, others)
    }

    /// Open when all of them are: a service that needs each of several desks.
    ///
    /// The first in order that is closed decides; when none is, the first.
    pub fn all<N: Into<String>>(
        first: (N, Self),
        others: impl IntoIterator<Item = (N, Self)>,
    ) -> Self {
        Self::combined(How::All, first, others)
    }

    /// Open when `first` is and none of the others: a desk outside its maintenance windows.
    ///
    /// The first in order of the others that is open decides; when none is, `first`.
    pub fn except<N: Into<String>>(
        first: (N, Self),
        others: impl IntoIterator<Item = (N, Self)>,
    ) -> Self {
        Self::combined(How::Except, first, others)
    }

    fn combined<N: Into<String>>(
        how: How,
        first: (N, Self),
        others: impl IntoIterator<Item = (N, Self)>,
    ) -> Self {
        let members = std::iter::once(first).chain(others);
        let members = members
            .map(|(name, schedule)| Member {
                name: name.into().into(),
                schedule,
            })
            .collect();
        Self::compile(Source::Combination(Combination { how, members }), None)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Any,
    All,
    Except,
}

#[derive(Debug)]
pub(crate) struct Combination {
    how: How,
    /// Never empty.
    members: Box<[Member]>,
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: Arc<str>,
    pub(crate) schedule: Schedule,
}

impl Combination {
    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The date that is not known to the first member about which nothing may be said.
    pub(crate) fn uncovered(&self, tick: Tick) -> NaiveDate {
        let pieces = || self.members.iter().map(|member| member.schedule.pieces());
        let unknown = pieces().find(|pieces| pieces.segment(tick).phase() == Phase::Unknown);
        unknown
            .unwrap_or(self.members[0].schedule.pieces())
            .source()
            .uncovered(tick)
    }

    pub(crate) fn forever(&self) -> Option<Phase> {
        let stays = |member: &Member, phase| member.schedule.pieces().never_leaves(phase);
        let each = |phase| self.members.iter().all(|member| stays(member, phase));
        let one = |phase| self.members.iter().any(|member| stays(member, phase));
        let (open, closed) = match self.how {
            How::Any => (one(Phase::Open), each(Phase::Closed)),
            How::All => (each(Phase::Open), one(Phase::Closed)),
            How::Except => {
                let (first, others) = (&self.members[0], &self.members[1..]);
                (
                    stays(first, Phase::Open)
                        && others.iter().all(|other| stays(other, Phase::Closed)),
                    stays(first, Phase::Closed)
                        || others.iter().any(|other| stays(other, Phase::Open)),
                )
            }
        };
        open.then_some(Phase::Open)
            .or(closed.then_some(Phase::Closed))
    }

    pub(crate) fn compile(&self, from: Tick, until: Tick) -> Timeline {
        let mut causes = Causes::default();
        let mut segments: Vec<Segment> = Vec::new();
        let mut places: Vec<_> = self
            .members
            .iter()
            .map(|member| member.schedule.pieces().segment(from))
            .collect();
        let mut start = from;
        while start < until {
            let parts: Vec<Part> = places
                .iter()
                .map(|place| Part {
                    phase: place.phase(),
                    tail: place.cause().tail,
                })
                .collect();
            let cause = self.cause(&parts, &mut causes);
            if segments.last().is_none_or(|last| last.cause != cause) {
                segments.push(Segment { start, cause });
            }
            start = places
                .iter()
                .map(|place| place.end())
                .min()
                .unwrap_or(until);
            for place in &mut places {
                if place.end() <= start
                    && let Some(next) = place.next()
                {
                    *place = next;
                }
            }
        }
        Timeline::new(from, until, &segments, causes)
    }

    fn cause(&self, parts: &[Part], causes: &mut Causes) -> CauseId {
        let with = |phase| parts.iter().position(|part| part.phase == phase);
        let (first, others) = (parts[0], &parts[1..]);
        let other = |phase| {
            others
                .iter()
                .position(|part| part.phase == phase)
                .map(|index| index + 1)
        };
        let (phase, decides) = match self.how {
            How::Any => match (with(Phase::Open), with(Phase::Unknown)) {
                (Some(open), _) => (Phase::Open, open),
                (None, Some(unknown)) => (Phase::Unknown, unknown),
                (None, None) => (Phase::Closed, 0),
            },
            How::All => match (with(Phase::Closed), with(Phase::Unknown)) {
                (Some(closed), _) => (Phase::Closed, closed),
                (None, Some(unknown)) => (Phase::Unknown, unknown),
                (None, None) => (Phase::Open, 0),
            },
            How::Except => match (first.phase, other(Phase::Open), with(Phase::Unknown)) {
                (Phase::Closed, ..) => (Phase::Closed, 0),
                (_, Some(open), _) => (Phase::Closed, open),
                (_, None, Some(unknown)) => (Phase::Unknown, unknown),
                (_, None, None) => (Phase::Open, 0),
            },
        };
        // A part of a shift that began the day before is one whichever way it is cut; several that are
        // open at once make a day of their own if one of them does.
        let tail = match self.how {
            How::Any => parts
                .iter()
                .filter(|part| part.phase == Phase::Open)
                .all(|part| part.tail),
            How::All => parts.iter().any(|part| part.tail),
            How::Except => first.tail,
        };
        causes.intern(Cause {
            phase,
            // Far fewer members than 2^32.
            ladder: [RuleKey::Member(decides as u32)].into(),
            holiday: None,
            assumed_normal: false,
            tail: tail && phase == Phase::Open,
        })
    }
}

/// What one member contributes to a moment.
#[derive(Debug, Clone, Copy)]
struct Part {
    phase: Phase,
    tail: bool,
}

impl Schedule {
    /// Of a combination: the member of this index.
    pub(crate) fn member(&self, index: u32) -> Option<&Member> {
        match self.pieces().source() {
            Source::Combination(combination) => combination.members.get(index as usize),
            Source::Rules(_) => None,
        }
    }

    /// The rules and the cause that decide at a supported tick, and the name of the member that they belong
    /// to: that of the outermost combination.
    pub(crate) fn leaf<'s>(&'s self, cause: &'s Cause, tick: Tick) -> Leaf<'s> {
        let mut leaf = Leaf {
            schedule: self,
            cause,
            member: None,
        };
        while let RuleKey::Member(index) = leaf.cause.ladder[0]
            && let Some(member) = leaf.schedule.member(index)
        {
            let place = member.schedule.pieces().segment(tick);
            leaf = Leaf {
                schedule: &member.schedule,
                cause: place.cause(),
                member: leaf.member.or(Some(&member.name)),
            };
        }
        leaf
    }
}

/// Where the explanation of a status comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf<'s> {
    pub(crate) schedule: &'s Schedule,
    pub(crate) cause: &'s Cause,
    pub(crate) member: Option<&'s str>,
}
