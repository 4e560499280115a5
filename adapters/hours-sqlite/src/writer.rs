//! The thread that owns the connection.

use std::io;
use std::sync::mpsc::{Sender, channel};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::error::JobError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Does its jobs one after the other, each in a transaction of its own.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Sender<Job>,
}

impl Writer {
    /// Starts the thread, which ends when the writer is dropped and all jobs are done.
    pub(crate) fn start(mut connection: Connection) -> io::Result<Self> {
        let (jobs, queue) = channel::<Job>();
        std::thread::Builder::new()
            .name("hours-sqlite".into())
            .spawn(move || queue.into_iter().for_each(|job| job(&mut connection)))?;
        Ok(Self { jobs })
    }

    /// Changes something, and answers when it is committed. It is done even if nobody waits any more.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, JobError> {
        // The lock is taken at once: a reader that becomes a writer could fail without having waited.
        self.run(TransactionBehavior::Immediate, work).await
    }

    /// Reads one consistent state.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, JobError> {
        self.run(TransactionBehavior::Deferred, work).await
    }

    async fn run<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, JobError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Whoever asked may wait no more.
            let _ = reply.send(in_transaction(connection, behavior, work));
        });
        self.jobs.send(job).map_err(|_| JobError::ThreadGone)?;
        answer.await.map_err(|_| JobError::ThreadGone)?
    }
}

/// Dropped on an error, the transaction is rolled back.
fn in_transaction<T>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, JobError>,
) -> Result<T, JobError> {
    let transaction = connection.transaction_with_behavior(behavior)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}
