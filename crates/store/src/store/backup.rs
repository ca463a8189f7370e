//! Backup and restore.

use std::path::Path;

use super::Store;
use crate::{StoreError, engine::on_engine, sqlite};

impl Store {
    /// Copies the record, without any key, into a directory that has none yet, in one state and while the store
    /// runs. Such a copy may be kept as long as one likes: alone it is unreadable.
    ///
    /// # Errors
    /// [`StoreError::Exists`], and what the disks give.
    pub async fn backup(&self, to_dir: &Path) -> Result<(), StoreError> {
        on_engine!(self.engine(), engine => engine.backup(to_dir.to_path_buf()).await)
    }

    /// Replaces a copy of the wrapped keys. Run it more often than [`backup`](Self::backup), after it, and after
    /// each erasure; keep the newest copy only, since an older one could open what was erased. The master key
    /// is in neither: keep it apart from both.
    ///
    /// # Errors
    /// What the disks give.
    pub async fn backup_keys(&self, to_file: &Path) -> Result<(), StoreError> {
        self.0.keys.copy_to(to_file.to_path_buf()).await
    }

    /// Puts a backup into a directory that has no record yet. With `keys` also those, when the directory has none;
    /// without, the keys that are there are used. The next [`open`](Self::open) carries out the erasures that
    /// happened after the backup.
    ///
    /// # Errors
    /// [`StoreError::Exists`] rather than overwrite anything, and what the disks give.
    pub fn restore(from_dir: &Path, keys: Option<&Path>, into_dir: &Path) -> Result<(), StoreError> {
        sqlite::restore(from_dir, keys, into_dir)
    }
}
