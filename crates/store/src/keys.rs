//! Data keys: one per customer, wrapped by the master key, kept apart from what they open.
//!
//! # The rule that decides the scheme
//! After an erasure nothing of that customer is readable, in the live files *and in any backup made before*.
//! So a backup of the record must not contain keys, and keys must not have a history:
//!
//! * `segue.db` holds the record, with everything personal sealed. `keys.db` holds the wrapped keys and nothing
//!   else. [`Store::backup`](crate::Store::backup) copies the record only, as often as one likes and for as
//!   long as one likes. [`Store::backup_keys`](crate::Store::backup_keys) *replaces* its one target file; keep
//!   one current copy and no older ones. Restoring any old record beside the current keys gives everything but
//!   the erased.
//! * Destroying a key overwrites its wrapped bytes with zeros in place, records a tombstone, and empties the
//!   write-ahead log, all before [`Store::erase`](crate::Store::erase) goes on to the record.
//! * Both databases keep the tombstones, and every start compares them. A restored record whose tombstones lag
//!   behind is purged again; restored keys that lag behind lose the keys that the record knows to be erased.
//!   So the only pair that could bring a customer back is an old record with an equally old copy of the keys,
//!   which is the copy that one does not keep.
//!
//! # Two files, no shared transaction
//! A transaction over two attached WAL databases is not atomic across a power cut, so none is used. A new key
//! is durable in `keys.db` before the first commit that uses it is sent; a crash in between leaves a key that
//! opens nothing. An erasure that crashes after its first half is finished by the comparison at the start.
//!
//! A commit that was sealed just before its customer's key was destroyed is durable and unreadable: it is
//! erased with the rest.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aes_gcm::{Aes256Gcm, Key, KeyInit, Nonce, aead::Aead, aead::Payload};
use segue_core::ids::{CustomerId, OrganisationId};

use crate::{MasterKey, StoreError, seal::DataKey};

/// How many keys stay unwrapped in memory, about; one takes about 1 KiB.
const CACHED_KEYS: usize = 8192;
/// The size of a wrapped key: nonce, key, tag.
pub(crate) const WRAPPED: usize = 12 + 32 + 16;

/// Whose key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Subject {
    pub organisation: OrganisationId,
    /// `None`: the organisation's own key, for its records.
    pub customer: Option<CustomerId>,
}

impl Subject {
    pub fn customer_str(&self) -> &str {
        self.customer.as_ref().map_or("", |id| id.as_str())
    }
}

/// Wraps and unwraps data keys.
pub(crate) struct Wrapper(Aes256Gcm);

impl Wrapper {
    pub fn new(master: &MasterKey) -> Self {
        Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(master.derive("segue data keys 1"))))
    }

    pub fn wrap(&self, id: i64, subject: &Subject, key: &[u8; 32]) -> [u8; WRAPPED] {
        let nonce: [u8; 12] = rand::random();
        let aad = binding(id, subject);
        let payload = Payload { msg: key, aad: &aad };
        let body = self.0.encrypt(&Nonce::from(nonce), payload).expect("a key is shorter than 64 GiB");
        let mut wrapped = [0; WRAPPED];
        wrapped[..12].copy_from_slice(&nonce);
        wrapped[12..].copy_from_slice(&body);
        wrapped
    }

    pub fn unwrap(&self, id: i64, subject: &Subject, wrapped: &[u8]) -> Result<[u8; 32], StoreError> {
        let split = wrapped.split_first_chunk::<12>().filter(|_| wrapped.len() == WRAPPED);
        let (nonce, body) = split.ok_or(StoreError::Tampered("a data key"))?;
        let aad = binding(id, subject);
        let key = self.0.decrypt(&Nonce::from(*nonce), Payload { msg: body, aad: &aad });
        let key = key.map_err(|_| StoreError::WrongMasterKey)?;
        key.try_into().map_err(|_| StoreError::Tampered("a data key"))
    }
}

fn binding(id: i64, subject: &Subject) -> Vec<u8> {
    // No id contains a line break.
    format!("{id}\n{}\n{}", subject.organisation, subject.customer_str()).into_bytes()
}

/// Unwrapped keys in memory. Only the key store's thread puts keys in, so an erasure cannot be overtaken.
#[derive(Default)]
pub(crate) struct KeyCache(Mutex<Cached>);

#[derive(Default)]
struct Cached {
    by_subject: Generations<Subject, Arc<DataKey>>,
    by_id: Generations<i64, Option<Arc<DataKey>>>,
}

impl KeyCache {
    pub fn by_subject(&self, subject: &Subject) -> Option<Arc<DataKey>> {
        self.lock().by_subject.get(subject)
    }

    /// `Some(None)`: known to be erased.
    pub fn by_id(&self, id: i64) -> Option<Option<Arc<DataKey>>> {
        self.lock().by_id.get(&id)
    }

    pub fn put_subject(&self, subject: Subject, key: &Arc<DataKey>) {
        let mut cached = self.lock();
        cached.by_id.put(key.id, Some(Arc::clone(key)));
        cached.by_subject.put(subject, Arc::clone(key));
    }

    pub fn put_id(&self, id: i64, key: Option<Arc<DataKey>>) {
        self.lock().by_id.put(id, key);
    }

    pub fn drop_subject(&self, subject: &Subject) {
        self.lock().by_subject.remove(subject);
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        // Every operation leaves the maps whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bounded cache: what was not used while a whole generation came in is forgotten.
struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Generations<K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let value = self.old.remove(key)?;
        self.put(key.clone(), value.clone());
        Some(value)
    }

    fn put(&mut self, key: K, value: V) {
        if self.young.len() >= CACHED_KEYS / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(customer: &str) -> Subject {
        Subject {
            organisation: OrganisationId::parse("acme").unwrap(),
            customer: CustomerId::parse(customer).ok(),
        }
    }

    #[test]
    fn a_wrapped_key_opens_for_its_subject_and_master_only() {
        let wrapper = Wrapper::new(&MasterKey::from_bytes([1; 32]));
        let wrapped = wrapper.wrap(5, &subject("a"), &[9; 32]);
        assert_eq!(wrapper.unwrap(5, &subject("a"), &wrapped).unwrap(), [9; 32]);
        assert!(wrapper.unwrap(6, &subject("a"), &wrapped).is_err());
        assert!(wrapper.unwrap(5, &subject("b"), &wrapped).is_err());
        let other = Wrapper::new(&MasterKey::from_bytes([2; 32]));
        assert!(matches!(other.unwrap(5, &subject("a"), &wrapped), Err(StoreError::WrongMasterKey)));
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_used() {
        let mut cache = Generations::default();
        for i in 0..100_000 {
            cache.put(i, i);
            assert_eq!(cache.get(&0), Some(0));
        }
        assert!(cache.young.len() + cache.old.len() <= CACHED_KEYS + 2);
        assert_eq!(cache.get(&1), None);
    }
}
