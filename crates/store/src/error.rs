//! What can go wrong between the caller and the disk.

use std::{path::PathBuf, sync::Arc};

/// Any failure of the store. Outcomes that a caller must expect in ordinary running (a lost race, a replay)
/// are not errors: see [`CommitOutcome`](crate::CommitOutcome).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The client's message id came before with another body.
    #[error("this message id was used before with another body")]
    IdReused,
    /// The handoff already has a ticket under another id.
    #[error("this handoff already has a ticket")]
    TicketExists,
    /// Another record of this kind already has this lookup value.
    #[error("another record already has this lookup value")]
    LookupTaken,
    /// A record was changed since it was read.
    #[error("the record is at version {actual}, not at the expected one")]
    VersionConflict {
        /// The version in the store; 0 when there is no such record.
        actual: u64,
    },
    /// A commit or a query that no correct caller sends.
    #[error("invalid request: {0}")]
    Invalid(&'static str),
    /// A part of a commit is larger than its limit.
    #[error("{what} has {size_bytes} bytes, the limit is {limit_bytes}")]
    TooLarge {
        /// The part.
        what: &'static str,
        /// Its size.
        size_bytes: usize,
        /// The most it may have.
        limit_bytes: usize,
    },
    /// The disk is full. Nothing of the request was written; later requests may succeed.
    #[error("the disk is full")]
    Full,
    /// Another process holds the database longer than the store is willing to wait.
    #[error("the database is busy")]
    Busy,
    /// Another process has this data directory open.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// A write to the disk failed, or the store was closed: nothing is acknowledged any more.
    #[error("the store has stopped: {0}")]
    Stopped(Arc<str>),
    /// The database was written by a newer version of Segue.
    #[error("{file} has schema {found}, this version of Segue knows up to {known}: upgrade Segue")]
    NewerSchema {
        /// The database file's name.
        file: &'static str,
        /// Its schema.
        found: u32,
        /// The newest schema that this binary knows.
        known: u32,
    },
    /// The engine refused a setting that durability rests on.
    #[error("setting {name} is {found:?} and must be {wanted:?}")]
    UnsafeSetting {
        /// The setting.
        name: &'static str,
        /// What the engine reports.
        found: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// The address names an engine that this build lacks.
    #[error("no storage engine for {0:?}")]
    UnknownEngine(String),
    /// The master key does not open this store.
    #[error("the master key does not belong to this store")]
    WrongMasterKey,
    /// The master key is not 32 bytes in base64.
    #[error("the master key must be 32 bytes in base64")]
    InvalidMasterKey,
    /// A data key is neither present nor recorded as destroyed: `keys.db` is older than the record.
    #[error("data key {0:x} is missing and was not erased: restore a newer copy of keys.db")]
    KeyMissing(i64),
    /// Sealed bytes do not belong to the row in which they were found, or were altered.
    #[error("sealed bytes of {0} do not belong to their row or were altered")]
    Tampered(&'static str),
    /// The audit chain of an organisation breaks at this row.
    #[error("the audit chain breaks at row {0}")]
    AuditBroken(u64),
    /// A backup or a restore would overwrite a file.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    File {
        /// What was attempted.
        what: &'static str,
        /// The cause.
        source: Arc<std::io::Error>,
    },
    /// Reading or writing the database file failed; on the write path the process must end.
    #[error("disk failure: {0}")]
    Disk(Arc<rusqlite::Error>),
    /// A constraint of the schema that stands for no domain error: a defect.
    #[error("constraint: {0}")]
    Constraint(Arc<str>),
    /// Any other failure of the engine.
    #[error("database: {0}")]
    Database(Arc<rusqlite::Error>),
}

/// What a failure inside a batch means for the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Only the job that caused it fails.
    Job,
    /// The transaction cannot go on, the store can.
    Batch,
    /// Nothing may be acknowledged any more.
    Fatal,
}

impl StoreError {
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Self::Disk(_) | Self::Stopped(_) => Severity::Fatal,
            Self::Full | Self::Busy | Self::Database(_) | Self::Constraint(_) => Severity::Batch,
            _ => Severity::Job,
        }
    }

    pub(crate) fn stopped(why: &str) -> Self {
        Self::Stopped(why.into())
    }

    pub(crate) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { what, source: Arc::new(source) }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::Full,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::SystemIoFailure | Code::DatabaseCorrupt | Code::NotADatabase) => {
                Self::Disk(Arc::new(error))
            }
            Some(Code::ConstraintViolation) => constraint(&error.to_string()),
            _ => Self::Database(Arc::new(error)),
        }
    }
}

/// SQLite reports the columns of a unique constraint, not its name.
fn constraint(message: &str) -> StoreError {
    const DOMAIN: [(&str, StoreError); 2] =
        [("ticket.handoff", StoreError::TicketExists), ("record.lookup", StoreError::LookupTaken)];
    let known = DOMAIN.into_iter().find(|(columns, _)| message.contains(columns));
    known.map_or_else(|| StoreError::Constraint(message.into()), |(_, error)| error)
}
