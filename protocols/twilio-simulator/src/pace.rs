//! Virtual time that follows wall time, for hosts in other processes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::sync::Notify;

use crate::error::Error;

/// Scaled wall time: a virtual instant, the wall instant at which it is that, and how many virtual
/// seconds pass in one real second.
///
/// A host in another process cannot share a [`VirtualClock`](crate::VirtualClock). It shares these
/// three values instead, as flags, and reckons the same time from its own clock:
///
/// ```
/// use chrono::{DateTime, Utc};
/// use twilio_simulator::ScaledTime;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let epoch: DateTime<Utc> = "2026-01-05T09:00:00Z".parse()?;
/// let start: DateTime<Utc> = "2026-11-21T12:00:00Z".parse()?;
/// let time = ScaledTime::new(epoch, start, 60.0)?;
/// let wall: DateTime<Utc> = "2026-11-21T12:00:03Z".parse()?;
/// assert_eq!(time.at(wall), "2026-01-05T09:03:00Z".parse::<DateTime<Utc>>()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaledTime {
    epoch: DateTime<Utc>,
    start: DateTime<Utc>,
    speed: f64,
}

impl ScaledTime {
    /// It is `epoch` at the wall instant `start`, and time passes `speed` times as fast.
    ///
    /// # Errors
    /// [`Error::Speed`] for a speed that is not above zero.
    pub fn new(epoch: DateTime<Utc>, start: DateTime<Utc>, speed: f64) -> Result<Self, Error> {
        if speed.is_finite() && speed > 0.0 {
            Ok(Self {
                epoch,
                start,
                speed,
            })
        } else {
            Err(Error::Speed(speed))
        }
    }

    /// The virtual instant at a wall instant.
    #[must_use]
    pub fn at(&self, wall: DateTime<Utc>) -> DateTime<Utc> {
        scaled(wall - self.start, self.speed)
            .and_then(|passed| self.epoch.checked_add_signed(passed))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The wall instant of a virtual instant.
    #[must_use]
    pub fn wall_at(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        scaled(instant - self.epoch, 1.0 / self.speed)
            .and_then(|passed| self.start.checked_add_signed(passed))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// How many virtual seconds pass in one real second.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }
}

/// As flags: `--epoch 2026-01-05T09:00:00Z --start 2026-11-21T12:00:00Z --speed 60`.
impl fmt::Display for ScaledTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let (epoch, start) = (instant(self.epoch), instant(self.start));
        write!(f, "--epoch {epoch} --start {start} --speed {}", self.speed)
    }
}

/// Microseconds are exact in an `f64` for 285 years.
fn scaled(time: TimeDelta, factor: f64) -> Option<TimeDelta> {
    let micros = time.num_microseconds()? as f64 * factor;
    // A float that is beyond an i64 becomes its nearest end, which no instant can be moved by.
    Some(TimeDelta::microseconds(micros.round() as i64))
}

/// What makes a simulator keep to wall time: the scale, and who reads the wall clock.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use twilio_simulator::{Pace, ScaledTime};
///
/// # fn main() -> Result<(), twilio_simulator::Error> {
/// # let read_wall_clock = || DateTime::<Utc>::UNIX_EPOCH;
/// // A program passes `Utc::now`.
/// let now = read_wall_clock();
/// let twice_as_fast = Pace::new(ScaledTime::new(now, now, 2.0)?, read_wall_clock);
/// # let _ = twice_as_fast;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Pace {
    time: ScaledTime,
    wall: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// The REST interface was used, so what comes next may be another thing.
    disturbed: Arc<Notify>,
}

impl Pace {
    /// Keeps to this time, by this wall clock.
    #[must_use]
    pub fn new(time: ScaledTime, wall: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            time,
            wall: Arc::new(wall),
            disturbed: Arc::new(Notify::new()),
        }
    }

    /// The virtual instant by the wall clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.time.at((self.wall)())
    }

    pub(crate) fn disturb(&self) {
        self.disturbed.notify_one();
    }

    /// Waits in real time until this virtual instant; says whether it has come, as against the
    /// REST interface having been used before.
    pub(crate) async fn reaches(&self, instant: DateTime<Utc>) -> bool {
        let Ok(time) = (self.time.wall_at(instant) - (self.wall)()).to_std() else {
            return true;
        };
        // tokio's timers count milliseconds; waking a little late is better than spinning.
        let time = time.min(LONGEST_SLEEP);
        tokio::select! {
            biased;
            () = self.disturbed.notified() => false,
            () = tokio::time::sleep(time) => self.now() >= instant,
        }
    }
}

/// What is slept at once; longer waits are slept in parts.
const LONGEST_SLEEP: Duration = Duration::from_secs(3_600);

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace")
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn there_and_back() {
        let (epoch, start) = (
            instant("2026-01-05T09:00:00Z"),
            instant("2026-11-21T12:00:00Z"),
        );
        for speed in [0.1, 1.0, 60.0, 3_600.0] {
            let time = ScaledTime::new(epoch, start, speed).unwrap();
            let later = epoch + TimeDelta::seconds(36_000);
            let there_and_back = time.at(time.wall_at(later));
            let off = (there_and_back - later).num_microseconds().unwrap().abs();
            assert!(off as f64 <= speed.max(1.0), "{off} µs at {speed}");
        }
    }

    #[test]
    fn time_must_pass() {
        let epoch = instant("2026-01-05T09:00:00Z");
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(ScaledTime::new(epoch, epoch, speed).is_err(), "{speed}");
        }
    }

    #[test]
    fn no_instant_is_too_far() {
        let epoch = instant("2026-01-05T09:00:00Z");
        let time = ScaledTime::new(epoch, epoch, 1e9).unwrap();
        assert_eq!(time.at(DateTime::<Utc>::MAX_UTC), DateTime::<Utc>::MAX_UTC);
        let _ = time.wall_at(DateTime::<Utc>::MAX_UTC);
    }
}
