//! Leasing effects to workers.

use rusqlite::{Connection, Transaction, params};
use segue_core::ids::{AtMs, ConversationId, CustomerId, OrganisationId};

use super::{Sqlite, bytes, committer::Writer, sql};
use crate::{StoreError, engine::Sealed, model::outbox::DueItem};

impl Sqlite {
    pub async fn outbox_due(
        &self,
        now_ms: AtMs,
        limit: u32,
        lease_ms: i64,
    ) -> Result<Vec<Sealed<DueItem>>, StoreError> {
        let lease = move |writer: &mut Writer<'_>| {
            let db = writer.connection;
            let mut due = db.prepare_cached(sql::OUTBOX_DUE)?;
            let keys = due.query_map(params![now_ms, limit], |row| row.get(0))?;
            let keys: Vec<i64> = keys.collect::<Result<_, _>>()?;
            let until = now_ms.saturating_add(lease_ms.max(1));
            for key in &keys {
                db.prepare_cached(sql::OUTBOX_LEASE)?.execute(params![key, until])?;
            }
            keys.into_iter().map(|key| item(db, key)).collect()
        };
        self.committer.write(lease).await
    }

    pub async fn outbox_next(&self) -> Result<Option<AtMs>, StoreError> {
        let read = |db: &Transaction<'_>| {
            Ok(db.prepare_cached(sql::OUTBOX_NEXT)?.query_row([], |row| row.get(0))?)
        };
        self.readers.read(read).await
    }

    pub async fn outbox_done(&self, id: String) -> Result<bool, StoreError> {
        let done = move |writer: &mut Writer<'_>| {
            Ok(writer.connection.prepare_cached(sql::OUTBOX_DONE)?.execute([&id])? == 1)
        };
        self.committer.write(done).await
    }

    pub async fn outbox_retry(&self, id: String, due_at_ms: AtMs, error: String) -> Result<bool, StoreError> {
        let retry = move |writer: &mut Writer<'_>| {
            let mut update = writer.connection.prepare_cached(sql::OUTBOX_RETRY)?;
            Ok(update.execute(params![id, due_at_ms, error])? == 1)
        };
        self.committer.write(retry).await
    }

    pub async fn outbox_dead(&self, id: String, error: String) -> Result<bool, StoreError> {
        let bury = move |writer: &mut Writer<'_>| {
            Ok(writer.connection.prepare_cached(sql::OUTBOX_DEAD)?.execute(params![id, error])? == 1)
        };
        self.committer.write(bury).await
    }

    pub async fn outbox_revive(&self, id: String, due_at_ms: AtMs) -> Result<bool, StoreError> {
        let revive = move |writer: &mut Writer<'_>| {
            Ok(writer.connection.prepare_cached(sql::OUTBOX_REVIVE)?.execute(params![id, due_at_ms])? == 1)
        };
        self.committer.write(revive).await
    }

    pub async fn dead_letters(
        &self,
        organisation: OrganisationId,
        limit: u32,
    ) -> Result<Vec<Sealed<DueItem>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::DEAD_LETTERS)?;
            let keys = select.query_map(params![organisation.as_str(), limit], |row| row.get(0))?;
            keys.map(|key| item(db, key?)).collect()
        };
        self.readers.read(read).await
    }
}

fn item(db: &Connection, key: i64) -> Result<Sealed<DueItem>, StoreError> {
    let mut select = db.prepare_cached(sql::OUTBOX_ITEM)?;
    let item = select.query_row([key], |row| {
        Ok(DueItem {
            id: row.get(0)?,
            kind: row.get(1)?,
            organisation: super::id(row, 2, OrganisationId::parse)?,
            conversation: super::id(row, 3, ConversationId::parse)?,
            customer: super::id(row, 4, CustomerId::parse)?,
            due_at_ms: row.get(5)?,
            attempts: row.get(6)?,
            error: row.get(7)?,
            payload: bytes(row, 8)?,
        })
    })?;
    Ok(Sealed(item))
}
