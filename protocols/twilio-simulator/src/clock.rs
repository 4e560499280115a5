//! The time of the simulated world.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// The simulator's clock: cheap to clone, shared with the host under test.
///
/// It stands still while the host answers a request and jumps from one event to the next; nothing
/// but the [`Simulator`](crate::Simulator) moves it. Resolution: one microsecond.
///
/// A host in the same process reads its time here, wherever it would ask the operating system:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// # let sim = twilio_simulator::Simulator::builder(
/// #     "AC00000000000000000000000000000000", "secret").build().await?;
/// let clock = sim.clock();
/// let read_clock = move || clock.now();
/// assert_eq!(read_clock(), sim.now());
/// # Ok(())
/// # }
/// ```
///
/// With a [`Pace`](crate::Pace), it follows wall time instead.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<AtomicI64>);

impl VirtualClock {
    pub(crate) fn starting_at(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(instant.timestamp_micros())))
    }

    /// The virtual instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::microseconds(self.0.load(Ordering::SeqCst))
    }

    /// Time never runs backwards: an earlier instant leaves the clock where it is.
    pub(crate) fn advance_to(&self, instant: DateTime<Utc>) {
        self.0
            .fetch_max(instant.timestamp_micros(), Ordering::SeqCst);
    }
}
