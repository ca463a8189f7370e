//! Conversations at hand, so that a turn costs no read. Never truth: a commit checks the expected seq.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use segue_core::{
    conversation::Conversation,
    ids::{ConversationId, OrganisationId},
};

const SHARDS: usize = 32;
/// Conversations kept per shard; the two generations together hold at most twice that.
const SHARD_MAX: usize = 1024;

type Key = (OrganisationId, ConversationId);
type Generation = HashMap<Key, Arc<Conversation>>;

/// Two generations per shard: when the young one is full it becomes the old one, and what was not asked for
/// since is forgotten.
pub struct Cache {
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    young: Generation,
    old: Generation,
}

impl Default for Cache {
    fn default() -> Self {
        Self { hasher: RandomState::new(), shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Cache {
    /// The conversation as last put, if it is still at hand.
    pub fn get(&self, organisation: &OrganisationId, id: &ConversationId) -> Option<Arc<Conversation>> {
        let key = (organisation.clone(), id.clone());
        let mut shard = self.shard(&key);
        if let Some(found) = shard.young.get(&key) {
            return Some(found.clone());
        }
        let found = shard.old.remove(&key)?;
        shard.keep(key, found.clone());
        Some(found)
    }

    /// Keeps a conversation, unless a newer one is there.
    pub fn put(&self, conversation: Arc<Conversation>) {
        let key = (conversation.organisation().clone(), conversation.id().clone());
        let mut shard = self.shard(&key);
        let newer =
            shard.young.get(&key).or(shard.old.get(&key)).is_some_and(|kept| kept.seq > conversation.seq);
        if !newer {
            shard.old.remove(&key);
            shard.keep(key, conversation);
        }
    }

    /// Forgets a conversation.
    pub fn forget(&self, organisation: &OrganisationId, id: &ConversationId) {
        let key = (organisation.clone(), id.clone());
        let mut shard = self.shard(&key);
        shard.young.remove(&key);
        shard.old.remove(&key);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = Shard::default();
        }
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, Shard> {
        let index = self.hasher.hash_one(key) as usize % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn keep(&mut self, key: Key, conversation: Arc<Conversation>) {
        if self.young.len() >= SHARD_MAX && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, conversation);
    }
}
