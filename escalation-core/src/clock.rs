//! The seams to time. Nothing in this crate reads a clock by itself.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

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

    /// Resolves when the time has come, at once if it has passed. Dropping it is harmless.
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
    sleepers: Vec<(DateTime<Utc>, Waker)>,
}

impl VirtualTimer {
    /// A timer that shows this time.
    #[must_use]
    pub const fn new(now: DateTime<Utc>) -> Self {
        Self {
            state: Mutex::new(VirtualTime {
                now,
                sleepers: Vec::new(),
            }),
        }
    }

    /// Shows this time from now on, be it later or earlier, and wakes who has slept long enough.
    pub fn set(&self, now: DateTime<Utc>) {
        let mut woken = Vec::new();
        {
            let mut state = self.lock();
            state.now = now;
            state.sleepers.retain(|(until, waker)| {
                let sleeps = *until > now;
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

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        poll_fn(|context| {
            let mut state = self.lock();
            if state.now >= instant {
                return Poll::Ready(());
            }
            let waker = context.waker();
            let known = |(until, other): &(DateTime<Utc>, Waker)| {
                *until == instant && other.will_wake(waker)
            };
            if !state.sleepers.iter().any(known) {
                state.sleepers.push((instant, waker.clone()));
            }
            Poll::Pending
        })
        .await;
    }
}
