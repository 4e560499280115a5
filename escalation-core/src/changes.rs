//! A signal from those who change a store to those who wait for it.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Wakes everyone who waits for a change; stores build
/// [`EscalationStore::changed`](crate::EscalationStore::changed) from it.
#[derive(Debug, Default)]
pub struct Changes {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    announced: u64,
    waiting: Vec<Waker>,
}

impl Changes {
    /// A signal that nobody has given yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Wakes all who wait.
    pub fn announce(&self) {
        let waiting = {
            let mut state = self.lock();
            state.announced = state.announced.wrapping_add(1);
            std::mem::take(&mut state.waiting)
        };
        for waker in waiting {
            waker.wake();
        }
    }

    /// Resolves at the first announcement after it was first polled.
    pub fn changed(&self) -> impl Future<Output = ()> + Send + '_ {
        Changed {
            changes: self,
            seen: None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Changed<'a> {
    changes: &'a Changes,
    seen: Option<u64>,
}

impl Future for Changed<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.changes.lock();
        let announced = state.announced;
        if self.seen.is_some_and(|seen| seen != announced) {
            return Poll::Ready(());
        }
        if !state
            .waiting
            .iter()
            .any(|waker| waker.will_wake(context.waker()))
        {
            state.waiting.push(context.waker().clone());
        }
        drop(state);
        self.seen = Some(announced);
        Poll::Pending
    }
}
