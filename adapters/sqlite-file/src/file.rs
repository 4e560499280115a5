//! The file, as those see it who have work for it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::options::Looks;
use crate::thread::{Job, Thread, read, write};
use crate::{OpenError, OpenOptions, Schema, ThreadEnded, Watch};

/// An open SQLite file, whose work is done by one thread. Cheap to clone.
///
/// The thread ends when the last clone is dropped and all its jobs are done. Jobs are done one after
/// another in the order in which they were asked for, and even if nobody waits for their answer any
/// more. They should be quick, touch nothing but the database, and not panic.
#[derive(Debug, Clone)]
pub struct SqliteFile {
    path: Arc<Path>,
    jobs: Sender<Job>,
    commits: watch::Sender<()>,
    of_others: watch::Sender<()>,
}

impl SqliteFile {
    /// How to open one.
    pub fn options() -> OpenOptions {
        OpenOptions::default()
    }

    pub(crate) fn start(connection: Connection, path: &Path, looks: Looks) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let commits = watch::Sender::new(());
        let of_others = watch::Sender::new(());
        let thread = Thread::new(connection, queue, commits.clone(), of_others.clone(), looks);
        std::thread::Builder::new()
            .name("sqlite-file".into())
            .spawn(move || thread.serve())?;
        Ok(Self {
            path: path.into(),
            jobs,
            commits,
            of_others,
        })
    }

    /// Brings the tables of another schema to their newest version, so that another store can do its
    /// work on the same thread: what both write at the same time shares one commit, and neither waits
    /// for the other's lock, as two connections to the same file would.
    ///
    /// ```
    /// use sqlite_file::{Schema, SqliteFile};
    /// # #[derive(Debug, thiserror::Error)]
    /// # enum Error {
    /// #     #[error(transparent)] Sqlite(#[from] rusqlite::Error),
    /// #     #[error(transparent)] Ended(#[from] sqlite_file::ThreadEnded),
    /// # }
    ///
    /// const TEA: Schema = Schema::new("tea_schema", &["CREATE TABLE tea (id INTEGER PRIMARY KEY)"]);
    /// const CUPS: Schema = Schema::new("cup_schema", &["CREATE TABLE cup (id INTEGER PRIMARY KEY)"]);
    /// # futures::executor::block_on(async {
    /// let tea = SqliteFile::options().in_memory(&TEA)?;
    /// tea.add(&CUPS).await?;
    /// let cups = tea.clone();
    /// cups.write(|file| Ok::<_, Error>(file.execute("INSERT INTO cup VALUES (1)", [])?))
    ///     .await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`OpenError`] if the tables cannot be made, or are those of a newer release.
    pub async fn add(&self, schema: &Schema) -> Result<(), OpenError> {
        let (schema, path) = (*schema, Arc::clone(&self.path));
        let added = self.write(move |file| {
            schema
                .migrate_within(file, &path)
                .map_err(|error| NotAdded::Schema(Box::new(error)))
        });
        added.await.map_err(|error| match error {
            NotAdded::Schema(error) => *error,
            NotAdded::Sqlite(source) => OpenError::new(self.path.to_path_buf(), source),
            NotAdded::Ended(ended) => OpenError::Thread(io::Error::other(ended)),
        })
    }

    /// Changes something: the work is done entirely or, if it fails, not at all, and when this
    /// answers `Ok` it is on the disk.
    ///
    /// Work that is waiting at the same time shares one transaction and one commit. A job that fails
    /// spoils none of the others.
    ///
    /// # Errors
    /// What the work says; and what SQLite says if the transaction could not begin or be committed,
    /// which [`is_temporary`](crate::is_temporary) may be.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + From<ThreadEnded> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.ask(write(work, reply), answer).await
    }

    /// Reads one consistent state, in which all that was written before is seen. It needs no lock, so
    /// that another program's writing does not hold it up; and whatever the work writes is undone.
    ///
    /// # Errors
    /// What the work says, or what SQLite says if it cannot read.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + From<ThreadEnded> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.ask(read(work, reply), answer).await
    }

    /// Watches for commits from now on.
    pub fn watch(&self) -> Watch {
        self.watching(&self.commits)
    }

    /// Watches for what others commit, in this program or another, through connections of their
    /// own; what was committed since the last such watch is noticed too.
    ///
    /// For those who announce their own commits and would only wake each other by them.
    pub fn watch_others(&self) -> Watch {
        self.watching(&self.of_others)
    }

    fn watching(&self, commits: &watch::Sender<()>) -> Watch {
        let watch = Watch(commits.subscribe());
        // The thread may be asleep until its next job. If it has ended, nothing will be committed.
        let _ = self.jobs.send(Job::Watched);
        watch
    }

    async fn ask<T, E: From<ThreadEnded>>(
        &self,
        job: Job,
        answer: oneshot::Receiver<Result<T, E>>,
    ) -> Result<T, E> {
        self.jobs.send(job).map_err(|_| ThreadEnded)?;
        answer.await.map_err(|_| ThreadEnded)?
    }
}

/// Why the tables of a schema were not added.
enum NotAdded {
    Schema(Box<OpenError>),
    Sqlite(rusqlite::Error),
    Ended(ThreadEnded),
}

impl From<rusqlite::Error> for NotAdded {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<ThreadEnded> for NotAdded {
    fn from(error: ThreadEnded) -> Self {
        Self::Ended(error)
    }
}
