//! Records. Bodies arrive sealed and lookups hashed.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use segue_core::ids::{AtMs, OrganisationId};

use super::{Sqlite, committer::Writer, sql, unsigned};
use crate::{
    StoreError,
    engine::Sealed,
    model::record::{LookupScope, NewRecord, Record, RecordKind},
};

impl Sqlite {
    /// Returns the new version.
    pub async fn record_put(
        &self,
        kind: RecordKind,
        record: Sealed<NewRecord>,
        lookup: Option<[u8; 32]>,
    ) -> Result<u64, StoreError> {
        let Sealed(record) = record;
        let put = move |writer: &mut Writer<'_>| {
            let db = writer.connection;
            let tenant = record.organisation.as_str();
            let mut version = db.prepare_cached(sql::RECORD_VERSION)?;
            let version =
                version.query_row(params![kind.as_str(), tenant, record.id], |row| unsigned(row, 0));
            let actual = version.optional()?.unwrap_or(0);
            if record.expected_version.is_some_and(|expected| expected != actual) {
                return Err(StoreError::VersionConflict { actual });
            }
            let scope = match kind.scope() {
                LookupScope::Store => "",
                LookupScope::Organisation => tenant,
            };
            db.prepare_cached(sql::PUT_RECORD)?.execute(params![
                kind.as_str(),
                tenant,
                record.id,
                scope,
                lookup,
                record.body,
                actual + 1,
                record.at_ms,
                record.expires_at_ms,
            ])?;
            Ok(actual + 1)
        };
        self.committer.write(put).await
    }

    pub async fn record_get(
        &self,
        kind: RecordKind,
        organisation: OrganisationId,
        id: String,
    ) -> Result<Option<Sealed<Record>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::RECORD)?;
            let keys = params![kind.as_str(), organisation.as_str(), id];
            Ok(select.query_row(keys, record).optional()?)
        };
        self.readers.read(read).await
    }

    pub async fn record_find(
        &self,
        kind: RecordKind,
        lookup: [u8; 32],
    ) -> Result<Vec<Sealed<Record>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::RECORDS_OF_LOOKUP)?;
            let rows = select.query_map(params![kind.as_str(), lookup], record)?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn record_list(
        &self,
        kind: RecordKind,
        organisation: OrganisationId,
        after: String,
        limit: u32,
    ) -> Result<Vec<Sealed<Record>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::RECORDS)?;
            let rows =
                select.query_map(params![kind.as_str(), organisation.as_str(), after, limit], record)?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn record_delete(
        &self,
        kind: RecordKind,
        organisation: OrganisationId,
        id: String,
    ) -> Result<bool, StoreError> {
        let delete = move |writer: &mut Writer<'_>| {
            let mut delete = writer.connection.prepare_cached(sql::DELETE_RECORD)?;
            Ok(delete.execute(params![kind.as_str(), organisation.as_str(), id])? == 1)
        };
        self.committer.write(delete).await
    }

    pub async fn records_expire(&self, now_ms: AtMs) -> Result<u64, StoreError> {
        let delete = move |writer: &mut Writer<'_>| {
            Ok(writer.connection.prepare_cached(sql::DELETE_EXPIRED)?.execute([now_ms])? as u64)
        };
        self.committer.write(delete).await
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<Sealed<Record>> {
    Ok(Sealed(Record {
        organisation: super::id(row, 1, OrganisationId::parse)?,
        id: row.get(2)?,
        body: row.get(3)?,
        version: unsigned(row, 4)?,
        updated_at_ms: row.get(5)?,
        expires_at_ms: row.get(6)?,
    }))
}
