use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};

use super::{LocalOffset, Zone};
use crate::ParseError;

/// A [`Zone`] from a list of its changes of clocks, as a host reads it from the system's TZif files.
///
/// The list must reach over all years that are asked about: a TZif file ends with a rule for the future,
/// which the reader must write out until 2100.
///
/// ```
/// use business_hours::{Zone, ZoneTable};
/// use chrono::FixedOffset;
///
/// let hours = |hours: i32| FixedOffset::east_opt(hours * 3600).ok_or("no offset");
/// let vancouver = ZoneTable::new("America/Vancouver", "2026f", hours(-8)?, [
///     ("2026-03-08T10:00:00Z".parse()?, hours(-7)?), // and there it stays
/// ])?;
/// assert_eq!(vancouver.offset_at("2026-12-01T12:00:00Z".parse()?), hours(-7)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneTable {
    name: String,
    version: String,
    first: FixedOffset,
    changes: Vec<(DateTime<Utc>, FixedOffset)>,
}

impl ZoneTable {
    /// A zone of this name and release of the data, with the offset `first` until the first of the changes,
    /// each of which says from when on which offset is in force.
    ///
    /// # Errors
    /// When the changes are not in order of time, or not more than two days apart (no zone ever did that,
    /// and a wall-clock time could then mean more than two instants).
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        first: FixedOffset,
        changes: impl IntoIterator<Item = (DateTime<Utc>, FixedOffset)>,
    ) -> Result<Self, ParseError> {
        let changes: Vec<_> = changes.into_iter().collect();
        for pair in changes.windows(2) {
            if pair[1].0 - pair[0].0 <= TimeDelta::days(2) {
                return Err(ParseError::new(
                    "changes of clocks",
                    &format!("{}, {}", pair[0].0, pair[1].0),
                    "must be in order of time and more than two days apart",
                ));
            }
        }
        Ok(Self {
            name: name.into(),
            version: version.into(),
            first,
            changes,
        })
    }

    /// The offset before change `index`.
    fn before(&self, index: usize) -> FixedOffset {
        index
            .checked_sub(1)
            .map_or(self.first, |previous| self.changes[previous].1)
    }
}

impl Zone for ZoneTable {
    fn name(&self) -> &str {
        &self.name
    }

    fn data_version(&self) -> &str {
        &self.version
    }

    fn offset_at(&self, instant: DateTime<Utc>) -> FixedOffset {
        self.before(
            self.changes
                .partition_point(|(change, _)| *change <= instant),
        )
    }

    fn offset_of_local(&self, local: NaiveDateTime) -> LocalOffset {
        // Changes are more than two days apart and offsets less than one, so that at most one change can
        // be near enough to matter: the first that local clocks have not passed for sure.
        let seconds = local.and_utc().timestamp();
        let local_of = |change: DateTime<Utc>, offset: FixedOffset| {
            change.timestamp() + i64::from(offset.local_minus_utc())
        };
        let passed = |index: usize| {
            let (change, after) = self.changes[index];
            let latest = after
                .local_minus_utc()
                .max(self.before(index).local_minus_utc());
            change.timestamp() + i64::from(latest) <= seconds
        };
        let (mut low, mut high) = (0, self.changes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if passed(middle) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        let before = self.before(low);
        let Some(&(change, after)) = self.changes.get(low) else {
            return LocalOffset::Unique(before);
        };
        if seconds < local_of(change, before).min(local_of(change, after)) {
            LocalOffset::Unique(before)
        } else if before.local_minus_utc() > after.local_minus_utc() {
            LocalOffset::Fold { before, after }
        } else {
            LocalOffset::Gap { before, change }
        }
    }
}
