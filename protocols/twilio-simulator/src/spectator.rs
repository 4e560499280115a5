//! Looking on from outside.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::call::Call;
use crate::switch::Switch;
use crate::transcript::{Entry, Transcript};

/// Sees what a [`Simulator`](crate::Simulator) does while it runs, from another task or thread.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// # let mut sim = twilio_simulator::Simulator::builder(
/// #     "AC00000000000000000000000000000000", "secret").build().await?;
/// let spectator = sim.spectator();
/// sim.run_until_idle().await?;
/// assert_eq!(spectator.tally().legs, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Spectator {
    switch: Arc<Mutex<Switch>>,
}

/// How much has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Legs that have begun: calls from and to the account, and what they dialled.
    pub legs: u64,
    /// Those of them that are over.
    pub ended: u64,
    /// Requests to the host.
    pub requests: u64,
}

impl Spectator {
    pub(crate) fn new(switch: Arc<Mutex<Switch>>) -> Self {
        Self { switch }
    }

    /// The transcript from its `seen`th entry on.
    #[must_use]
    pub fn entries_after(&self, seen: usize) -> Vec<Entry> {
        let switch = self.switch();
        let entries = switch.transcript().entries();
        entries.get(seen..).unwrap_or_default().to_vec()
    }

    /// What has happened so far.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        self.switch().transcript().clone()
    }

    /// All calls that have begun, in that order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.switch().calls()
    }

    /// How much has happened, however many calls there are in constant time.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.switch().tally()
    }

    fn switch(&self) -> MutexGuard<'_, Switch> {
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Spectator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spectator").finish_non_exhaustive()
    }
}

/// Prints the transcript to standard error when the thread panics while this is held, so that an
/// assertion that fails comes with everything that led to it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// # let mut sim = twilio_simulator::Simulator::builder(
/// #     "AC00000000000000000000000000000000", "secret").build().await?;
/// let _told = sim.told_on_panic();
/// sim.run_until_idle().await?;
/// assert!(sim.calls().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "it tells only if it is held when the panic comes"]
pub struct ToldOnPanic {
    spectator: Spectator,
}

impl ToldOnPanic {
    pub(crate) fn new(spectator: Spectator) -> Self {
        Self { spectator }
    }
}

impl Drop for ToldOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("What happened until then:\n{}", self.spectator.transcript());
        }
    }
}
