//! The embedded engine: SQLite through rusqlite. Why not through sqlx: docs/adr/0002.

mod apply;
mod audit;
mod backup;
mod committer;
mod connection;
mod erase;
mod keys;
mod log;
mod migrate;
mod outbox;
mod readers;
mod records;
mod sql;
mod tickets;
mod views;

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use rusqlite::{Row, types::Type};
use segue_core::ids::InvalidId;

pub(crate) use self::{backup::restore, keys::Keys};
use self::{
    committer::Committer,
    connection::{Role, open_writer},
    keys::KeyFile,
    readers::Readers,
};
use crate::{StoreConfig, StoreError};

/// The record's file in the data directory.
pub(crate) const RECORD_FILE: &str = "segue.db";
/// The keys' file in the keys directory.
pub(crate) const KEYS_FILE: &str = "keys.db";
/// Held while a process has the directory open.
const LOCK_FILE: &str = "segue.lock";

/// The engine. Fields drop in order: the committer writes what waits before the lock goes.
pub(crate) struct Sqlite {
    committer: Committer,
    readers: Readers,
    path: PathBuf,
    _lock: File,
}

impl Sqlite {
    /// Opens or creates the files, migrates them, and brings erasures that only one of them knows to the other.
    pub fn open(config: &StoreConfig) -> Result<(Self, Keys), StoreError> {
        for dir in [&config.dir, &config.keys_dir] {
            fs::create_dir_all(dir).map_err(StoreError::file("create the data directory"))?;
        }
        let lock = lock(&config.dir)?;
        let path = config.dir.join(RECORD_FILE);
        let mut record = open_writer(&path, Role::Record)?;
        migrate::RECORD.run(&mut record)?;
        let mut keys = KeyFile::open(&config.keys_dir.join(KEYS_FILE), &config.master_key)?;
        erase::reconcile(&mut record, &mut keys)?;
        let readers = Readers::open(&path)?;
        let keys = Keys::start(keys, config.fatal.clone())?;
        // The new files' names have to survive a power cut as well.
        for dir in [&config.dir, &config.keys_dir] {
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(StoreError::file("sync the directory"))?;
        }
        let committer = Committer::start(record, config.fatal.clone())?;
        Ok((Self { committer, readers, path, _lock: lock }, keys))
    }
}

/// One process at a time: the committer's order and the key cache are in memory.
fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join(LOCK_FILE);
    let open = File::options().create(true).truncate(false).write(true).open(&path);
    let file = open.map_err(StoreError::file("open the lock file"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(dir.to_path_buf())),
        Err(TryLockError::Error(error)) => Err(StoreError::file("lock the data directory")(error)),
    }
}

/// Reads an id that was checked when it was written.
fn id<T>(row: &Row<'_>, column: usize, parse: fn(&str) -> Result<T, InvalidId>) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(e)))
}

/// Reads an id that may be absent.
fn optional_id<T>(
    row: &Row<'_>,
    column: usize,
    parse: fn(&str) -> Result<T, InvalidId>,
) -> rusqlite::Result<Option<T>> {
    if row.get_ref(column)?.as_str_or_null()?.is_none() {
        return Ok(None);
    }
    id(row, column, parse).map(Some)
}

/// Reads a number that is never negative.
fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

/// Reads bytes; null is empty.
fn bytes(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    Ok(row.get::<_, Option<Vec<u8>>>(column)?.unwrap_or_default())
}
