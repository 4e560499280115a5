//! The thread that owns the connection. What it is asked to write at the same time shares one commit.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{oneshot, watch};

use crate::error::{again, undone};
use crate::options::Looks;

/// The most jobs in one transaction: enough to spread the cost of a commit, few enough that other
/// programs get their turn.
const JOBS_PER_COMMIT: usize = 256;

/// What the thread can be asked.
pub(crate) enum Job {
    Read(Box<dyn FnOnce(&mut Connection) + Send>),
    Write(Box<dyn Write>),
    /// Somebody watches from now on.
    Watched,
}

/// A piece of work that shares a transaction with others.
pub(crate) trait Write: Send {
    /// Does it; the answer is given when the fate of the transaction is known.
    fn run(self: Box<Self>, connection: &Connection, company: Company) -> Done;

    /// Tells its caller that no transaction could begin.
    fn refuse(self: Box<Self>, error: &rusqlite::Error);
}

/// Who shares the transaction of a job.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Company {
    /// Nobody: if it fails, the transaction is rolled back.
    Alone,
    /// Others, to whom it must not leave half of itself: it runs in a savepoint. That costs a copy
    /// of each page that it changes.
    Shared,
}

/// What a job has come to, as long as its transaction is open.
pub(crate) struct Done {
    failed: bool,
    answer: Answer,
}

/// Tells a caller, once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(Result<(), &rusqlite::Error>) + Send>;

struct Call<F, T, E> {
    work: F,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Write for Call<F, T, E>
where
    F: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send + 'static,
    E: From<rusqlite::Error> + Send + 'static,
{
    fn run(self: Box<Self>, connection: &Connection, company: Company) -> Done {
        let Self { work, reply } = *self;
        let done = match company {
            Company::Alone => work(connection),
            Company::Shared => in_savepoint(connection, work),
        };
        Done {
            failed: done.is_err(),
            answer: Box::new(move |committed| {
                let answer = match committed {
                    Ok(()) => done,
                    Err(error) => done.and_then(|_| Err(again(error).into())),
                };
                // Whoever asked may wait no more.
                let _ = reply.send(answer);
            }),
        }
    }

    fn refuse(self: Box<Self>, error: &rusqlite::Error) {
        let _ = self.reply.send(Err(again(error).into()));
    }
}

pub(crate) fn write<T, E>(
    work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    reply: oneshot::Sender<Result<T, E>>,
) -> Job
where
    T: Send + 'static,
    E: From<rusqlite::Error> + Send + 'static,
{
    Job::Write(Box::new(Call { work, reply }))
}

pub(crate) fn read<T, E>(
    work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    reply: oneshot::Sender<Result<T, E>>,
) -> Job
where
    T: Send + 'static,
    E: From<rusqlite::Error> + Send + 'static,
{
    Job::Read(Box::new(move |connection| {
        let seen = connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(E::from)
            .and_then(|transaction| work(&transaction));
        let _ = reply.send(seen);
    }))
}

pub(crate) struct Thread {
    connection: Connection,
    jobs: Receiver<Job>,
    commits: watch::Sender<()>,
    of_others: watch::Sender<()>,
    looks: Looks,
    /// How long until the next look.
    pause: Duration,
    /// SQLite's count of what other connections have committed, when it was looked at last.
    seen: Option<i64>,
}

impl Thread {
    pub(crate) fn new(
        connection: Connection,
        jobs: Receiver<Job>,
        commits: watch::Sender<()>,
        of_others: watch::Sender<()>,
        looks: Looks,
    ) -> Self {
        let mut thread = Self {
            connection,
            jobs,
            commits,
            of_others,
            looks,
            pause: looks.every,
            seen: None,
        };
        // What a first look is compared with. Here and not when the thread begins: whatever is committed after the file
        // was opened is noticed, however late the thread gets to run.
        thread.seen = thread.version().ok();
        thread
    }

    /// Works until nobody can ask any more.
    pub(crate) fn serve(mut self) {
        let mut left_over = None;
        loop {
            let job = match left_over.take() {
                Some(job) => Ok(job),
                None => self.next(),
            };
            self.pause = match job {
                Ok(_) => self.looks.every,
                Err(_) => self.looks.pause_after(self.pause),
            };
            match job {
                Ok(Job::Read(read)) => read(&mut self.connection),
                Ok(Job::Write(first)) => left_over = self.commit_together(first),
                Ok(Job::Watched) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.is_watched() {
                self.look();
            }
        }
    }

    fn next(&self) -> Result<Job, RecvTimeoutError> {
        if self.is_watched() {
            self.jobs.recv_timeout(self.pause)
        } else {
            self.jobs.recv().map_err(|_| RecvTimeoutError::Disconnected)
        }
    }

    fn is_watched(&self) -> bool {
        self.commits.receiver_count() + self.of_others.receiver_count() > 0
    }

    /// Tells those who watch if another connection has committed since the last look.
    fn look(&mut self) {
        // A file that cannot be read now is looked at again.
        if let Ok(version) = self.version()
            && self.seen.replace(version) != Some(version)
        {
            self.pause = self.looks.every;
            self.commits.send_replace(());
            self.of_others.send_replace(());
        }
    }

    fn version(&self) -> rusqlite::Result<i64> {
        self.connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))
    }

    /// Does the jobs that are waiting, in one transaction; returns one that is not for it.
    fn commit_together(&mut self, first: Box<dyn Write>) -> Option<Job> {
        let transaction = match self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
        {
            Ok(transaction) => transaction,
            Err(error) => {
                // Those who wait behind have waited as long for the same lock.
                first.refuse(&error);
                for job in self.jobs.try_iter().take(JOBS_PER_COMMIT - 1) {
                    match job {
                        Job::Write(job) => job.refuse(&error),
                        Job::Watched => {}
                        read @ Job::Read(_) => return Some(read),
                    }
                }
                return None;
            }
        };
        let (mut answers, mut left_over) = (Vec::new(), None);
        let (mut next, mut fate) = (Some(first), Ok(()));
        while let Some(job) = next.take() {
            if answers.len() + 1 < JOBS_PER_COMMIT {
                match self.jobs.try_recv() {
                    Ok(Job::Write(job)) => next = Some(job),
                    Ok(read @ Job::Read(_)) => left_over = Some(read),
                    Ok(Job::Watched) | Err(_) => {}
                }
            }
            let company = if answers.is_empty() && next.is_none() {
                Company::Alone
            } else {
                Company::Shared
            };
            let done = job.run(&transaction, company);
            answers.push(done.answer);
            // SQLite undoes a whole transaction by itself when it cannot go on, say on a full disk:
            // what came next would run in none.
            if (done.failed && company == Company::Alone) || transaction.is_autocommit() {
                left_over = next.take().map(Job::Write).or(left_over);
                fate = Err(undone());
            }
        }
        // Dropped without a commit, a transaction is rolled back.
        let fate = fate.and_then(|()| transaction.commit());
        if fate.is_ok() {
            self.commits.send_replace(());
        }
        for answer in answers {
            answer(fate.as_ref().copied());
        }
        left_over
    }
}

impl Drop for Thread {
    /// Those who watch find out that nothing will come any more.
    fn drop(&mut self) {
        self.commits.send_replace(());
        self.of_others.send_replace(());
    }
}

/// A job that fails must not leave half of itself in the transaction that it shares.
fn in_savepoint<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = work(connection);
    if connection.is_autocommit() {
        return done;
    }
    if done.is_err() {
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    done
}
