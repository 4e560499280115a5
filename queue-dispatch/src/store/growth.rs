//! How far a log has grown, and who waits for more.

use std::future::poll_fn;
use std::sync::PoisonError;
use std::task::{Poll, Waker};

use crate::sync::{Mutex, MutexGuard};

#[derive(Debug, Default)]
pub(super) struct Growth {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_version: u64,
    last_ticket: u64,
    waiting: Vec<(u64, Waker)>,
}

impl Growth {
    /// The log has grown to this version: wakes everyone who waits.
    pub(super) fn reached(&self, version: u64) {
        let woken = {
            let mut state = self.state();
            state.last_version = state.last_version.max(version);
            std::mem::take(&mut state.waiting)
        };
        for (_, waker) in woken {
            waker.wake();
        }
    }

    /// Resolves once the log is past this version.
    pub(super) async fn past(&self, version: u64) {
        let ticket = {
            let mut state = self.state();
            state.last_ticket += 1;
            Ticket(self, state.last_ticket)
        };
        poll_fn(|context| {
            let mut state = self.state();
            if state.last_version > version {
                return Poll::Ready(());
            }
            match state.waiting.iter_mut().find(|(of, _)| *of == ticket.1) {
                Some((_, waker)) => waker.clone_from(context.waker()),
                None => state.waiting.push((ticket.1, context.waker().clone())),
            }
            Poll::Pending
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever stops waiting leaves no waker behind.
struct Ticket<'a>(&'a Growth, u64);

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.0.state().waiting.retain(|(of, _)| *of != self.1);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    #[test]
    fn who_stops_waiting_leaves_nothing_behind() {
        shuttle::check_random(waiting_and_stopping, 1);
    }

    fn waiting_and_stopping() {
        let growth = Growth::default();
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut waits = pin!(growth.past(0));
            assert!(waits.as_mut().poll(&mut context).is_pending());
            assert!(waits.as_mut().poll(&mut context).is_pending());
            assert_eq!(growth.state().waiting.len(), 1);
        }
        assert!(growth.state().waiting.is_empty());
        growth.reached(3);
        assert!(pin!(growth.past(2)).poll(&mut context).is_ready());
        assert!(pin!(growth.past(3)).poll(&mut context).is_pending());
    }
}
