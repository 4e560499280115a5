//! Which timeline holds an instant: a window of years compiled at once, and around it single years, each
//! compiled at the first question about it and then kept.

use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

use crate::source::Source;
use crate::tick::{self, Tick};
use crate::timeline::{Cause, Phase, Timeline};
use crate::{QueryError, SUPPORTED_YEARS};

#[derive(Debug)]
pub(crate) struct Pieces {
    source: Source,
    window: Option<Arc<Timeline>>,
    /// By year since the first supported one; those within the window stay empty.
    years: Box<[OnceLock<Arc<Timeline>>]>,
    /// The phase that nothing in the rules can ever leave: a search would go on to the end of time.
    forever: Option<Phase>,
    may_be_unknown: bool,
}

impl Pieces {
    pub(crate) fn new(source: Source, window: Option<RangeInclusive<i32>>) -> Self {
        let window = window.map(|years| {
            let (from, until) = (
                tick::of_year(*years.start()),
                tick::of_year(*years.end() + 1),
            );
            Arc::new(source.compile(from, until))
        });
        Self {
            forever: source.forever(),
            may_be_unknown: source.may_be_unknown(),
            source,
            window,
            years: SUPPORTED_YEARS.map(|_| OnceLock::new()).collect(),
        }
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Whether nothing in the rules can ever end this phase.
    pub(crate) fn never_leaves(&self, phase: Phase) -> bool {
        self.forever == Some(phase)
    }

    /// Whether there can be segments about which nothing may be said.
    pub(crate) fn may_be_unknown(&self) -> bool {
        self.may_be_unknown
    }

    /// The timeline that holds `tick`, which must be supported.
    #[inline]
    pub(crate) fn at(&self, tick: Tick) -> &Timeline {
        match &self.window {
            Some(window) if (window.from..window.until).contains(&tick) => window,
            _ => self.year_at(tick),
        }
    }

    fn year_at(&self, tick: Tick) -> &Timeline {
        let year = tick::year(tick);
        // A supported tick has a supported year.
        let slot = &self.years[(year - SUPPORTED_YEARS.start()) as usize];
        slot.get_or_init(|| {
            let (from, until) = (tick::of_year(year), tick::of_year(year + 1));
            Arc::new(self.source.compile(from, until))
        })
    }

    /// The segment that holds `tick`, which must be supported.
    #[inline]
    pub(crate) fn segment(&self, tick: Tick) -> Place<'_> {
        let line = self.at(tick);
        Place {
            pieces: self,
            line,
            index: line.index_of(tick),
            tick,
        }
    }

    /// The same rules and years after a change of rules that has an effect in `changed` only: other
    /// pieces are shared.
    pub(crate) fn changed(&self, source: Source, changed: Option<(Tick, Tick)>) -> Self {
        let keeps = |line: &Timeline| match changed {
            // An override of a date that the zone skipped changes nothing at all.
            Some((from, until)) => from >= until || line.until <= from || until <= line.from,
            None => false,
        };
        let window = self.window.as_ref().map(|window| {
            if keeps(window) {
                return Arc::clone(window);
            }
            let (from, until) = changed.unwrap_or((window.from, window.until));
            let (from, until) = (from.max(window.from), until.min(window.until));
            let part = source.compile(from, until);
            Arc::new(window.replaced(&part))
        });
        let years = self.years.iter().map(|slot| match slot.get() {
            Some(line) if keeps(line) => OnceLock::from(Arc::clone(line)),
            _ => OnceLock::new(),
        });
        Self {
            forever: source.forever(),
            may_be_unknown: source.may_be_unknown(),
            years: years.collect(),
            window,
            source,
        }
    }

    pub(crate) fn heap_size(&self) -> usize {
        let years = self.years.iter().filter_map(OnceLock::get);
        self.window
            .iter()
            .chain(years)
            .map(|line| line.heap_size())
            .sum()
    }
}

/// A segment in one of the pieces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'s> {
    pieces: &'s Pieces,
    pub(crate) line: &'s Timeline,
    pub(crate) index: usize,
    tick: Tick,
}

impl<'s> Place<'s> {
    pub(crate) fn phase(&self) -> Phase {
        self.line.phase(self.index)
    }

    /// The tick in it that was asked for, or the one at which a search entered it.
    pub(crate) fn tick(&self) -> Tick {
        self.tick
    }

    /// The timeline that holds another tick, which must be supported.
    pub(crate) fn line_at(&self, tick: Tick) -> &'s Timeline {
        self.pieces.at(tick)
    }

    pub(crate) fn start(&self) -> Tick {
        self.line.start(self.index)
    }

    pub(crate) fn end(&self) -> Tick {
        self.line.end(self.index)
    }

    /// This place if its state may be told.
    #[inline]
    pub(crate) fn known(self) -> Result<Self, QueryError> {
        if self.phase() == Phase::Unknown {
            let date = self.pieces.source.uncovered(self.tick);
            return Err(QueryError::HolidaysUnknown { date });
        }
        Ok(self)
    }

    pub(crate) fn cause(&self) -> &'s Cause {
        self.line.cause(self.index)
    }

    /// The first place after this one in another phase, also in later pieces; `None` if there is none in
    /// the supported years.
    #[inline]
    pub(crate) fn end_of_phase(self) -> Result<Option<Self>, QueryError> {
        if self.pieces.never_leaves(self.phase()) {
            return Ok(None);
        }
        let mut last = self;
        loop {
            if let Some(index) = last.line.end_of_phase(last.index) {
                return Self {
                    index,
                    tick: last.line.start(index),
                    ..last
                }
                .known()
                .map(Some);
            }
            if last.line.until >= tick::END {
                return Ok(None);
            }
            let next = self.pieces.segment(last.line.until);
            if next.phase() != self.phase() {
                return next.known().map(Some);
            }
            last = next;
        }
    }

    /// The first place of the phase that this one is in, also in earlier pieces; `None` if it reaches back
    /// to the beginning of the supported years.
    #[inline]
    pub(crate) fn start_of_phase(self) -> Result<Option<Self>, QueryError> {
        if self.pieces.never_leaves(self.phase()) {
            return Ok(None);
        }
        let mut first = self;
        loop {
            if let Some(index) = first.line.start_of_phase(first.index) {
                let start = Self {
                    index,
                    tick: first.line.start(index),
                    ..first
                };
                Self {
                    index: index - 1,
                    tick: start.tick - 1,
                    ..first
                }
                .known()?;
                return Ok(Some(start));
            }
            if first.line.from <= tick::FIRST {
                return Ok(None);
            }
            let previous = self.pieces.segment(first.line.from - 1);
            if previous.phase() != self.phase() {
                previous.known()?;
                return Ok(Some(Self {
                    index: 0,
                    tick: first.line.from,
                    ..first
                }));
            }
            first = previous;
        }
    }

    /// The segment after this one, also in the next piece.
    pub(crate) fn next(self) -> Option<Self> {
        if self.index + 1 < self.line.len() {
            return Some(Self {
                index: self.index + 1,
                tick: self.end(),
                ..self
            });
        }
        let until = self.line.until;
        (until < tick::END).then(|| self.pieces.segment(until))
    }

    /// The segment before this one, also in the previous piece.
    pub(crate) fn previous(self) -> Option<Self> {
        if self.index > 0 {
            return Some(Self {
                index: self.index - 1,
                tick: self.start() - 1,
                ..self
            });
        }
        let from = self.line.from;
        (from > tick::FIRST).then(|| self.pieces.segment(from - 1))
    }
}
