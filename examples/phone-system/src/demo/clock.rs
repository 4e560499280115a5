//! The demo's time: faster than the wall's, and it skips the nights.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use twilio_simulator::{Error, Pace, ScaledTime};

use crate::speed::Speed;

/// Time that runs from an instant of its own at a speed of its own, and can be put forward. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DemoClock {
    time: ScaledTime,
    wall: Arc<dyn Clock>,
    /// How far it was put forward, in microseconds on the wall.
    ahead: Arc<AtomicI64>,
}

impl DemoClock {
    /// It is `epoch` now.
    pub(crate) fn starting_at(
        epoch: DateTime<Utc>,
        speed: Speed,
        wall: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self {
            time: ScaledTime::new(epoch, wall.now(), speed.factor())?,
            wall,
            ahead: Arc::default(),
        })
    }

    /// Puts it forward to this instant, for everyone who reads it; an instant that has passed leaves it as it is.
    pub(crate) fn skip_to(&self, instant: DateTime<Utc>) {
        let missing = self.time.wall_at(instant) - self.advanced();
        let missing = missing.num_microseconds().unwrap_or_default().max(0);
        self.ahead.fetch_add(missing, Ordering::SeqCst);
    }

    /// What keeps the simulator to this time.
    pub(crate) fn pace(&self) -> Pace {
        let this = self.clone();
        Pace::new(self.time, move || this.advanced())
    }

    /// The wall's time, put forward.
    fn advanced(&self) -> DateTime<Utc> {
        self.wall.now() + TimeDelta::microseconds(self.ahead.load(Ordering::SeqCst))
    }
}

impl fmt::Debug for DemoClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoClock")
            .field("time", &self.time)
            .field("ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}

impl Clock for DemoClock {
    fn now(&self) -> DateTime<Utc> {
        self.time.at(self.advanced())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_at_its_speed_and_skips_ahead() {
        let wall = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&wall);
        let wall_clock =
            move || DateTime::UNIX_EPOCH + TimeDelta::seconds(read.load(Ordering::SeqCst));
        let epoch: DateTime<Utc> = "2026-05-01T08:00:00Z".parse().unwrap();
        let speed = Speed::times(4.0).unwrap();
        let clock = DemoClock::starting_at(epoch, speed, Arc::new(wall_clock)).unwrap();
        wall.store(15, Ordering::SeqCst);
        assert_eq!(clock.now(), epoch + TimeDelta::minutes(1));
        clock.skip_to(epoch + TimeDelta::hours(15));
        assert_eq!(clock.now(), epoch + TimeDelta::hours(15));
        assert_eq!(clock.pace().now(), clock.now());
        clock.skip_to(epoch);
        wall.store(30, Ordering::SeqCst);
        assert_eq!(
            clock.now(),
            epoch + TimeDelta::hours(15) + TimeDelta::minutes(1)
        );
    }
}
