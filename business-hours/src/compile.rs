//! From rules to a timeline: dates decide first, then intervals of instants are painted over them.

use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use crate::Tails;
use crate::rules::{Decision, Exception, RuleKey, Rules};
use crate::tick::{self, Tick};
use crate::timeline::{Cause, CauseId, Causes, Phase, Segment, Timeline, paint};
use crate::zone::{instant_of, local_time, start_of_day};

/// Compiles `from..until`, which must not be empty.
pub(crate) fn compile(rules: &Rules, from: Tick, until: Tick) -> Timeline {
    let mut compiler = Compiler {
        rules,
        causes: Causes::default(),
        segments: Vec::new(),
    };
    // Expiry may end the effect of a dated override in the middle of its day. Between two expiries the
    // set of rules is constant, so each such stretch is compiled by itself.
    let mut cuts = vec![from];
    cuts.extend(
        rules
            .overrides
            .iter()
            .filter(|exception| exception.spec.when.instants().is_none())
            .filter_map(|exception| expiry(exception))
            .filter(|expiry| (from..until).contains(expiry)),
    );
    cuts.push(until);
    cuts.sort_unstable();
    for stretch in cuts.windows(2).filter(|stretch| stretch[0] < stretch[1]) {
        compiler.dates(stretch[0], stretch[1]);
    }
    compiler.instants(until);
    Timeline::new(from, until, &compiler.segments, compiler.causes)
}

/// When an override stops to have an effect.
fn expiry(exception: &Exception) -> Option<Tick> {
    exception
        .spec
        .expires
        .map(|expires| tick::clamped(expires.timestamp()))
}

struct Compiler<'r> {
    rules: &'r Rules,
    causes: Causes,
    segments: Vec<Segment>,
}

/// A date that exists in the zone, and what holds on it.
struct Day<'r> {
    date: NaiveDate,
    start: Tick,
    end: Tick,
    decision: Decision<'r>,
}

/// The part of a shift that lies after the end of its day.
#[derive(Clone, Copy)]
struct Tail {
    until: Tick,
    cause: CauseId,
}

impl<'r> Compiler<'r> {
    /// Appends the segments of a stretch, as the rules about dates that have not expired by then decide.
    fn dates(&mut self, from: Tick, until: Tick) {
        let zone = &*self.rules.base.zone;
        // A shift that reaches into the stretch began on the local date of its start or the day before;
        // one more for a day that was skipped in between.
        let first = local_time(zone, tick::instant(from)).date() - Days::new(2);
        let last = local_time(zone, tick::instant(until)).date() + Days::new(1);
        let dated = self.dated_overrides(first, last, from);
        let mut dated = &dated[..];
        let mut days = Vec::with_capacity(2);
        let mut date = first;
        let mut start = tick::clamped(start_of_day(zone, midnight(date)));
        let mut tail: Option<Tail> = None;
        let mut buffer = Vec::new();
        while date <= last {
            let next = date + Days::new(1);
            let end = tick::clamped(start_of_day(zone, midnight(next)));
            let count = dated.partition_point(|(on, _)| *on <= date);
            let (today, later) = dated.split_at(count);
            dated = later;
            // A date that the zone skipped (Apia's 2011-12-30) has no hours, whatever the rules say.
            if start < end {
                let decision = self
                    .rules
                    .decide(date, today.iter().map(|(_, exception)| *exception));
                days.push(Day {
                    date,
                    start,
                    end,
                    decision,
                });
            }
            // The tail of a day depends on the day after, so a day is emitted when the next is known.
            if let [day, following] = &days[..] {
                tail = self.emit(day, Some(following), tail, &mut buffer);
                self.append(&buffer, from, until);
                days.remove(0);
            }
            (date, start) = (next, end);
        }
        if let Some(day) = days.first() {
            self.emit(day, None, tail, &mut buffer);
            self.append(&buffer, from, until);
        }
    }

    /// Each date in `first..=last` with each override that includes it, by date and then from the
    /// weakest.
    fn dated_overrides(
        &self,
        first: NaiveDate,
        last: NaiveDate,
        from: Tick,
    ) -> Vec<(NaiveDate, &'r Exception)> {
        let mut dated = Vec::new();
        for exception in &self.rules.overrides {
            if expiry(exception).is_none_or(|expiry| expiry > from) {
                exception
                    .spec
                    .when
                    .for_each_date(first, last, |date| dated.push((date, &**exception)));
            }
        }
        dated.sort_by_key(|(date, exception)| (*date, Rules::rank(exception)));
        dated
    }

    /// Fills `segments` with those of one day and gives what remains for the next.
    fn emit(
        &mut self,
        day: &Day<'_>,
        following: Option<&Day<'_>>,
        tail: Option<Tail>,
        segments: &mut Vec<Segment>,
    ) -> Option<Tail> {
        let decision = &day.decision;
        let rule = decision.ladder[0];
        let holiday: Option<Arc<str>> = decision.holiday.map(Arc::from);
        let mut cause = |phase, ladder: &[RuleKey], tail| {
            self.causes.intern(Cause {
                phase: if decision.unknown {
                    Phase::Unknown
                } else {
                    phase
                },
                ladder: ladder.into(),
                holiday: holiday.clone(),
                assumed_normal: decision.assumed_normal,
                tail,
            })
        };
        let closed = cause(Phase::Closed, &decision.ladder, false);
        let open = cause(Phase::Open, &decision.ladder, false);
        let on_break = (!decision.plan.breaks.is_empty()).then(|| {
            let mut ladder = vec![RuleKey::Break];
            ladder.extend(&decision.ladder);
            cause(Phase::Closed, &ladder, false)
        });

        // Asked for only by the rare day that has one.
        let beyond = decision
            .plan
            .open
            .last()
            .is_some_and(|&(_, until)| until > 86_400);
        let open_tail = if beyond {
            cause(Phase::Open, &decision.ladder, true)
        } else {
            open
        };

        segments.clear();
        segments.push(Segment {
            start: day.start,
            cause: closed,
        });
        let mut rest = tail.filter(|tail| tail.until > day.end);
        if let Some(tail) = tail.filter(|_| !decision.unknown) {
            paint(segments, day.end, day.start, tail.until, |_| tail.cause);
        }
        let zone = &*self.rules.base.zone;
        let at = |seconds: u32| {
            let local = midnight(day.date) + TimeDelta::seconds(i64::from(seconds));
            tick::clamped(instant_of(zone, local))
        };
        for &(from, until) in &decision.plan.open {
            let (from, until) = (at(from), at(until));
            paint(segments, day.end, from, until, |_| open);
            if until > day.end && from < until {
                rest = Some(Tail {
                    until,
                    cause: open_tail,
                });
            }
        }
        if let Some(on_break) = on_break {
            for &(from, until) in &decision.plan.breaks {
                paint(segments, day.end, at(from), at(until), |old| {
                    let ordinary = self.causes.get(old).ladder[0] == RuleKey::Week;
                    if ordinary && old.phase() == Phase::Open {
                        on_break
                    } else {
                        old
                    }
                });
            }
        }

        let following = &following?.decision;
        let stronger = following.ladder[0].strength() > rule.strength();
        rest.filter(|_| self.rules.base.tails == Tails::Keep || !stronger)
    }

    /// Appends what lies in `from..until`.
    fn append(&mut self, segments: &[Segment], from: Tick, until: Tick) {
        for &Segment { start, cause } in segments {
            let start = start.max(from);
            if start >= until {
                return;
            }
            match self.segments.last_mut() {
                // Nothing of the earlier one is left in the range.
                Some(last) if last.start == start => last.cause = cause,
                Some(last) if last.cause == cause => {}
                _ => self.segments.push(Segment { start, cause }),
            }
        }
    }

    /// Paints the overrides of instants over the dates, from the weakest.
    fn instants(&mut self, end: Tick) {
        let mut exceptions: Vec<&Exception> = self
            .rules
            .overrides
            .iter()
            .map(|exception| &**exception)
            .collect();
        exceptions.retain(|exception| exception.spec.when.instants().is_some());
        exceptions.sort_by_key(|exception| Rules::rank(exception));
        let (rules, causes) = (self.rules, &mut self.causes);
        for exception in exceptions {
            let Some((from, until)) = exception.spec.when.instants() else {
                continue;
            };
            let expiry = expiry(exception).unwrap_or(Tick::MAX);
            let (from, until) = (
                tick::clamped(from.timestamp()),
                tick::clamped(until.timestamp()),
            );
            let phase = if exception.plan.open.is_empty() {
                Phase::Closed
            } else {
                Phase::Open
            };
            paint(&mut self.segments, end, from, until.min(expiry), |old| {
                let beaten = causes.get(old);
                if let RuleKey::Override(serial) = beaten.ladder[0]
                    && let Some(other) = rules.exception(serial)
                    && Rules::rank(other) > Rules::rank(exception)
                {
                    return old;
                }
                let mut ladder = vec![RuleKey::Override(exception.serial)];
                ladder.extend(&beaten.ladder);
                let cause = Cause {
                    phase,
                    ladder: ladder.into(),
                    holiday: beaten.holiday.clone(),
                    assumed_normal: false,
                    tail: false,
                };
                causes.intern(cause)
            });
        }
    }
}

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(chrono::NaiveTime::MIN)
}
