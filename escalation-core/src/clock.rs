//! The seams to time. Nothing in this crate reads a clock by itself.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar;

/// Tells the time.
///
/// Any function that returns it is a clock:
///
/// ```
/// use chrono::{DateTime, Utc};
/// use escalation_core::Clock;
///
/// let stopped = || DateTime::<Utc>::UNIX_EPOCH;
/// assert_eq!(Clock::now(&stopped).timestamp(), 0);
/// ```
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;
}

impl<F> Clock for F
where
    F: Fn() -> DateTime<Utc> + Send + Sync,
{
    fn now(&self) -> DateTime<Utc> {
        self()
    }
}

/// A clock that one can sleep by. Its implementations belong to a runtime, and so do not live here.
#[async_trait]
pub trait Timer: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;

    /// How much time has passed since some fixed moment, by a stopwatch that nobody sets
    /// (`std::time::Instant`). Where it disagrees with [`now`](Self::now), the clock was set.
    fn elapsed(&self) -> TimeDelta;

    /// Resolves when as much time has passed as lies between now and then, at once if it is past.
    /// Dropping it is harmless.
    async fn sleep_until(&self, instant: DateTime<Utc>);
}

/// A [`Timer`] whose time moves only when it is told to: three minutes pass at once.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use escalation_core::{Timer, VirtualTimer};
///
/// # futures::executor::block_on(async {
/// let timer = VirtualTimer::new(DateTime::UNIX_EPOCH);
/// let later = DateTime::UNIX_EPOCH + TimeDelta::minutes(3);
/// timer.set(later);
/// timer.sleep_until(later).await;
/// assert_eq!(timer.now(), later);
/// # });
/// ```
#[derive(Debug)]
pub struct VirtualTimer {
    state: Mutex<VirtualTime>,
}

#[derive(Debug)]
struct VirtualTime {
    now: DateTime<Utc>,
    elapsed: TimeDelta,
    sleepers: Vec<(TimeDelta, Waker)>,
}

impl VirtualTimer {
    /// A timer that shows this time.
    #[must_use]
    pub const fn new(now: DateTime<Utc>) -> Self {
        Self {
            state: Mutex::new(VirtualTime {
                now,
                elapsed: TimeDelta::zero(),
                sleepers: Vec::new(),
            }),
        }
    }

    /// Lets time pass until the clock shows this, and wakes who has slept long enough. If it shows
    /// a later time already, nothing happens.
    pub fn set(&self, now: DateTime<Utc>) {
        let passed = now.signed_duration_since(self.now());
        if passed <= TimeDelta::zero() {
            return;
        }
        let mut woken = Vec::new();
        {
            let mut state = self.lock();
            state.now = now;
            state.elapsed = calendar::sum(state.elapsed, passed);
            let elapsed = state.elapsed;
            state.sleepers.retain(|(until, waker)| {
                let sleeps = *until > elapsed;
                if !sleeps {
                    woken.push(waker.clone());
                }
                sleeps
            });
        }
        for waker in woken {
            waker.wake();
        }
    }

    /// Sets the clock forward or back by that much, as an operator or a time server does. No time
    /// passes, and nobody is woken.
    pub fn step(&self, by: TimeDelta) {
        let mut state = self.lock();
        state.now = state.now.checked_add_signed(by).unwrap_or(state.now);
    }

    fn lock(&self) -> MutexGuard<'_, VirtualTime> {
        // Nothing that runs under the lock can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Timer for VirtualTimer {
    fn now(&self) -> DateTime<Utc> {
        self.lock().now
    }

    fn elapsed(&self) -> TimeDelta {
        self.lock().elapsed
    }

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        let until = {
            let state = self.lock();
            calendar::sum(state.elapsed, instant.signed_duration_since(state.now))
        };
        poll_fn(|context| {
            let mut state = self.lock();
            if state.elapsed >= until {
                return Poll::Ready(());
            }
            let waker = context.waker();
            let known =
                |(other, sleeper): &(TimeDelta, Waker)| *other == until && sleeper.will_wake(waker);
            if !state.sleepers.iter().any(known) {
                state.sleepers.push((until, waker.clone()));
            }
            Poll::Pending
        })
        .await;
    }
}
