//! Records: sealed under the organisation's own key, found by id or by a keyed hash.

use segue_core::ids::{AtMs, OrganisationId};

use super::{Opener, Store};
use crate::{
    StoreError,
    engine::{Sealed, on_engine},
    master_key::keyed_hash,
    model::{
        commit::PART_MAX_BYTES,
        record::{NewRecord, Record, RecordKind},
    },
    seal::Binding,
};

impl Store {
    /// Stores a record over whatever was there, or over one version only. Returns the new version.
    ///
    /// # Errors
    /// [`StoreError::LookupTaken`], [`StoreError::VersionConflict`], [`StoreError::TooLarge`],
    /// [`StoreError::Invalid`], and what the disk gives.
    pub async fn put_record(&self, kind: RecordKind, mut record: NewRecord) -> Result<u64, StoreError> {
        if record.id.is_empty() || record.id.len() > 200 {
            return Err(StoreError::Invalid("a record's id has 1 to 200 bytes"));
        }
        if record.body.len() > PART_MAX_BYTES {
            let size_bytes = record.body.len();
            return Err(StoreError::TooLarge { what: "a record", size_bytes, limit_bytes: PART_MAX_BYTES });
        }
        let key = self.organisation_key(&record.organisation).await?;
        let mut binding = Binding::organisation(&record.organisation);
        record.body = key.seal(binding.named(kind.as_str(), &record.id), &record.body);
        let lookup = record.lookup.take().map(|lookup| self.lookup_hash(kind, &lookup));
        on_engine!(self.engine(), engine => engine.record_put(kind, Sealed(record), lookup).await)
    }

    /// A record by its id; `None` when absent or expired.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] when it does not open, and what the disk gives; so for every read here.
    pub async fn record(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        id: &str,
        now_ms: AtMs,
    ) -> Result<Option<Record>, StoreError> {
        let keys = (organisation.clone(), id.to_owned());
        let found = on_engine!(self.engine(), engine => engine.record_get(kind, keys.0, keys.1).await)?;
        Ok(self.open_records(kind, found.into_iter().collect(), now_ms).await?.pop())
    }

    /// Every record with this lookup value, across organisations: at most one for kinds that are unique in the
    /// whole store, at most one per organisation for the others. Expired ones are left out.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub async fn find_records(
        &self,
        kind: RecordKind,
        lookup: &str,
        now_ms: AtMs,
    ) -> Result<Vec<Record>, StoreError> {
        let lookup = self.lookup_hash(kind, lookup);
        let found = on_engine!(self.engine(), engine => engine.record_find(kind, lookup).await)?;
        self.open_records(kind, found, now_ms).await
    }

    /// At most `limit` records of a kind in the order of their ids, beginning after one. Expired ones are left
    /// out, so a page may be short before the end: go on until it is empty.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub async fn records(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        after: Option<&str>,
        limit: u32,
        now_ms: AtMs,
    ) -> Result<Vec<Record>, StoreError> {
        let keys = (organisation.clone(), after.unwrap_or_default().to_owned());
        let found =
            on_engine!(self.engine(), engine => engine.record_list(kind, keys.0, keys.1, limit).await);
        self.open_records(kind, found?, now_ms).await
    }

    /// Removes a record. `false` when there was none.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn delete_record(
        &self,
        kind: RecordKind,
        organisation: &OrganisationId,
        id: &str,
    ) -> Result<bool, StoreError> {
        let keys = (organisation.clone(), id.to_owned());
        on_engine!(self.engine(), engine => engine.record_delete(kind, keys.0, keys.1).await)
    }

    /// Removes every expired record; returns how many.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn expire_records(&self, now_ms: AtMs) -> Result<u64, StoreError> {
        on_engine!(self.engine(), engine => engine.records_expire(now_ms).await)
    }

    fn lookup_hash(&self, kind: RecordKind, lookup: &str) -> [u8; 32] {
        keyed_hash(&self.0.lookup_key, &[kind.as_str().as_bytes(), lookup.as_bytes()])
    }

    async fn open_records(
        &self,
        kind: RecordKind,
        found: Vec<Sealed<Record>>,
        now_ms: AtMs,
    ) -> Result<Vec<Record>, StoreError> {
        let mut opener = self.opener();
        let mut opened = Vec::with_capacity(found.len());
        for Sealed(record) in found {
            if record.expires_at_ms.is_none_or(|at| at > now_ms) {
                opened.push(open(&mut opener, kind, record).await?);
            }
        }
        Ok(opened)
    }
}

async fn open(opener: &mut Opener<'_>, kind: RecordKind, mut record: Record) -> Result<Record, StoreError> {
    let mut binding = Binding::organisation(&record.organisation);
    let sealed = std::mem::take(&mut record.body);
    let plain = opener.open(binding.named(kind.as_str(), &record.id), sealed, "a record").await?;
    record.body = plain.ok_or(StoreError::Tampered("a record"))?;
    Ok(record)
}
