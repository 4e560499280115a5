//! Time as the simulator and an app in another process share it.

use chrono::{DateTime, Utc};
use twilio_simulator::{Error, Pace, ScaledTime};

/// Flags of time: an app that is given the same three reckons the same time.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Time {
    /// Virtual seconds in one real second; without it, time jumps from one event to the next.
    #[arg(long, value_name = "FACTOR")]
    pub(crate) speed: Option<f64>,
    /// The virtual instant at which it begins (RFC 3339); the scenario's "starts_at" without it.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) epoch: Option<DateTime<Utc>>,
    /// The wall instant at which it is that (RFC 3339); now without it.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) start: Option<DateTime<Utc>>,
}

impl Time {
    /// Wall time at this speed unless the flags say otherwise.
    pub(crate) fn scaled(
        &self,
        speed: f64,
        epoch: Option<DateTime<Utc>>,
    ) -> Result<ScaledTime, Error> {
        let now = wall();
        let start = self.start.unwrap_or(now);
        let epoch = self.epoch.or(epoch).unwrap_or(now);
        ScaledTime::new(epoch, start, self.speed.unwrap_or(speed))
    }
}

/// Keeps to this time by the clock on the wall.
pub(crate) fn pace(time: ScaledTime) -> Pace {
    Pace::new(time, wall)
}

/// The one place where the program reads the wall clock for virtual time.
#[expect(clippy::disallowed_methods, reason = "a pace follows the wall clock")]
pub(crate) fn wall() -> DateTime<Utc> {
    Utc::now()
}
