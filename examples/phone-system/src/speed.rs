//! How fast the system's clock runs, against the clock on the wall.

use std::time::Duration;

use chrono::TimeDelta;

/// How many seconds of the system's clock pass in one second on the wall.
///
/// ```
/// use std::time::Duration;
/// use chrono::TimeDelta;
/// use phone_system::Speed;
///
/// let speed = Speed::times(4.0).ok_or("not a speed")?;
/// assert_eq!(speed.on_the_wall(TimeDelta::minutes(3)), Duration::from_secs(45));
/// assert_eq!(Speed::times(0.0), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed(f64);

impl Speed {
    /// As in life.
    pub const REAL: Self = Self(1.0);

    /// So many times as fast as in life: a number above 0 and up to 1000; nothing else is a speed.
    #[must_use]
    pub fn times(factor: f64) -> Option<Self> {
        (factor > 0.0 && factor <= 1_000.0).then_some(Self(factor))
    }

    /// The factor.
    #[must_use]
    pub fn factor(self) -> f64 {
        self.0
    }

    /// How long a time of the system's clock lasts on the wall; nothing, for one that is over.
    #[must_use]
    pub fn on_the_wall(self, time: TimeDelta) -> Duration {
        let time = time.to_std().unwrap_or_default().as_secs_f64() / self.0;
        Duration::try_from_secs_f64(time).unwrap_or(Duration::MAX)
    }
}
