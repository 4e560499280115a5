//! The time of one run: a fixed instant, or a timer's.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};

use super::attempt::lease_without_timer;
use crate::Timer;

#[derive(Clone, Copy)]
pub(super) enum Time<'a> {
    /// All of a [`run_once`](crate::Engine::run_once) happens at one instant.
    Fixed(DateTime<Utc>),
    Flowing(&'a dyn Timer),
}

impl Time<'_> {
    pub(super) fn now(self) -> DateTime<Utc> {
        match self {
            Self::Fixed(now) => now,
            Self::Flowing(timer) => timer.now(),
        }
    }

    /// The time that has really passed, whatever was done to the clock.
    pub(super) fn elapsed(self) -> TimeDelta {
        match self {
            Self::Fixed(_) => TimeDelta::zero(),
            Self::Flowing(timer) => timer.elapsed(),
        }
    }

    /// How long a lease on an attempt must be.
    pub(super) fn lease(self, lease: TimeDelta, attempt_timeout: TimeDelta) -> TimeDelta {
        match self {
            Self::Fixed(_) => lease_without_timer(lease, attempt_timeout),
            Self::Flowing(_) => lease,
        }
    }

    /// Waits for an answer until that instant; for ever if time stands still.
    pub(super) async fn until<T>(
        self,
        instant: DateTime<Utc>,
        mut answer: Pin<&mut (impl Future<Output = T> + Send)>,
    ) -> Option<T> {
        let Self::Flowing(timer) = self else {
            return Some(answer.await);
        };
        let mut sleep = pin!(timer.sleep_until(instant));
        poll_fn(|context| {
            if let Poll::Ready(answer) = answer.as_mut().poll(context) {
                return Poll::Ready(Some(answer));
            }
            sleep.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}
