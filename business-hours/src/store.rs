//! Where live overrides are kept, so that many servers see the same pause.

mod memory;

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use thiserror::Error;

pub use memory::InMemoryOverrides;

use crate::text_serde::serde_as_text;
use crate::{BuildErrors, Override, OverrideId, ParseError, Schedule};

/// Keeps the live overrides of schedules: the "pause now" of one server is seen by all.
///
/// # Contract
/// * Schedules do not see each other's overrides, versions included.
/// * Each write is atomic and durable when it returns; writes to one schedule have one order.
/// * [`put`](Self::put) adds an override as the latest one, in place of one with the same id.
///   [`remove`](Self::remove) of one that is not there changes nothing and is no error.
/// * Every write that changes something gives a version greater than any before it; a write that changes
///   nothing gives the current one. A schedule that was never written has [`Version::INITIAL`].
/// * [`snapshot`](Self::snapshot) is one consistent state: the overrides are exactly those of its version,
///   the oldest first, as they were put (instants may be cut to whole microseconds).
/// * Once a write has returned, every later read by anyone sees it.
#[async_trait]
pub trait OverrideStore: Send + Sync + fmt::Debug {
    /// Adds an override as the latest, in place of one with the same id.
    async fn put(&self, schedule: &ScheduleId, exception: Override) -> Result<Version, StoreError>;

    /// Removes an override if it is there.
    async fn remove(&self, schedule: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError>;

    /// Removes what has no effect from `now` on: overrides that expire, or are intervals that end, at or
    /// before `now`. Others stay, also those of past dates, which still explain the past.
    async fn remove_expired(
        &self,
        schedule: &ScheduleId,
        now: DateTime<Utc>,
    ) -> Result<Version, StoreError>;

    /// The current version; cheap, for polling.
    async fn version(&self, schedule: &ScheduleId) -> Result<Version, StoreError>;

    /// All overrides and their version.
    async fn snapshot(&self, schedule: &ScheduleId) -> Result<Snapshot, StoreError>;
}

/// Which schedule an override belongs to, in the words of the host: 1 to 200 characters, none of them a
/// control character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScheduleId(Box<str>);

impl ScheduleId {
    /// Checks and takes the name.
    ///
    /// # Errors
    /// When it is empty, too long or has control characters.
    pub fn new(name: impl Into<String>) -> Result<Self, ParseError> {
        let name: String = name.into();
        let length = name.chars().count();
        if length == 0 || length > 200 || name.chars().any(char::is_control) {
            return Err(ParseError::new(
                "schedule id",
                &name,
                "must have 1 to 200 characters, none of them a control character",
            ));
        }
        Ok(Self(name.into_boxed_str()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScheduleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ScheduleId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

serde_as_text!(ScheduleId, "the id of a schedule");

/// The state of a schedule's overrides: the greater, the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// Before the first write.
    pub const INITIAL: Self = Self(0);

    /// The version of this number, for implementations of a store.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// The overrides of a schedule at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The version that `overrides` are.
    pub version: Version,
    /// The overrides, the oldest first.
    pub overrides: Vec<Override>,
}

impl Snapshot {
    /// These overrides, oldest first, at this version.
    #[must_use]
    pub fn new(version: Version, overrides: Vec<Override>) -> Self {
        Self { version, overrides }
    }

    /// The schedule with these overrides over its own.
    ///
    /// # Errors
    /// What is wrong with any of them, at once.
    pub fn apply_to(&self, schedule: &Schedule) -> Result<Schedule, BuildErrors> {
        schedule.with_overrides(self.overrides.iter().cloned())
    }
}

/// A store that could not do what it was asked to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be reached or refuses to work at the moment; trying again later may help.
    #[error("the override store is not available: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What it holds cannot be read.
    #[error("the override store holds something unreadable for {schedule}: {source}")]
    Corrupt {
        /// The schedule.
        schedule: ScheduleId,
        /// What is wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
