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
        plain: None,
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
    /// Closed and open by the weekly hours alone.
    plain: Option<(CauseId, CauseId)>,
}

/// A date that exists in the zone, and what holds on it.
struct Day<'r> {
    date: NaiveDate,
    start: Tick,
    end: Tick,
    decision: Decision<'r>,
}

/// A shift that runs on past the end of its day.
struct Tail {
    from: Tick,
    until: Tick,
    phase: Phase,
    rule: RuleKey,
    assumed_normal: bool,
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
        let mut date = first;
        let mut start = tick::clamped(start_of_day(zone, midnight(date)));
        let mut ladder = Vec::new();
        let mut tails = Vec::new();
        let mut segments = Vec::new();
        while date <= last {
            let next = date + Days::new(1);
            let end = tick::clamped(start_of_day(zone, midnight(next)));
            let count = dated.partition_point(|(on, _)| *on <= date);
            let (today, later) = dated.split_at(count);
            dated = later;
            // A date that the zone skipped (Apia's 2011-12-30) has no hours, whatever the rules say.
            if start < end {
                let overrides = today.iter().map(|(_, exception)| *exception);
                let decision = self
                    .rules
                    .decide(date, overrides, std::mem::take(&mut ladder));
                let day = Day {
                    date,
                    start,
                    end,
                    decision,
                };
                tails = self.emit(&day, tails, &mut segments);
                self.append(&segments, from, until);
                ladder = day.decision.ladder;
                ladder.clear();
            }
            (date, start) = (next, end);
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

    /// Fills `segments` with those of one day and gives the shifts that run on into the next.
    fn emit(&mut self, day: &Day<'_>, tails: Vec<Tail>, segments: &mut Vec<Segment>) -> Vec<Tail> {
        let Decision {
            ladder,
            plan,
            assumed_normal,
            unknown,
            ..
        } = &day.decision;
        let holiday: Option<Arc<str>> = day.decision.holiday.map(Arc::from);
        let causes = &mut self.causes;
        let mut cause = |phase, ladder: &[RuleKey], assumed_normal, tail| {
            causes.intern(Cause {
                phase,
                ladder: ladder.into(),
                holiday: holiday.clone(),
                assumed_normal,
                tail,
            })
        };
        let told = |phase| if *unknown { Phase::Unknown } else { phase };
        let mut pair = || {
            let closed = cause(told(Phase::Closed), ladder, *assumed_normal, false);
            (
                closed,
                cause(told(Phase::Open), ladder, *assumed_normal, false),
            )
        };
        // Most days are decided by the weekly hours and nothing else: they need not be looked up.
        let plain =
            **ladder == [RuleKey::Week] && holiday.is_none() && !*assumed_normal && !*unknown;
        let (closed, open) = if plain {
            *self.plain.get_or_insert_with(pair)
        } else {
            pair()
        };

        segments.clear();
        segments.push(Segment {
            start: day.start,
            cause: closed,
        });
        let mut running_on = Vec::new();
        for tail in tails {
            let stronger = ladder[0].strength() > tail.rule.strength();
            if *unknown || stronger && self.rules.base.tails == Tails::Cut {
                continue;
            }
            let mut beaten = vec![tail.rule];
            beaten.extend(ladder.iter().filter(|rule| **rule != tail.rule));
            let id = cause(tail.phase, &beaten, tail.assumed_normal, true);
            paint(segments, day.end, tail.from, tail.until, |_| id);
            if tail.until > day.end {
                running_on.push(tail);
            }
        }
        let zone = &*self.rules.base.zone;
        let at = |seconds: u32| match seconds {
            // Midnight is where the day begins or ends, also when clocks skip it: 24 hours leave no gap.
            0 => day.start,
            86_400 => day.end,
            _ => {
                let local = midnight(day.date) + TimeDelta::seconds(i64::from(seconds));
                tick::clamped(instant_of(zone, local))
            }
        };
        for &(from, until) in &plan.open {
            // A change of clocks within may put the end before the start: then it is never open.
            let (from, until) = (at(from), at(until));
            paint(segments, day.end, from, until, |_| open);
            if until > day.end && from < until {
                running_on.push(Tail {
                    from,
                    until,
                    phase: told(Phase::Open),
                    rule: ladder[0],
                    assumed_normal: *assumed_normal,
                });
            }
        }
        // A working day may borrow the plan of another day of the week, but not its breaks: they would also
        // cut into the shift of the evening before.
        if ladder[0] == RuleKey::Week && !plan.breaks.is_empty() {
            let mut beaten = vec![RuleKey::Break];
            beaten.extend(ladder);
            let on_break = cause(told(Phase::Closed), &beaten, *assumed_normal, false);
            for &(from, until) in &plan.breaks {
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
        running_on
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
