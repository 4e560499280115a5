//! A host's clock that can be wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::VirtualClock;

/// The virtual time as a host reads it whose clock jumps: after an adjustment, or on another
/// machine.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// # let sim = twilio_simulator::Simulator::builder(
/// #     "AC00000000000000000000000000000000", "secret").build().await?;
/// use chrono::TimeDelta;
/// use twilio_simulator::HostClock;
///
/// let clock = HostClock::of(sim.clock());
/// clock.jump(TimeDelta::seconds(-90));
/// assert_eq!(clock.now(), sim.now() - TimeDelta::seconds(90));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HostClock {
    true_time: VirtualClock,
    /// How much it is ahead, in microseconds.
    ahead: Arc<AtomicI64>,
}

impl HostClock {
    /// A clock that is right so far.
    #[must_use]
    pub fn of(clock: VirtualClock) -> Self {
        Self {
            true_time: clock,
            ahead: Arc::default(),
        }
    }

    /// What the host takes for the time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let ahead = TimeDelta::microseconds(self.ahead.load(Ordering::SeqCst));
        let now = self.true_time.now();
        now.checked_add_signed(ahead).unwrap_or(now)
    }

    /// Puts the clock forward, or back, from here on; all its clones with it.
    pub fn jump(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or_default();
        self.ahead.fetch_add(by, Ordering::SeqCst);
    }
}
