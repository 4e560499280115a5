//! Taking turns: an async lock, first come, first served, that needs no runtime.
//!
//! A waiter whose future is dropped steps out of the line; a guard that is dropped, even in the
//! middle of an await, passes the turn on.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, MutexGuard};

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Debug, Default)]
    struct Flag(AtomicBool);

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    /// A task that takes its turn, holds it over one poll, and passes it on.
    struct Task<'a> {
        take: Option<Pin<Box<Take<'a>>>>,
        guard: Option<TurnGuard<'a>>,
        woken: Arc<Flag>,
        started: bool,
        done: bool,
    }

    /// Plays one schedule: each choice polls or drops one of the tasks that may run. Returns how
    /// many choices there were at each point.
    fn play(schedule: &[usize], tasks: usize) -> Vec<usize> {
        let turn = Turn::default();
        let mut all: Vec<Task<'_>> = (0..tasks)
            .map(|_| Task {
                take: Some(Box::pin(turn.take())),
                guard: None,
                woken: Arc::default(),
                started: false,
                done: false,
            })
            .collect();
        let mut widths = Vec::new();
        let mut drops = 0;
        loop {
            // A task runs when it has not started, was woken, or holds the turn.
            let mut choices: Vec<(usize, bool)> = Vec::new();
            for (index, task) in all.iter().enumerate().filter(|(_, task)| !task.done) {
                if !task.started || task.guard.is_some() || task.woken.0.load(Ordering::SeqCst) {
                    choices.push((index, false));
                }
                // One task may be dropped at any time, woken or not.
                if drops == 0 {
                    choices.push((index, true));
                }
            }
            let runs = choices.iter().any(|(_, drop)| !drop);
            assert!(
                runs || all.iter().all(|task| task.done),
                "nobody was woken, and somebody waits"
            );
            if !runs {
                break;
            }
            let choice = schedule.get(widths.len()).copied().unwrap_or(0);
            widths.push(choices.len());
            let (index, dropped) = choices[choice];
            let task = &mut all[index];
            task.started = true;
            if dropped {
                drops += 1;
                task.take = None;
                task.guard = None;
                task.done = true;
            } else if task.guard.take().is_some() {
                task.done = true;
            } else if let Some(take) = &mut task.take {
                task.woken.0.store(false, Ordering::SeqCst);
                let waker = Waker::from(Arc::clone(&task.woken));
                if let Poll::Ready(guard) = take.as_mut().poll(&mut Context::from_waker(&waker)) {
                    task.take = None;
                    task.guard = Some(guard);
                }
            }
            assert!(
                all.iter().filter(|task| task.guard.is_some()).count() <= 1,
                "two have the turn"
            );
        }
        let line = turn.line();
        assert!(
            !line.taken && line.waiting.is_empty(),
            "the turn is free in the end"
        );
        widths
    }

    /// Every schedule of four tasks, one of which may be dropped at any point: at most one has the
    /// turn, nobody is forgotten, and the turn is free in the end. What shuttle does not do: it
    /// draws schedules, and drops nobody.
    #[test]
    fn every_schedule_is_exclusive_and_ends() {
        let mut config = shuttle::Config::new();
        config.max_steps = shuttle::MaxSteps::None;
        let once = shuttle::scheduler::RandomScheduler::new(1);
        shuttle::Runner::new(once, config).run(play_every_schedule);
    }

    fn play_every_schedule() {
        let mut schedule: Vec<usize> = Vec::new();
        let mut played = 0;
        loop {
            let widths = play(&schedule, 4);
            played += 1;
            schedule.resize(widths.len(), 0);
            // The next schedule in order: the last choice that has an alternative takes it.
            while let Some(last) = schedule.last_mut() {
                *last += 1;
                if *last < widths[schedule.len() - 1] {
                    break;
                }
                schedule.pop();
            }
            if schedule.is_empty() {
                break;
            }
        }
        println!("{played} schedules");
        assert!(played > 1_000, "only {played} schedules");
    }
}
