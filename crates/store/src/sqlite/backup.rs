//! Copies of the files, made while the store runs.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use super::{KEYS_FILE, RECORD_FILE, Sqlite, connection::open_reader};
use crate::StoreError;

impl Sqlite {
    /// Copies the record into a directory that has none yet.
    pub async fn backup(&self, to_dir: PathBuf) -> Result<(), StoreError> {
        let path = self.path.clone();
        let copy = move || copy_record(&path, &to_dir);
        let joined = tokio::task::spawn_blocking(copy).await;
        joined.map_err(|_| StoreError::stopped("the backup panicked or the runtime ended"))?
    }
}

fn copy_record(from: &Path, to_dir: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(to_dir).map_err(StoreError::file("create the backup's directory"))?;
    let to = to_dir.join(RECORD_FILE);
    refuse_existing(&to)?;
    // A connection of its own: the copy is one long read.
    copy(&open_reader(from)?, &to)
}

/// Replaces a copy of `keys.db`: there is one, never a history of them.
pub(super) fn replace_copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    if let Some(dir) = to.parent() {
        fs::create_dir_all(dir).map_err(StoreError::file("create the directory of the keys' copy"))?;
    }
    copy(from, to)
}

/// Copies beside and renames: the target is the whole copy or what it was before.
fn copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    let part = to.with_extension("part");
    match fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::file("remove an unfinished copy")(error));
        }
        _ => {}
    }
    let mut target = Connection::open(&part)?;
    // All pages in one step: the source is read in one state, and a busy writer cannot make it start over.
    match Backup::new(from, &mut target)?.step(-1)? {
        StepResult::Done => {}
        _ => return Err(StoreError::Busy),
    }
    target.execute_batch("PRAGMA journal_mode = DELETE;")?;
    let verdict: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Tampered("a copy of the database"));
    }
    target.close().map_err(|(_, error)| error)?;
    publish(&part, to).map_err(StoreError::file("write the copy"))
}

/// Puts a record from a backup, and keys unless the target has its own, into a directory.
pub(crate) fn restore(from_dir: &Path, keys: Option<&Path>, into_dir: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(into_dir).map_err(StoreError::file("create the target directory"))?;
    let record = into_dir.join(RECORD_FILE);
    refuse_existing(&record)?;
    for journal in ["segue.db-wal", "segue.db-journal"] {
        refuse_existing(&into_dir.join(journal))?;
    }
    if let Some(keys) = keys {
        let target = into_dir.join(KEYS_FILE);
        refuse_existing(&target)?;
        copy_file(keys, &target).map_err(StoreError::file("restore the keys"))?;
    }
    copy_file(&from_dir.join(RECORD_FILE), &record).map_err(StoreError::file("restore the record"))
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    let part = to.with_extension("part");
    fs::copy(from, &part)?;
    publish(&part, to)
}

fn publish(part: &Path, to: &Path) -> std::io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, to)?;
    match to.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        Some(dir) => File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

fn refuse_existing(path: &Path) -> Result<(), StoreError> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(StoreError::Exists(path.to_path_buf())),
        Err(error) => Err(StoreError::file("look at the target")(error)),
    }
}
