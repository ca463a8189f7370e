//! The record's half of an erasure: whatever was sealed under the destroyed keys goes, the log stays.

use std::collections::HashSet;

use rusqlite::{Connection, Transaction, params};
use segue_core::ids::{CustomerId, OrganisationId};

use super::{Sqlite, committer::Writer, keys::KeyFile, sql};
use crate::{StoreError, engine::Erasure};

impl Sqlite {
    /// The customers whose conversations were moved to this one, and theirs in turn.
    pub async fn former_customers(
        &self,
        organisation: OrganisationId,
        customer: CustomerId,
    ) -> Result<Vec<CustomerId>, StoreError> {
        self.readers.read(move |db| former_customers(db, &organisation, customer)).await
    }

    /// Returns how many conversations were touched.
    pub async fn purge(
        &self,
        organisation: OrganisationId,
        customers: Vec<CustomerId>,
        erasures: Vec<Erasure>,
    ) -> Result<u64, StoreError> {
        let purge = move |writer: &mut Writer<'_>| {
            let mut touched = 0;
            for customer in &customers {
                touched += purge(writer.connection, &organisation, customer)?;
            }
            for erasure in &erasures {
                add_erasure(writer.connection, sql::ADD_ERASURE, erasure)?;
            }
            Ok(touched)
        };
        self.committer.write(purge).await
    }
}

/// At the start: brings each tombstone to the file that lacks it, and does what it says there.
pub(super) fn reconcile(record: &mut Connection, keys: &mut KeyFile) -> Result<(), StoreError> {
    let in_record = erasures(record)?;
    let in_keys = keys.erasures()?;
    let ids = |list: &[Erasure]| list.iter().map(|e| e.key_id).collect::<HashSet<_>>();
    let (known_to_record, known_to_keys) = (ids(&in_record), ids(&in_keys));
    let late: Vec<_> = in_record.into_iter().filter(|e| !known_to_keys.contains(&e.key_id)).collect();
    keys.apply(&late)?;
    let late: Vec<_> = in_keys.into_iter().filter(|e| !known_to_record.contains(&e.key_id)).collect();
    if late.is_empty() {
        return Ok(());
    }
    tracing::warn!(erasures = late.len(), "the record lags behind the keys; finishing its erasures");
    let transaction = record.transaction()?;
    for erasure in &late {
        purge(&transaction, &erasure.organisation, &erasure.customer)?;
        add_erasure(&transaction, sql::ADD_ERASURE, erasure)?;
    }
    Ok(transaction.commit()?)
}

/// Writes a tombstone with the statement of either database.
pub(super) fn add_erasure(db: &Connection, sql: &str, erasure: &Erasure) -> Result<(), StoreError> {
    let Erasure { key_id, organisation, customer, at_ms } = erasure;
    db.prepare_cached(sql)?.execute(params![key_id, organisation.as_str(), customer.as_str(), at_ms])?;
    Ok(())
}

fn erasures(db: &Connection) -> Result<Vec<Erasure>, StoreError> {
    let mut select = db.prepare_cached(sql::ERASURES)?;
    let rows = select.query_map([], super::keys::erasure)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn former_customers(
    db: &Transaction<'_>,
    organisation: &OrganisationId,
    customer: CustomerId,
) -> Result<Vec<CustomerId>, StoreError> {
    let mut found = vec![customer.clone()];
    let mut select = db.prepare_cached(sql::FORMER_CUSTOMERS)?;
    let mut next = 0;
    while let Some(current) = found.get(next).cloned() {
        let rows = select.query_map(params![organisation.as_str(), current.as_str()], |row| {
            super::id(row, 0, CustomerId::parse)
        })?;
        for former in rows {
            let former = former?;
            if !found.contains(&former) {
                found.push(former);
            }
        }
        next += 1;
    }
    found.remove(0);
    Ok(found)
}

fn purge(db: &Connection, organisation: &OrganisationId, customer: &CustomerId) -> Result<u64, StoreError> {
    let mut select = db.prepare_cached(sql::CONVERSATIONS_OF)?;
    let keys = select.query_map(params![organisation.as_str(), customer.as_str()], |row| row.get(0))?;
    let keys: Vec<i64> = keys.collect::<Result<_, _>>()?;
    for key in &keys {
        for sql in
            [sql::ERASE_ROW, sql::ERASE_SNAPSHOT, sql::ERASE_DEDUPE, sql::ERASE_OUTBOX, sql::ERASE_TICKETS]
        {
            db.prepare_cached(sql)?.execute([key])?;
        }
    }
    Ok(keys.len() as u64)
}
