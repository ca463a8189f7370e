//! Where the store lives and what opens it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{MasterKey, StoreError};

/// Called once when the disk fails, before anybody could be told that something was written. Must not return
/// in production.
pub type FatalHook = Arc<dyn Fn(&StoreError) + Send + Sync>;

/// Calls the hook when its thread panics: a process without its writer must not look alive.
pub(crate) struct PanicIsFatal(pub FatalHook);

impl Drop for PanicIsFatal {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)(&StoreError::stopped("a thread of the store panicked"));
        }
    }
}

/// How to open a store.
#[derive(Clone)]
pub struct StoreConfig {
    pub(crate) dir: PathBuf,
    pub(crate) keys_dir: PathBuf,
    pub(crate) master_key: MasterKey,
    pub(crate) fatal: FatalHook,
}

impl StoreConfig {
    /// The embedded engine with its files in a directory, created where absent.
    pub fn embedded(dir: impl Into<PathBuf>, master_key: MasterKey) -> Self {
        let dir = dir.into();
        let fatal: FatalHook = Arc::new(|_| std::process::abort());
        Self { keys_dir: dir.clone(), dir, master_key, fatal }
    }

    /// By address: a path or `sqlite:PATH`.
    ///
    /// # Errors
    /// [`StoreError::UnknownEngine`] for any other scheme, `postgres:` included until that engine is built.
    pub fn parse(url: &str, master_key: MasterKey) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", path)) => Ok(Self::embedded(Path::new(path), master_key)),
            Some((scheme, _)) if scheme.len() > 1 && !scheme.contains(['/', '\\', '.']) => {
                Err(StoreError::UnknownEngine(scheme.to_owned()))
            }
            _ => Ok(Self::embedded(Path::new(url), master_key)),
        }
    }

    /// Keeps `keys.db` in another directory, so that it can lie on another disk with its own backup.
    #[must_use]
    pub fn keys_in(mut self, dir: impl Into<PathBuf>) -> Self {
        self.keys_dir = dir.into();
        self
    }

    /// Replaces the hook that aborts the process when the disk fails.
    #[must_use]
    pub fn on_fatal(mut self, hook: FatalHook) -> Self {
        self.fatal = hook;
        self
    }
}

impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("StoreConfig");
        debug.field("dir", &self.dir).field("keys_dir", &self.keys_dir).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_engine() {
        let parse = |url| StoreConfig::parse(url, MasterKey::from_bytes([0; 32]));
        assert_eq!(parse("sqlite:data/x").unwrap().dir, Path::new("data/x"));
        assert_eq!(parse("data/x").unwrap().dir, Path::new("data/x"));
        assert!(matches!(parse("postgres://host/db"), Err(StoreError::UnknownEngine(_))));
    }
}
