//! Read-only connections, lent one at a time to a blocking thread.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction};
use tokio::sync::Semaphore;

use super::connection::open_reader;
use crate::StoreError;

/// How many reads run at once. Reads are short; more would only add memory.
const READERS: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    /// Opens the first connection now, so that a failure shows at the start, and the others when needed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let idle = Arc::new(Mutex::new(vec![open_reader(path)?]));
        Ok(Self { path: path.to_path_buf(), idle, permits: Arc::new(Semaphore::new(READERS)) })
    }

    /// Runs a closure inside a read transaction: it sees one state of the database.
    pub async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let closed = |_| StoreError::stopped("the readers are closed");
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(closed)?;
        let (path, idle) = (self.path.clone(), Arc::clone(&self.idle));
        let run = move || {
            let _permit = permit;
            let lent = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = lent.map_or_else(|| open_reader(&path), Ok)?;
            let transaction = connection.transaction()?;
            let result = read(&transaction);
            transaction.finish()?;
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        };
        let joined = tokio::task::spawn_blocking(run).await;
        joined.map_err(|_| StoreError::stopped("a read panicked or the runtime ended"))?
    }
}
