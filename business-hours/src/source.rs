//! What a timeline is compiled from: rules, or other schedules.

use chrono::NaiveDate;

use crate::Zone;
use crate::combine::Combination;
use crate::compile::compile;
use crate::rules::Rules;
use crate::tick::{self, Tick};
use crate::timeline::{Phase, Timeline};
use crate::zone::local_time;

#[derive(Debug)]
pub(crate) enum Source {
    Rules(Rules),
    Combination(Combination),
}

impl Source {
    pub(crate) fn compile(&self, from: Tick, until: Tick) -> Timeline {
        match self {
            Self::Rules(rules) => compile(rules, from, until),
            Self::Combination(combination) => combination.compile(from, until),
        }
    }

    pub(crate) fn zone(&self) -> &dyn Zone {
        match self {
            Self::Rules(rules) => &*rules.base.zone,
            Self::Combination(combination) => combination.members()[0].schedule.zone(),
        }
    }

    /// The phase that nothing in it can ever leave: a search would go on to the end of time.
    pub(crate) fn forever(&self) -> Option<Phase> {
        match self {
            Self::Rules(rules) if rules.never_opens() => Some(Phase::Closed),
            Self::Rules(rules) if rules.never_closes() => Some(Phase::Open),
            Self::Rules(_) => None,
            Self::Combination(combination) => combination.forever(),
        }
    }

    /// Whether there can be segments about which nothing may be said.
    pub(crate) fn may_be_unknown(&self) -> bool {
        match self {
            Self::Rules(rules) => rules.may_be_unknown(),
            Self::Combination(combination) => {
                let mut members = combination.members().iter();
                members.any(|member| member.schedule.pieces().may_be_unknown())
            }
        }
    }

    /// Of a tick about which nothing may be said: the date that no calendar covers.
    pub(crate) fn uncovered(&self, tick: Tick) -> NaiveDate {
        match self {
            Self::Rules(rules) => rules
                .base
                .uncovered(local_time(self.zone(), tick::instant(tick)).date()),
            Self::Combination(combination) => combination.uncovered(tick),
        }
    }
}
