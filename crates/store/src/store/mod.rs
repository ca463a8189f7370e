//! The store as its callers see it. Here plain becomes sealed and back; engines do the rest.

mod audit;
mod backup;
mod commit;
pub(crate) mod erase;
pub(crate) mod log;
mod outbox;
mod records;
mod tickets;
mod views;

use std::sync::Arc;

use segue_core::ids::{CustomerId, OrganisationId};

use crate::{
    StoreConfig, StoreError,
    engine::Engine,
    keys::Subject,
    seal::{DataKey, key_id},
    sqlite::{Keys, Sqlite},
};

/// A handle on the store; clones share it. The last one to go writes what waits and closes the files.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    keys: Keys,
    /// Hashes the lookup values of records.
    lookup_key: [u8; 32],
}

impl Store {
    /// Opens or creates a store and migrates it. Blocks for the time of the migration.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it, [`StoreError::NewerSchema`] when a newer version wrote
    /// it, [`StoreError::WrongMasterKey`], [`StoreError::UnsafeSetting`] when the engine would not be durable,
    /// and what the disk gives.
    pub fn open(config: StoreConfig) -> Result<Self, StoreError> {
        let (engine, keys) = Sqlite::open(&config)?;
        let lookup_key = config.master_key.derive("segue record lookups 1");
        Ok(Self(Arc::new(Inner { engine: Engine::Sqlite(engine), keys, lookup_key })))
    }

    fn engine(&self) -> &Engine {
        &self.0.engine
    }

    async fn customer_key(
        &self,
        organisation: &OrganisationId,
        customer: &CustomerId,
    ) -> Result<Arc<DataKey>, StoreError> {
        let subject = Subject { organisation: organisation.clone(), customer: Some(customer.clone()) };
        self.0.keys.for_subject(subject).await
    }

    async fn organisation_key(&self, organisation: &OrganisationId) -> Result<Arc<DataKey>, StoreError> {
        self.0.keys.for_subject(Subject { organisation: organisation.clone(), customer: None }).await
    }

    fn opener(&self) -> Opener<'_> {
        Opener { keys: &self.0.keys, last: None }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// Opens sealed parts; remembers the last key, since neighbours mostly share it.
struct Opener<'a> {
    keys: &'a Keys,
    last: Option<(i64, Option<Arc<DataKey>>)>,
}

impl Opener<'_> {
    /// `None` when the key was erased. `what` names the part in an error.
    async fn open(
        &mut self,
        aad: &[u8],
        sealed: Vec<u8>,
        what: &'static str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let id = key_id(&sealed).ok_or(StoreError::Tampered(what))?;
        if self.last.as_ref().is_none_or(|(last, _)| *last != id) {
            self.last = Some((id, self.keys.by_id(id).await?));
        }
        let key = self.last.as_ref().and_then(|(_, key)| key.as_ref());
        key.map(|key| key.open(aad, sealed, what)).transpose()
    }

    /// Empty when there was nothing to seal or the key was erased.
    async fn open_or_empty(
        &mut self,
        aad: &[u8],
        sealed: Vec<u8>,
        what: &'static str,
    ) -> Result<Vec<u8>, StoreError> {
        if sealed.is_empty() {
            return Ok(sealed);
        }
        Ok(self.open(aad, sealed, what).await?.unwrap_or_default())
    }
}

/// Seals in place; nothing stays nothing.
fn seal(key: &DataKey, aad: &[u8], part: &mut Vec<u8>) {
    if !part.is_empty() {
        *part = key.seal(aad, part);
    }
}
