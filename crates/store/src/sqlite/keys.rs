//! `keys.db` and the one thread that owns it. New keys that are asked for at the same time share an fsync.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

use rusqlite::{Connection, OptionalExtension, Row, params};
use segue_core::ids::{AtMs, CustomerId, OrganisationId};
use tokio::sync::{mpsc, oneshot};

use super::{
    backup,
    connection::{Role, checkpoint_truncate, open_writer},
    migrate,
};
use crate::{
    MasterKey, StoreError,
    config::{FatalHook, PanicIsFatal},
    engine::Erasure,
    error::Severity,
    keys::{KeyCache, Subject, WRAPPED, Wrapper},
    seal::DataKey,
};

const CHECK: &[u8] = b"segue";
/// The most requests that share a transaction.
const BATCH: usize = 256;

const LIVE_KEY: &str =
    "SELECT k.id, k.generation, k.wrapped, EXISTS (SELECT 1 FROM erasure e WHERE e.key_id = k.id)
    FROM data_key k WHERE k.organisation = ?1 AND k.customer = ?2 ORDER BY k.generation DESC LIMIT 1";
const ADD_KEY: &str =
    "INSERT INTO data_key (id, organisation, customer, generation, wrapped) VALUES (?1, ?2, ?3, ?4, ?5)";
const KEY_BY_ID: &str = "SELECT organisation, customer, wrapped FROM data_key WHERE id = ?1";
const IS_ERASED: &str = "SELECT EXISTS (SELECT 1 FROM erasure WHERE key_id = ?1)";
const DESTROY: &str = "UPDATE data_key SET wrapped = ?2 WHERE id = ?1";
const ADD_ERASURE: &str =
    "INSERT INTO erasure (key_id, organisation, customer, at_ms) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO NOTHING";
const ERASURES: &str = "SELECT key_id, organisation, customer, at_ms FROM erasure ORDER BY key_id";

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;
type Found = Option<Arc<DataKey>>;

enum Request {
    /// The customer's key, made if absent.
    Subject(Subject, Reply<Found>),
    /// `None`: erased.
    Id(i64, Reply<Found>),
    Destroy(Vec<Subject>, AtMs, Reply<Vec<Erasure>>),
    Copy(PathBuf, Reply<()>),
}

/// The sending side of the thread.
pub(crate) struct Keys {
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    cache: Arc<KeyCache>,
}

impl Keys {
    pub(super) fn start(file: KeyFile, fatal: FatalHook) -> Result<Self, StoreError> {
        let (requests, queue) = mpsc::channel(BATCH * 4);
        let cache = Arc::clone(&file.cache);
        let thread = std::thread::Builder::new().name("segue-keys".into());
        let thread = thread
            .spawn(move || {
                let _guard = PanicIsFatal(fatal.clone());
                file.run(queue, &fatal);
            })
            .map_err(StoreError::file("start the keys"))?;
        Ok(Self { requests: Some(requests), thread: Some(thread), cache })
    }

    /// The key to seal with; durable when this returns.
    pub async fn for_subject(&self, subject: Subject) -> Result<Arc<DataKey>, StoreError> {
        if let Some(key) = self.cache.by_subject(&subject) {
            return Ok(key);
        }
        let key = self.ask(|reply| Request::Subject(subject, reply)).await?;
        key.ok_or(StoreError::Invalid("a new key is never erased"))
    }

    /// The key that sealed something; `None` when it was erased.
    pub async fn by_id(&self, id: i64) -> Result<Found, StoreError> {
        match self.cache.by_id(id) {
            Some(key) => Ok(key),
            None => self.ask(|reply| Request::Id(id, reply)).await,
        }
    }

    /// Destroys the keys of these customers, durably.
    pub async fn destroy(&self, subjects: Vec<Subject>, at_ms: AtMs) -> Result<Vec<Erasure>, StoreError> {
        self.ask(|reply| Request::Destroy(subjects, at_ms, reply)).await
    }

    /// Replaces a copy of the file.
    pub async fn copy_to(&self, path: PathBuf) -> Result<(), StoreError> {
        self.ask(|reply| Request::Copy(path, reply)).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StoreError> {
        let gone = || StoreError::stopped("the key store has ended");
        let (reply, answer) = oneshot::channel();
        let requests = self.requests.as_ref().expect("the queue lives as long as the store");
        requests.send(request(reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the key store panicked");
        }
    }
}

/// The file with its only connection.
pub(super) struct KeyFile {
    connection: Connection,
    wrapper: Wrapper,
    cache: Arc<KeyCache>,
}

impl KeyFile {
    /// Opens or creates the file and checks the master key against it.
    pub fn open(path: &Path, master: &MasterKey) -> Result<Self, StoreError> {
        let mut connection = open_writer(path, Role::Keys)?;
        migrate::KEYS.run(&mut connection)?;
        let file = Self { connection, wrapper: Wrapper::new(master), cache: Arc::default() };
        file.check_master()?;
        Ok(file)
    }

    fn check_master(&self) -> Result<(), StoreError> {
        let subject = Subject {
            organisation: OrganisationId::parse("segue").expect("a plain word is an id"),
            customer: None,
        };
        let mut check = [0; 32];
        check[..CHECK.len()].copy_from_slice(CHECK);
        let select = "SELECT check_bytes FROM master";
        let found: Option<Vec<u8>> = self.connection.query_row(select, [], |row| row.get(0)).optional()?;
        match found {
            Some(wrapped) if self.wrapper.unwrap(0, &subject, &wrapped)? == check => Ok(()),
            Some(_) => Err(StoreError::WrongMasterKey),
            None => {
                let wrapped = self.wrapper.wrap(0, &subject, &check);
                self.connection.execute("INSERT INTO master (check_bytes) VALUES (?1)", [&wrapped[..]])?;
                Ok(())
            }
        }
    }

    /// Every tombstone.
    pub fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        let mut select = self.connection.prepare_cached(ERASURES)?;
        let rows = select.query_map([], erasure)?;
        rows.map(|row| row.map_err(StoreError::from)).collect()
    }

    /// Destroys the keys behind tombstones that the record knows and this file does not.
    pub fn apply(&mut self, erasures: &[Erasure]) -> Result<(), StoreError> {
        if erasures.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        for erasure in erasures {
            bury(&transaction, erasure)?;
        }
        transaction.commit()?;
        self.empty_wal()
    }

    fn run(mut self, mut queue: mpsc::Receiver<Request>, fatal: &FatalHook) {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(request) = queue.blocking_recv() {
            batch.push(request);
            while batch.len() < BATCH
                && let Ok(request) = queue.try_recv()
            {
                batch.push(request);
            }
            if let Err(error) = self.serve(std::mem::take(&mut batch)) {
                tracing::error!(%error, "the key store's disk failed");
                fatal(&error);
                return;
            }
        }
        if let Err(error) = checkpoint_truncate(&self.connection) {
            tracing::warn!(%error, "could not empty the WAL of keys.db; the next start does");
        }
    }

    /// Answers a batch; an error is fatal.
    fn serve(&mut self, batch: Vec<Request>) -> Result<(), StoreError> {
        let mut finds = Vec::new();
        for request in batch {
            match request {
                Request::Subject(subject, reply) => {
                    let found = self.subject(&subject);
                    finds.push((Some(subject), found, reply));
                }
                Request::Id(id, reply) => finds.push((None, self.id(id), reply)),
                Request::Destroy(subjects, at_ms, reply) => {
                    self.answer(&mut finds)?;
                    let destroyed = self.destroy(&subjects, at_ms);
                    fatal_only(&destroyed)?;
                    let _ = reply.send(destroyed);
                }
                Request::Copy(path, reply) => {
                    self.answer(&mut finds)?;
                    let _ = reply.send(backup::replace_copy(&self.connection, &path));
                }
            }
        }
        self.answer(&mut finds)
    }

    /// Commits the new keys, then hands them out.
    fn answer(&mut self, finds: &mut Vec<Answer>) -> Result<(), StoreError> {
        let failures = finds.iter().filter_map(|(_, found, _)| found.as_ref().err());
        let mut durable = match failures.into_iter().find(|error| error.severity() != Severity::Job) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        };
        if durable.is_ok() && !self.connection.is_autocommit() {
            durable = self.connection.execute_batch("COMMIT").map_err(StoreError::from);
        }
        fatal_only(&durable)?;
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        for (subject, found, reply) in finds.drain(..) {
            let found = durable.clone().and(found);
            if let (Some(subject), Ok(Some(key))) = (subject, &found) {
                self.cache.put_subject(subject, key);
            }
            let _ = reply.send(found);
        }
        Ok(())
    }

    fn subject(&self, subject: &Subject) -> Result<Found, StoreError> {
        if self.connection.is_autocommit() {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        }
        let organisation = subject.organisation.as_str();
        let mut select = self.connection.prepare_cached(LIVE_KEY)?;
        let row = select.query_row(params![organisation, subject.customer_str()], |row| {
            let erased: bool = row.get(3)?;
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?, erased))
        });
        let generation = match row.optional()? {
            Some((id, _, wrapped, false)) => {
                let bytes = self.wrapper.unwrap(id, subject, &wrapped)?;
                return Ok(Some(Arc::new(DataKey::new(id, bytes))));
            }
            Some((_, generation, _, true)) => generation + 1,
            None => 1,
        };
        let id = rand::random::<i64>() & i64::MAX;
        let bytes: [u8; 32] = rand::random();
        let wrapped = self.wrapper.wrap(id, subject, &bytes);
        let mut add = self.connection.prepare_cached(ADD_KEY)?;
        add.execute(params![id, organisation, subject.customer_str(), generation, &wrapped[..]])?;
        Ok(Some(Arc::new(DataKey::new(id, bytes))))
    }

    fn id(&self, id: i64) -> Result<Found, StoreError> {
        let erased: bool = self.connection.prepare_cached(IS_ERASED)?.query_row([id], |row| row.get(0))?;
        if erased {
            self.cache.put_id(id, None);
            return Ok(None);
        }
        let mut select = self.connection.prepare_cached(KEY_BY_ID)?;
        let row = select.query_row([id], |row| {
            let ids = (row.get::<_, String>(0)?, row.get::<_, String>(1)?);
            Ok((ids, row.get::<_, Vec<u8>>(2)?))
        });
        let ((organisation, customer), wrapped) = row.optional()?.ok_or(StoreError::KeyMissing(id))?;
        let organisation = OrganisationId::parse(&organisation).map_err(|_| StoreError::KeyMissing(id))?;
        let subject = Subject { organisation, customer: CustomerId::parse(&customer).ok() };
        let key = Arc::new(DataKey::new(id, self.wrapper.unwrap(id, &subject, &wrapped)?));
        self.cache.put_id(id, Some(Arc::clone(&key)));
        Ok(Some(key))
    }

    fn destroy(&mut self, subjects: &[Subject], at_ms: AtMs) -> Result<Vec<Erasure>, StoreError> {
        let mut erasures = Vec::new();
        let transaction = self.connection.transaction()?;
        for subject in subjects {
            let Some(customer) = &subject.customer else { continue };
            let mut select = transaction.prepare_cached(LIVE_KEY)?;
            let live = select.query_row(params![subject.organisation.as_str(), customer.as_str()], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(3)?))
            });
            if let Some((key_id, false)) = live.optional()? {
                let (organisation, customer) = (subject.organisation.clone(), customer.clone());
                let erasure = Erasure { key_id, organisation, customer, at_ms };
                bury(&transaction, &erasure)?;
                erasures.push(erasure);
            }
        }
        transaction.commit()?;
        for subject in subjects {
            self.cache.drop_subject(subject);
        }
        for erasure in &erasures {
            self.cache.put_id(erasure.key_id, None);
        }
        self.empty_wal()?;
        Ok(erasures)
    }

    /// No old frame may keep a destroyed key. This is the file's only connection, so nothing can block it.
    fn empty_wal(&self) -> Result<(), StoreError> {
        if checkpoint_truncate(&self.connection)? { Ok(()) } else { Err(StoreError::Busy) }
    }
}

type Answer = (Option<Subject>, Result<Found, StoreError>, Reply<Found>);

fn fatal_only<T>(result: &Result<T, StoreError>) -> Result<(), StoreError> {
    match result {
        Err(error) if error.severity() == Severity::Fatal => Err(error.clone()),
        _ => Ok(()),
    }
}

/// Same size, same cell: SQLite overwrites the bytes where they lie.
fn bury(connection: &Connection, erasure: &Erasure) -> Result<(), StoreError> {
    connection.prepare_cached(DESTROY)?.execute(params![erasure.key_id, [0_u8; WRAPPED]])?;
    super::erase::add_erasure(connection, ADD_ERASURE, erasure)
}

/// Reads a tombstone, in either database.
pub(super) fn erasure(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    Ok(Erasure {
        key_id: row.get(0)?,
        organisation: super::id(row, 1, OrganisationId::parse)?,
        customer: super::id(row, 2, CustomerId::parse)?,
        at_ms: row.get(3)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_prepares() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::KEYS.run(&mut connection).unwrap();
        for sql in [LIVE_KEY, ADD_KEY, KEY_BY_ID, IS_ERASED, DESTROY, ADD_ERASURE, ERASURES] {
            connection.prepare(sql).unwrap();
        }
    }
}
