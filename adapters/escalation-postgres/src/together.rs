//! Calls that come at the same time share a statement, and so a commit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::oneshot;

use crate::columns::Leases;
use crate::error::StoreFault;

/// The most leases in one statement: enough to spread the cost of a commit, few enough that no caller
/// waits long for others.
const MOST: usize = 500;

/// A statement about leases that answers for each whether it was heard.
#[async_trait]
pub(crate) trait Statement: Send + Sync + 'static {
    async fn run(&self, leases: Leases, details: Vec<i64>) -> Result<Vec<bool>, StoreFault>;
}

/// One caller's part.
pub(crate) struct Part {
    pub(crate) leases: Leases,
    /// One number for each lease, if the statement needs one.
    pub(crate) details: Vec<i64>,
}

type Reply = oneshot::Sender<Result<Vec<bool>, StoreFault>>;

#[derive(Default)]
struct Queue {
    waiting: Vec<(Part, Reply)>,
    running: bool,
}

/// While one statement is under way, the calls that come wait for the next, which carries them all.
pub(crate) struct Together<S> {
    shared: Arc<Shared<S>>,
}

struct Shared<S> {
    statement: S,
    queue: Mutex<Queue>,
}

impl<S: Statement> Together<S> {
    pub(crate) fn new(statement: S) -> Self {
        Self {
            shared: Arc::new(Shared {
                statement,
                queue: Mutex::default(),
            }),
        }
    }

    /// Does it, even if the caller goes away meanwhile.
    pub(crate) async fn run(&self, part: Part) -> Result<Vec<bool>, StoreFault> {
        let (reply, answer) = oneshot::channel();
        let start = {
            let mut queue = self.shared.lock();
            queue.waiting.push((part, reply));
            !std::mem::replace(&mut queue.running, true)
        };
        if start {
            tokio::spawn(Arc::clone(&self.shared).serve());
        }
        answer.await.map_err(|_| StoreFault::RuntimeGone)?
    }
}

impl<S: Statement> Shared<S> {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Only moves happen under the lock, so a poisoned one is still sound.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes as many whole parts as fit; `None`, and at rest, if there are none.
    fn next(&self) -> Option<Vec<(Part, Reply)>> {
        let mut queue = self.lock();
        let mut leases = 0;
        let fit = queue
            .waiting
            .iter()
            .take_while(|(part, _)| {
                leases += part.leases.len();
                leases <= MOST
            })
            .count();
        if queue.waiting.is_empty() {
            queue.running = false;
            return None;
        }
        Some(queue.waiting.drain(..fit.max(1)).collect())
    }

    async fn serve(self: Arc<Self>) {
        let _ended = Ended(&self);
        while let Some(parts) = self.next() {
            let mut all = Part {
                leases: Leases::default(),
                details: Vec::new(),
            };
            let mut replies = Vec::with_capacity(parts.len());
            for (part, reply) in parts {
                replies.push((part.leases.len(), reply));
                all.leases.generations.extend(part.leases.generations);
                all.leases.sequences.extend(part.leases.sequences);
                all.leases.tokens.extend(part.leases.tokens);
                all.details.extend(part.details);
            }
            match self.statement.run(all.leases, all.details).await {
                Ok(heard) => {
                    let mut heard = heard.into_iter();
                    for (count, reply) in replies {
                        // Whoever asked may wait no more.
                        let _ = reply.send(Ok(heard.by_ref().take(count).collect()));
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    for (_, reply) in replies {
                        let _ = reply.send(Err(StoreFault::Shared(Arc::clone(&error))));
                    }
                }
            }
        }
    }
}

/// However the serving task ends, be it with its runtime, the next call starts another.
struct Ended<'a, S: Statement>(&'a Shared<S>);

impl<S: Statement> Drop for Ended<'_, S> {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        // Empty, and at rest, if the task has come to its end.
        if queue.running && !queue.waiting.is_empty() {
            queue.waiting.clear();
        }
        queue.running = false;
    }
}

impl<S> std::fmt::Debug for Together<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Together")
    }
}
