//! Connections and their settings.
//!
//! | setting | value | why |
//! |---|---|---|
//! | `journal_mode` | WAL | readers never wait for the writer |
//! | `synchronous` | FULL | an acknowledged commit survives a power cut (NORMAL lost 427 of 48,249 rows) |
//! | `foreign_keys` | on | a row without its conversation is a defect |
//! | `secure_delete` | on in `keys.db`, fast in `segue.db` | the latter holds personal content only as ciphertext of keys that an erasure destroys, so zeroing free pages buys nothing there |
//! | `wal_autocheckpoint` | 0 | SQLite drops the errors of an automatic checkpoint; the committer checkpoints itself and stops on a failed fsync |
//! | `cache_size` | 64 MiB writer, 8 MiB reader | the hot pages of the log's end and the indexes |
//! | `mmap_size` | 0 | a failed read under mmap is a signal that kills the process, not an error |
//! | `journal_size_limit` | 64 MiB | the WAL shrinks after a burst |

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};

use crate::StoreError;

/// How long a connection waits for another process's lock.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// More than the store has statements, so that none is ever prepared twice.
const STATEMENTS: usize = 128;

/// The file's role, which decides its settings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The writer of `segue.db`.
    Record,
    /// The only connection to `keys.db`.
    Keys,
}

/// Opens for writing, creates where absent, and asserts what durability rests on.
pub(super) fn open_writer(path: &Path, role: Role) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;
         PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;
         PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;",
    )?;
    connection.execute_batch(match role {
        Role::Record => "PRAGMA secure_delete = FAST;",
        Role::Keys => "PRAGMA secure_delete = ON; PRAGMA auto_vacuum = NONE; PRAGMA cache_size = -2048;",
    })?;
    expect_setting(&connection, "journal_mode", "wal")?;
    expect_setting(&connection, "synchronous", "2")?;
    expect_setting(&connection, "foreign_keys", "1")?;
    expect_setting(&connection, "wal_autocheckpoint", "0")?;
    expect_setting(&connection, "secure_delete", if role == Role::Keys { "1" } else { "2" })?;
    Ok(connection)
}

/// Opens for reading only.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

fn expect_setting(
    connection: &Connection,
    name: &'static str,
    wanted: &'static str,
) -> Result<(), StoreError> {
    let found: rusqlite::types::Value = connection.pragma_query_value(None, name, |row| row.get(0))?;
    let found = match found {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text.to_ascii_lowercase(),
        other => format!("{other:?}"),
    };
    if found == wanted { Ok(()) } else { Err(StoreError::UnsafeSetting { name, found, wanted }) }
}

/// Moves the whole WAL into the database and empties it. `false` when a reader stood in the way.
pub(super) fn checkpoint_truncate(connection: &Connection) -> Result<bool, StoreError> {
    let blocked: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(blocked == 0)
}
