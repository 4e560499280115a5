//! The one compiled form from which every answer derives: segments of constant state and reason, sorted,
//! with the open time before each.

use std::collections::HashMap;
use std::sync::Arc;

use crate::rules::RuleKey;
use crate::tick::Tick;

/// Open, closed, or not to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    Closed,
    Open,
    Unknown,
}

/// Why a segment is as it is. Interned: a year has some dozens of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Cause {
    pub(crate) phase: Phase,
    /// Who decides, then those beaten, from the strongest. Never empty.
    pub(crate) ladder: Box<[RuleKey]>,
    pub(crate) holiday: Option<Arc<str>>,
    pub(crate) assumed_normal: bool,
    /// The rest of a shift that began the day before.
    pub(crate) tail: bool,
}

/// The index of a [`Cause`] with its phase in the two highest bits, so that most queries never touch the
/// cause itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CauseId(u32);

impl CauseId {
    const OPEN: u32 = 1 << 31;
    const UNKNOWN: u32 = 1 << 30;

    fn new(index: usize, phase: Phase) -> Self {
        let flag = match phase {
            Phase::Closed => 0,
            Phase::Open => Self::OPEN,
            Phase::Unknown => Self::UNKNOWN,
        };
        // Causes are combinations of rules and names: far fewer than 2^30.
        Self(index as u32 | flag)
    }

    pub(crate) fn phase(self) -> Phase {
        match self.0 & (Self::OPEN | Self::UNKNOWN) {
            0 => Phase::Closed,
            Self::OPEN => Phase::Open,
            _ => Phase::Unknown,
        }
    }

    fn index(self) -> usize {
        (self.0 & !(Self::OPEN | Self::UNKNOWN)) as usize
    }
}

/// Gives equal causes one id.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    table: Vec<Cause>,
    ids: HashMap<Cause, CauseId>,
}

impl Causes {
    pub(crate) fn intern(&mut self, cause: Cause) -> CauseId {
        if let Some(&id) = self.ids.get(&cause) {
            return id;
        }
        let id = CauseId::new(self.table.len(), cause.phase);
        self.table.push(cause.clone());
        self.ids.insert(cause, id);
        id
    }

    pub(crate) fn get(&self, id: CauseId) -> &Cause {
        &self.table[id.index()]
    }
}

/// A state that begins at `start` and lasts until the next segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) start: Tick,
    pub(crate) cause: CauseId,
}

/// Changes the cause of `[from, until)` in segments that end at `end`.
pub(crate) fn paint(
    segments: &mut Vec<Segment>,
    end: Tick,
    from: Tick,
    until: Tick,
    mut cause: impl FnMut(CauseId) -> CauseId,
) {
    let Some(first) = segments.first() else {
        return;
    };
    let (from, until) = (from.max(first.start), until.min(end));
    if from >= until {
        return;
    }
    let start = split(segments, from);
    let stop = if until == end {
        segments.len()
    } else {
        split(segments, until)
    };
    for segment in &mut segments[start..stop] {
        segment.cause = cause(segment.cause);
    }
}

/// Makes a segment begin at `tick`, which none of them precedes, and gives its index.
fn split(segments: &mut Vec<Segment>, tick: Tick) -> usize {
    let after = segments.partition_point(|segment| segment.start <= tick);
    let inside = segments[after - 1];
    if inside.start == tick {
        return after - 1;
    }
    segments.insert(
        after,
        Segment {
            start: tick,
            ..inside
        },
    );
    after
}

/// The width of a slot of the index, as a power of two: 18.2 hours, in which few segments begin.
const SLOT: u32 = 16;

/// A stretch of time, compiled. Segments are in separate arrays: a search touches the starts only, and an
/// index by time leaves it a handful of them.
#[derive(Debug)]
pub(crate) struct Timeline {
    pub(crate) from: Tick,
    pub(crate) until: Tick,
    starts: Box<[Tick]>,
    causes: Box<[CauseId]>,
    /// Open seconds from `from` to each segment's start.
    open_before: Box<[u32]>,
    table: Box<[Cause]>,
    /// For each slot since `from`, the segment at its beginning; one slot more at the end.
    slots: Box<[u32]>,
}

impl Timeline {
    /// Segments must begin at `from`, be sorted and not be empty.
    pub(crate) fn new(from: Tick, until: Tick, segments: &[Segment], causes: Causes) -> Self {
        let mut starts: Vec<Tick> = Vec::with_capacity(segments.len());
        let mut ids: Vec<CauseId> = Vec::with_capacity(segments.len());
        let mut open_before = Vec::with_capacity(segments.len());
        let mut open = 0;
        for segment in segments {
            if ids.last() == Some(&segment.cause) {
                continue;
            }
            if let (Some(&last), Some(id)) = (starts.last(), ids.last())
                && id.phase() == Phase::Open
            {
                open += segment.start - last;
            }
            starts.push(segment.start);
            ids.push(segment.cause);
            open_before.push(open);
        }
        let count = ((until - from) >> SLOT) + 2;
        let mut first = 0;
        let slots = (0..count).map(|slot| {
            let begins = u64::from(from) + (u64::from(slot) << SLOT);
            while starts
                .get(first + 1)
                .is_some_and(|&start| u64::from(start) <= begins)
            {
                first += 1;
            }
            // A timeline has fewer segments than seconds.
            first as u32
        });
        Self {
            slots: slots.collect(),
            from,
            until,
            starts: starts.into(),
            causes: ids.into(),
            open_before: open_before.into(),
            table: causes.table.into(),
        }
    }

    /// This timeline with the stretch of `part`, which lies within, put in its place.
    pub(crate) fn replaced(&self, part: &Self) -> Self {
        let mut causes = Causes::default();
        let mut segments = Vec::with_capacity(self.len() + part.len());
        let mut copy = |line: &Self, from: Tick, until: Tick| {
            if from >= until {
                return;
            }
            let ids: Vec<CauseId> = line
                .table
                .iter()
                .map(|cause| causes.intern(cause.clone()))
                .collect();
            for index in line.index_of(from)..line.len() {
                let start = line.starts[index].max(from);
                if start >= until {
                    break;
                }
                segments.push(Segment {
                    start,
                    cause: ids[line.causes[index].index()],
                });
            }
        };
        copy(self, self.from, part.from);
        copy(part, part.from, part.until);
        copy(self, part.until, self.until);
        Self::new(self.from, self.until, &segments, causes)
    }

    /// The segment that holds `tick`, which must be in `from..until`.
    #[inline]
    pub(crate) fn index_of(&self, tick: Tick) -> usize {
        let slot = ((tick - self.from) >> SLOT) as usize;
        let (first, last) = (self.slots[slot] as usize, self.slots[slot + 1] as usize);
        first + self.starts[first + 1..=last].partition_point(|&start| start <= tick)
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(crate) fn start(&self, index: usize) -> Tick {
        self.starts[index]
    }

    pub(crate) fn end(&self, index: usize) -> Tick {
        self.starts.get(index + 1).copied().unwrap_or(self.until)
    }

    pub(crate) fn phase(&self, index: usize) -> Phase {
        self.causes[index].phase()
    }

    pub(crate) fn cause(&self, index: usize) -> &Cause {
        &self.table[self.causes[index].index()]
    }

    /// The first segment after `index` in another phase, if it is in this timeline.
    #[inline]
    pub(crate) fn end_of_phase(&self, index: usize) -> Option<usize> {
        let phase = self.phase(index);
        let later = self.causes[index + 1..]
            .iter()
            .position(|cause| cause.phase() != phase)?;
        Some(index + 1 + later)
    }

    /// When `phase` begins for the first time after `index`, if that is in this timeline and everything in
    /// it is known.
    #[inline]
    pub(crate) fn next_start_of(&self, phase: Phase, index: usize) -> Option<Tick> {
        let mut next = self.end_of_phase(index)?;
        if self.phase(index) == phase {
            next = self.end_of_phase(next)?;
        }
        Some(self.starts[next])
    }

    /// The first segment of the phase at `index`, if the one before it is in this timeline.
    #[inline]
    pub(crate) fn start_of_phase(&self, index: usize) -> Option<usize> {
        let phase = self.phase(index);
        let other = self.causes[..index]
            .iter()
            .rposition(|cause| cause.phase() != phase)?;
        Some(other + 1)
    }

    /// Open seconds from `from` to `tick`, which lies in this segment or at its end.
    #[inline]
    pub(crate) fn open_until(&self, index: usize, tick: Tick) -> u32 {
        let inside = if self.phase(index) == Phase::Open {
            tick - self.starts[index]
        } else {
            0
        };
        self.open_before[index] + inside
    }

    pub(crate) fn total_open(&self) -> u32 {
        self.open_until(self.len() - 1, self.until)
    }

    /// The earliest tick before which `open` seconds are open, where `0 < open <= total_open()` and that
    /// is not before the segment `from`.
    pub(crate) fn earliest_with(&self, from: usize, open: u32) -> Tick {
        // The last segment with less open time before it is the one in which the sum is reached. It is
        // near by as a rule: steps double until it is passed.
        let (mut low, mut step) = (from, 1);
        while self
            .open_before
            .get(low + step)
            .is_some_and(|&before| before < open)
        {
            low += step;
            step *= 2;
        }
        let high = (low + step).min(self.len());
        let index = low + self.open_before[low + 1..high].partition_point(|&before| before < open);
        self.starts[index] + (open - self.open_before[index])
    }

    /// The latest tick before which no more than `open` seconds are open, where `open < total_open()` and
    /// that is not after the segment `until`.
    pub(crate) fn latest_with(&self, until: usize, open: u32) -> Tick {
        let (mut high, mut step) = (until, 1);
        while high > 0 && self.open_before[high] > open {
            high = high.saturating_sub(step);
            step *= 2;
        }
        let last = (high + step).min(until + 1);
        let index =
            high + self.open_before[high + 1..last].partition_point(|&before| before <= open);
        self.starts[index] + (open - self.open_before[index])
    }

    /// Bytes on the heap, without the words of holidays.
    pub(crate) fn heap_size(&self) -> usize {
        self.len() * (size_of::<Tick>() + size_of::<CauseId>() + size_of::<u32>())
            + size_of_val(&*self.slots)
            + self
                .table
                .iter()
                .map(|cause| size_of_val(cause) + size_of_val(&*cause.ladder))
                .sum::<usize>()
    }
}
