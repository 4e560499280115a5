//! Taking turns: an async lock, first come, first served, that needs no runtime.
//!
//! A waiter whose future is dropped steps out of the line; a guard that is dropped, even in the
//! middle of an await, passes the turn on.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

#[derive(Debug, Default)]
pub(crate) struct Turn {
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    /// The ticket whose turn it is, when `taken`.
    holder: u64,
    taken: bool,
    last_ticket: u64,
    waiting: VecDeque<(u64, Waker)>,
}

impl Turn {
    pub(crate) fn take(&self) -> Take<'_> {
        Take {
            turn: self,
            ticket: None,
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing in here panics while the line is held; a poisoned line is as good as any.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the turn to the next in line, or frees it.
    fn pass(&self) {
        let next = {
            let mut line = self.line();
            match line.waiting.pop_front() {
                Some((ticket, waker)) => {
                    line.holder = ticket;
                    Some(waker)
                }
                None => {
                    line.taken = false;
                    None
                }
            }
        };
        if let Some(waker) = next {
            waker.wake();
        }
    }
}

/// Waits for the turn.
#[derive(Debug)]
pub(crate) struct Take<'a> {
    turn: &'a Turn,
    /// The number drawn when the turn was not free; `None` again once the guard is handed out.
    ticket: Option<u64>,
}

impl<'a> Future for Take<'a> {
    type Output = TurnGuard<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<TurnGuard<'a>> {
        let turn = self.turn;
        let mut line = turn.line();
        match self.ticket {
            None if !line.taken => line.taken = true,
            None => {
                line.last_ticket += 1;
                let ticket = line.last_ticket;
                line.waiting.push_back((ticket, context.waker().clone()));
                self.ticket = Some(ticket);
                return Poll::Pending;
            }
            Some(ticket) if line.holder == ticket => self.ticket = None,
            Some(ticket) => {
                if let Some((_, waker)) =
                    line.waiting.iter_mut().find(|(other, _)| *other == ticket)
                {
                    waker.clone_from(context.waker());
                }
                return Poll::Pending;
            }
        }
        Poll::Ready(TurnGuard { turn })
    }
}

impl Drop for Take<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut line = self.turn.line();
        if line.holder == ticket {
            // The turn was handed over, and nobody is here to take it.
            drop(line);
            self.turn.pass();
        } else {
            line.waiting.retain(|(other, _)| *other != ticket);
        }
    }
}

/// The turn; dropping it passes it on.
#[derive(Debug)]
pub(crate) struct TurnGuard<'a> {
    turn: &'a Turn,
}

impl Drop for TurnGuard<'_> {
    fn drop(&mut self) {
        self.turn.pass();
    }
}
