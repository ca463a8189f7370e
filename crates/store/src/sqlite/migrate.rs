//! Forward-only migrations: numbered files, each in a transaction of its own.

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;

/// The steps of one database file, in order.
pub(super) struct Migrations {
    /// The file's name, for errors.
    pub file: &'static str,
    /// Name and SQL of each step; the first is number 1.
    pub steps: &'static [(&'static str, &'static str)],
}

/// `segue.db`.
pub(super) const RECORD: Migrations =
    Migrations { file: "segue.db", steps: &[("0001_log", include_str!("migrations/0001_log.sql"))] };

/// `keys.db`.
pub(super) const KEYS: Migrations =
    Migrations { file: "keys.db", steps: &[("0001_keys", include_str!("migrations_keys/0001_keys.sql"))] };

impl Migrations {
    /// Brings the file to the newest schema, or refuses one that is newer than this binary.
    pub fn run(&self, connection: &mut Connection) -> Result<(), StoreError> {
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS schema_version (
               version INTEGER PRIMARY KEY, name TEXT NOT NULL
             ) STRICT",
        )?;
        let version = "SELECT coalesce(max(version), 0) FROM schema_version";
        let found: u32 = connection.query_row(version, [], |row| row.get(0))?;
        let known = self.steps.len() as u32;
        if found > known {
            return Err(StoreError::NewerSchema { file: self.file, found, known });
        }
        for (number, (name, sql)) in (1..=known).zip(self.steps).skip(found as usize) {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(sql)?;
            transaction.execute("INSERT INTO schema_version VALUES (?1, ?2)", (number, name))?;
            transaction.commit()?;
            tracing::info!(file = self.file, step = name, "migrated the schema");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_twice_changes_nothing_and_a_newer_schema_is_refused() {
        for migrations in [RECORD, KEYS] {
            let mut connection = Connection::open_in_memory().unwrap();
            migrations.run(&mut connection).unwrap();
            migrations.run(&mut connection).unwrap();
            connection.execute("INSERT INTO schema_version VALUES (99, 'later')", []).unwrap();
            let refused = migrations.run(&mut connection);
            assert!(matches!(refused, Err(StoreError::NewerSchema { found: 99, .. })), "{refused:?}");
        }
    }
}
