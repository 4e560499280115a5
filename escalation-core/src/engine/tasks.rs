//! Many futures run by one, without a runtime.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

type Task<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Polls each future only when it was woken, and answers as they finish.
pub(super) struct Tasks<'a, T> {
    slots: Vec<Option<Task<'a, T>>>,
    free: Vec<usize>,
    ready: Arc<Ready>,
}

#[derive(Default)]
struct Ready {
    state: Mutex<ReadyState>,
}

#[derive(Default)]
struct ReadyState {
    woken: VecDeque<usize>,
    waiting: Option<Waker>,
}

struct SlotWaker {
    slot: usize,
    ready: Arc<Ready>,
}

impl Ready {
    fn lock(&self) -> MutexGuard<'_, ReadyState> {
        // Only moves happen under the lock, so a poisoned one is still sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        let waiting = {
            let mut state = self.ready.lock();
            state.woken.push_back(self.slot);
            state.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl<'a, T> Tasks<'a, T> {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            ready: Arc::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn push(&mut self, task: impl Future<Output = T> + Send + 'a) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some(Box::pin(task));
        self.ready.lock().woken.push_back(slot);
    }

    /// The answer of the next future that has finished; `None` if there is no future at all.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        loop {
            let slot = {
                let mut state = self.ready.lock();
                let Some(slot) = state.woken.pop_front() else {
                    state.waiting = Some(context.waker().clone());
                    return Poll::Pending;
                };
                slot
            };
            // A waker may be called long after its future has finished.
            let Some(task) = self.slots.get_mut(slot).and_then(Option::as_mut) else {
                continue;
            };
            let waker = Waker::from(Arc::new(SlotWaker {
                slot,
                ready: Arc::clone(&self.ready),
            }));
            if let Poll::Ready(answer) = task.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.slots[slot] = None;
                self.free.push(slot);
                return Poll::Ready(Some(answer));
            }
        }
    }
}
