//! The committer: one thread that owns the write connection.
//!
//! It takes whatever waits, up to [`BATCH_JOBS`] and [`BATCH_BYTES`], writes it in one transaction, and answers
//! only after `COMMIT` returned, that is after the fsync. While one batch is on its way to the disk the next
//! one gathers, so the batch grows with the load by itself.
//!
//! A job that is refused for a reason of the domain (a conflict, a replay, no capacity) has written nothing,
//! because it checks before it writes, or has been undone by a savepoint; its neighbours are not touched. Any
//! other failure rolls the batch back. A full disk is answered to everyone, since it is nobody's fault; for
//! anything else each job is tried alone, so that one poisoned job fails alone.
//!
//! A failed read, write or fsync is final: the operating system may have dropped the dirty pages, so a retry
//! that succeeds proves nothing. The committer answers nobody and calls the fatal hook, which by default
//! aborts the process; recovery is the next start.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread::JoinHandle,
};

use rusqlite::{Connection, OptionalExtension, TransactionState};
use segue_core::ids::OrganisationId;
use tokio::sync::{mpsc, oneshot};

use super::connection::checkpoint_truncate;
use crate::{
    StoreError,
    config::{FatalHook, PanicIsFatal},
    error::Severity,
};

/// The most jobs that share a transaction.
const BATCH_JOBS: usize = 256;
/// The most bytes that share a transaction, about: bounds the memory and the time of a batch.
const BATCH_BYTES: usize = 8 << 20;
/// The most jobs that may wait; senders beyond wait themselves.
const QUEUE_JOBS: usize = 1024;
/// The WAL is moved into the database beyond this many pages (16 MiB).
const CHECKPOINT_PAGES: u32 = 4096;

/// Something to do inside a batch.
pub(super) trait Job: Send {
    /// About how many bytes it writes.
    fn size_bytes(&self) -> usize {
        0
    }

    /// Writes. A refusal of the domain is kept inside the job and is `Ok`; an error concerns the batch. May be
    /// called again after the transaction was rolled back.
    fn apply(&mut self, writer: &mut Writer<'_>) -> Result<(), StoreError>;

    /// Answers, after the transaction is durable or has failed.
    fn finish(self: Box<Self>, durable: Result<(), StoreError>);
}

/// The write connection inside a transaction.
pub(super) struct Writer<'a> {
    pub connection: &'a Connection,
    organisations: &'a mut HashMap<OrganisationId, i64>,
}

impl Writer<'_> {
    /// The key of an organisation, created at its first use.
    pub fn organisation(&mut self, id: &OrganisationId) -> Result<i64, StoreError> {
        if let Some(key) = self.known_organisation(id)? {
            return Ok(key);
        }
        let mut add = self.connection.prepare_cached(super::sql::ADD_ORGANISATION)?;
        let key = add.insert([id.as_str()])?;
        self.organisations.insert(id.clone(), key);
        Ok(key)
    }

    /// The key of an organisation that was used before.
    pub fn known_organisation(&mut self, id: &OrganisationId) -> Result<Option<i64>, StoreError> {
        if let Some(&key) = self.organisations.get(id) {
            return Ok(Some(key));
        }
        let mut select = self.connection.prepare_cached(super::sql::ORGANISATION)?;
        let key = select.query_row([id.as_str()], |row| row.get(0)).optional()?;
        if let Some(key) = key {
            self.organisations.insert(id.clone(), key);
        }
        Ok(key)
    }
}

/// The sending side; dropping it ends the thread after what waits is written.
pub(super) struct Committer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts the thread.
    pub fn start(connection: Connection, fatal: FatalHook) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE_JOBS);
        let work = move || {
            let _guard = PanicIsFatal(fatal.clone());
            Loop::new(connection, fatal).and_then(|mut l| l.run(queue)).unwrap_or_default();
        };
        let thread = std::thread::Builder::new().name("segue-committer".into()).spawn(work);
        let thread = thread.map_err(StoreError::file("start the committer"))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands a job over; waits while the queue is full.
    pub async fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let jobs = self.jobs.as_ref().expect("the queue lives as long as the committer");
        jobs.send(job).await.map_err(|_| StoreError::stopped("the committer has ended"))
    }

    /// Runs a closure inside a batch, behind a savepoint: when it fails, it has written nothing.
    pub async fn write<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.send(Box::new(Closure { write, result: None, answer })).await?;
        answered.await.map_err(|_| StoreError::stopped("the committer has ended"))?
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the committer panicked");
        }
    }
}

struct Closure<T, F> {
    write: F,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Closure<T, F>
where
    T: Send,
    F: FnMut(&mut Writer<'_>) -> Result<T, StoreError> + Send,
{
    fn apply(&mut self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        let result = with_savepoint(writer, |writer| (self.write)(writer), Result::is_ok)?;
        self.result = Some(result);
        Ok(())
    }

    fn finish(self: Box<Self>, durable: Result<(), StoreError>) {
        let result = self.result.unwrap_or_else(|| Err(StoreError::stopped("the job did not run")));
        // A caller that went away needs no answer.
        let _ = self.answer.send(durable.and(result));
    }
}

/// Runs `work` so that it can be undone, and undoes it unless `keep` approves. An error of the batch or worse
/// passes through: the whole transaction is rolled back then.
pub(super) fn with_savepoint<T>(
    writer: &mut Writer<'_>,
    work: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError>,
    keep: impl FnOnce(&Result<T, StoreError>) -> bool,
) -> Result<Result<T, StoreError>, StoreError> {
    let connection = writer.connection;
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let result = work(writer);
    match &result {
        Err(error) if error.severity() != Severity::Job => return Err(error.clone()),
        result if keep(result) => {}
        _ => {
            connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
            // The savepoint may have taken the first row of an organisation with it.
            writer.organisations.clear();
        }
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    Ok(result)
}

struct Loop {
    connection: Connection,
    organisations: HashMap<OrganisationId, i64>,
    wal_pages: Arc<AtomicU32>,
    /// The size of the WAL at the last checkpoint, while it has not begun anew.
    checkpointed_pages: u32,
    fatal: FatalHook,
}

/// The store has stopped; whoever waits sees the channel close.
#[derive(Debug, Default)]
struct Stopped;

impl Loop {
    fn new(mut connection: Connection, fatal: FatalHook) -> Result<Self, ()> {
        let wal_pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&wal_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, pages: i32| {
            seen.store(pages.unsigned_abs(), Ordering::Relaxed);
            Ok(())
        };
        if let Err(error) = connection.wal_hook(Some(hook)) {
            tracing::error!(%error, "could not watch the WAL");
            return Err(());
        }
        Ok(Self { connection, organisations: HashMap::new(), wal_pages, checkpointed_pages: 0, fatal })
    }

    fn run(&mut self, mut queue: mpsc::Receiver<Box<dyn Job>>) -> Result<(), ()> {
        let mut batch = Vec::with_capacity(BATCH_JOBS);
        while let Some(job) = queue.blocking_recv() {
            let mut bytes = job.size_bytes();
            batch.push(job);
            while batch.len() < BATCH_JOBS && bytes < BATCH_BYTES {
                let Ok(job) = queue.try_recv() else { break };
                bytes += job.size_bytes();
                batch.push(job);
            }
            let done = self.write(std::mem::take(&mut batch)).and_then(|()| self.checkpoint());
            if let Err(Stopped) = done {
                return Err(());
            }
        }
        if let Err(error) = checkpoint_truncate(&self.connection) {
            tracing::warn!(%error, "could not empty the WAL; the next start does");
        }
        Ok(())
    }

    /// Writes a batch and answers it.
    fn write(&mut self, mut batch: Vec<Box<dyn Job>>) -> Result<(), Stopped> {
        match self.transact(&mut batch) {
            Ok(()) => batch.into_iter().for_each(|job| job.finish(Ok(()))),
            Err(error) if error.severity() == Severity::Fatal => {
                // Dropping the jobs closes their channels: nobody is told that anything was written.
                drop(batch);
                return Err(self.stop(&error));
            }
            Err(error) => {
                self.roll_back()?;
                if batch.len() == 1 || matches!(error, StoreError::Full | StoreError::Busy) {
                    batch.into_iter().for_each(|job| job.finish(Err(error.clone())));
                } else {
                    tracing::warn!(%error, jobs = batch.len(), "a batch failed; trying each job alone");
                    batch.into_iter().try_for_each(|job| self.write(vec![job]))?;
                }
            }
        }
        Ok(())
    }

    fn transact(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut writer = Writer { connection: &self.connection, organisations: &mut self.organisations };
        for job in batch {
            job.apply(&mut writer)?;
        }
        #[cfg(test)]
        tests::fail_if_asked()?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn roll_back(&mut self) -> Result<(), Stopped> {
        self.organisations.clear();
        let open = self.connection.transaction_state(None::<&str>);
        // SQLite rolls back by itself on some errors, such as a full disk.
        if matches!(open, Ok(TransactionState::None)) && self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection.execute_batch("ROLLBACK").map_err(|error| self.stop(&error.into()))
    }

    /// Between batches, so that no commit pays for it twice and its failure is seen.
    fn checkpoint(&mut self) -> Result<(), Stopped> {
        let pages = self.wal_pages.load(Ordering::Relaxed);
        if pages < self.checkpointed_pages {
            self.checkpointed_pages = 0;
        }
        // A reader can keep the WAL from beginning anew; then the next try waits for as much again.
        if pages - self.checkpointed_pages < CHECKPOINT_PAGES {
            return Ok(());
        }
        self.checkpointed_pages = pages;
        match self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            Ok(()) => Ok(()),
            Err(error) => match StoreError::from(error) {
                // The log is safe in the WAL; the next batch tries again.
                StoreError::Full | StoreError::Busy => Ok(()),
                error => Err(self.stop(&error)),
            },
        }
    }

    fn stop(&self, error: &StoreError) -> Stopped {
        tracing::error!(%error, "the disk failed: nothing is acknowledged any more");
        (self.fatal)(error);
        Stopped
    }
}

#[cfg(test)]
mod tests;
