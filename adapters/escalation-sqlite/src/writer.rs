//! The thread that owns the connection. What is asked of it at the same time shares one commit.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};

use escalation_core::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::error::{CommitFailed, JobError, WriterGone};

/// The most jobs in one transaction: enough to spread the cost of a commit, few enough that other
/// programs get their turn.
const JOBS_PER_COMMIT: usize = 256;

/// A piece of work that shares a transaction with others.
trait Job: Send {
    /// Does it; the answer is given when the fate of the transaction is known.
    fn run(self: Box<Self>, connection: &Connection) -> Answer;

    /// Tells its caller that no transaction could begin.
    fn refuse(self: Box<Self>, error: CommitFailed);
}

type Answer = Box<dyn FnOnce(Result<(), CommitFailed>) + Send>;

struct Call<F, T> {
    work: F,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Job for Call<F, T>
where
    F: FnOnce(&Connection) -> Result<T, JobError> + Send,
    T: Send + 'static,
{
    fn run(self: Box<Self>, connection: &Connection) -> Answer {
        let Self { work, reply } = *self;
        let done = in_savepoint(connection, work);
        Box::new(move |committed| {
            let answer = match committed {
                Ok(()) => done.map_err(StoreError::from),
                Err(error) => Err(error.store_error()),
            };
            // Whoever asked may wait no more.
            let _ = reply.send(answer);
        })
    }

    fn refuse(self: Box<Self>, error: CommitFailed) {
        let _ = self.reply.send(Err(error.store_error()));
    }
}

#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread, which ends when the writer is dropped and all jobs are done.
    pub(crate) fn start(connection: Connection) -> io::Result<Self> {
        let (jobs, queue) = channel();
        std::thread::Builder::new()
            .name("escalation-sqlite".into())
            .spawn(move || serve(connection, &queue))?;
        Ok(Self { jobs })
    }

    /// Does the work, and answers when it is committed. It is done even if nobody waits any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let gone = || StoreError::Failed(WriterGone.into());
        self.jobs
            .send(Box::new(Call { work, reply }))
            .map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

fn serve(mut connection: Connection, queue: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let jobs = std::iter::once(first).chain(queue.try_iter().take(JOBS_PER_COMMIT - 1));
        match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(transaction) => {
                let answers: Vec<Answer> = jobs.map(|job| job.run(&transaction)).collect();
                let committed = transaction
                    .commit()
                    .map_err(|error| CommitFailed::new(&error));
                for answer in answers {
                    answer(committed.clone());
                }
            }
            Err(error) => {
                let error = CommitFailed::new(&error);
                jobs.for_each(|job| job.refuse(error.clone()));
            }
        }
    }
}

/// A job that fails must not leave half of itself in the transaction that it shares.
fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, JobError>,
) -> Result<T, JobError> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = work(connection);
    if done.is_err() {
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    done
}
