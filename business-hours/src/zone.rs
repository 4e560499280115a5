//! Civil time: what a wall-clock time means, by a zone that the host may bring along.

mod table;

use std::fmt::Debug;

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::{GapInfo, Tz};

pub use table::ZoneTable;

/// Where a schedule's civil time comes from.
///
/// [`chrono_tz::Tz`] is the default and embeds one release of the tz database, which
/// [`data_version`](Self::data_version) names. That of chrono-tz 0.10.4 is 2025b, since when the rules of 13
/// names have changed: America/Vancouver, Edmonton, Winnipeg, Inuvik, Yellowknife, Rainy_River, Havana,
/// Canada/Pacific, Mountain, Central, Cuba, Africa/Casablanca and El_Aaiun. A host that needs newer data
/// brings them as a [`ZoneTable`] or implements this trait. Implementations must be pure: the same question
/// always has the same answer, since schedules compile the answers.
pub trait Zone: Send + Sync + Debug {
    /// The name that people know it by, `Europe/London`.
    fn name(&self) -> &str;

    /// Which release of the tz database answers, `2025b`, or another word for the source.
    fn data_version(&self) -> &str;

    /// The offset from UTC in force at `instant`.
    fn offset_at(&self, instant: DateTime<Utc>) -> FixedOffset;

    /// What the wall-clock time `local` means.
    fn offset_of_local(&self, local: NaiveDateTime) -> LocalOffset;
}

/// What a wall-clock time means in a [`Zone`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a wall-clock time occurs once, twice or never"
)]
pub enum LocalOffset {
    /// It occurs once, at this offset.
    Unique(FixedOffset),
    /// It occurs twice, because clocks were put back.
    Fold {
        /// The offset of the first occurrence.
        before: FixedOffset,
        /// The offset of the second occurrence.
        after: FixedOffset,
    },
    /// It never occurs, because clocks were put forward over it.
    Gap {
        /// The offset that ended with the change.
        before: FixedOffset,
        /// The first instant after the change.
        change: DateTime<Utc>,
    },
}

impl Zone for Tz {
    fn name(&self) -> &str {
        Self::name(*self)
    }

    fn data_version(&self) -> &str {
        chrono_tz::IANA_TZDB_VERSION
    }

    fn offset_at(&self, instant: DateTime<Utc>) -> FixedOffset {
        self.offset_from_utc_datetime(&instant.naive_utc()).fix()
    }

    fn offset_of_local(&self, local: NaiveDateTime) -> LocalOffset {
        match self.offset_from_local_datetime(&local) {
            MappedLocalTime::Single(offset) => LocalOffset::Unique(offset.fix()),
            MappedLocalTime::Ambiguous(before, after) => LocalOffset::Fold {
                before: before.fix(),
                after: after.fix(),
            },
            MappedLocalTime::None => match GapInfo::new(&local, self).and_then(|gap| gap.begin) {
                Some((begin, before)) => LocalOffset::Gap {
                    before: before.fix(),
                    change: (begin - before.fix()).and_utc(),
                },
                // A time that does not exist has a change of clocks before it, so this is not reached;
                // reading it as UTC is at least a time.
                None => LocalOffset::Unique(Utc.fix()),
            },
        }
    }
}

impl Zone for FixedOffset {
    fn name(&self) -> &str {
        "fixed offset"
    }

    fn data_version(&self) -> &str {
        "fixed"
    }

    fn offset_at(&self, _instant: DateTime<Utc>) -> FixedOffset {
        *self
    }

    fn offset_of_local(&self, _local: NaiveDateTime) -> LocalOffset {
        LocalOffset::Unique(*self)
    }
}

/// The instant that a wall-clock time means, in seconds of the Unix epoch: the RFC 5545 rule
/// (section 3.3.5), which java.time and Temporal call *compatible*. A time that occurs twice is its
/// first occurrence; one that never occurs is read with the offset before the change, which moves it
/// forward by the length of the gap.
pub(crate) fn instant_of(zone: &dyn Zone, local: NaiveDateTime) -> i64 {
    let offset = match zone.offset_of_local(local) {
        LocalOffset::Unique(offset) => offset,
        LocalOffset::Fold { before, .. } | LocalOffset::Gap { before, .. } => before,
    };
    seconds(local, offset)
}

/// The first instant of the date that begins with `midnight`: the first midnight, or the change of
/// clocks when that skips it.
pub(crate) fn start_of_day(zone: &dyn Zone, midnight: NaiveDateTime) -> i64 {
    match zone.offset_of_local(midnight) {
        LocalOffset::Unique(before) | LocalOffset::Fold { before, .. } => seconds(midnight, before),
        LocalOffset::Gap { change, .. } => change.timestamp(),
    }
}

/// The wall-clock time at an instant; saturates at chrono's ends instead of panicking.
pub(crate) fn local_time(zone: &dyn Zone, instant: DateTime<Utc>) -> NaiveDateTime {
    let offset = TimeDelta::seconds(i64::from(zone.offset_at(instant).local_minus_utc()));
    instant
        .naive_utc()
        .checked_add_signed(offset)
        .unwrap_or(instant.naive_utc())
}

fn seconds(local: NaiveDateTime, offset: FixedOffset) -> i64 {
    local.and_utc().timestamp() - i64::from(offset.local_minus_utc())
}
