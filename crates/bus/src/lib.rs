//! Wake-ups between tasks and, later, nodes.
//!
//! **Architecture invariant:** nothing here is truth. A wake-up says where to look and may be lost; whoever
//! waits re-reads the log. No message carries what a customer wrote, except the pieces of an answer that is
//! still being written, which nobody keeps.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use segue_core::{
    context::Role,
    ids::{ConversationId, OrganisationId},
};
use tokio::sync::broadcast;

/// Wake-ups a slow listener may lag behind before it has to look for itself.
const LAG_MAX: usize = 256;

/// Something has changed, or is about to.
#[derive(Clone, Debug, PartialEq)]
pub enum Wake {
    /// The log has grown to this seq.
    Grown {
        /// Where.
        conversation: ConversationId,
        /// The last event.
        seq: u64,
    },
    /// A piece of the answer being written to a turn.
    Delta {
        /// Where.
        conversation: ConversationId,
        /// The turn that is answered.
        turn: u32,
        /// The piece.
        text: String,
    },
    /// Somebody types.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        role: Role,
    },
}

impl Wake {
    fn conversation(&self) -> &ConversationId {
        match self {
            Wake::Grown { conversation, .. }
            | Wake::Delta { conversation, .. }
            | Wake::Typing { conversation, .. } => conversation,
        }
    }
}

type Channels<K> = Mutex<HashMap<K, broadcast::Sender<Wake>>>;

/// Wake-ups within one process.
#[derive(Default)]
pub struct Bus {
    organisations: Channels<OrganisationId>,
    conversations: Channels<(OrganisationId, ConversationId)>,
}

impl Bus {
    /// Wakes whoever listens to the conversation or to its organisation. Free where nobody does.
    pub fn publish(&self, organisation: &OrganisationId, wake: Wake) {
        let key = (organisation.clone(), wake.conversation().clone());
        send(&self.conversations, &key, &wake);
        send(&self.organisations, organisation, &wake);
    }

    /// Whether somebody listens to the conversation, as a customer with an open widget does.
    pub fn listens(&self, organisation: &OrganisationId, conversation: &ConversationId) -> bool {
        let key = (organisation.clone(), conversation.clone());
        lock(&self.conversations).get(&key).is_some_and(|sender| sender.receiver_count() > 0)
    }

    /// Wake-ups of all conversations of an organisation. A receiver that lags must look for itself.
    pub fn organisation(&self, organisation: &OrganisationId) -> broadcast::Receiver<Wake> {
        subscribe(&self.organisations, organisation.clone())
    }

    /// Wake-ups of one conversation.
    pub fn conversation(
        &self,
        organisation: &OrganisationId,
        conversation: &ConversationId,
    ) -> broadcast::Receiver<Wake> {
        subscribe(&self.conversations, (organisation.clone(), conversation.clone()))
    }
}

fn lock<K>(channels: &Channels<K>) -> MutexGuard<'_, HashMap<K, broadcast::Sender<Wake>>> {
    channels.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send<K: std::hash::Hash + Eq>(channels: &Channels<K>, key: &K, wake: &Wake) {
    let mut channels = lock(channels);
    let gone = channels.get(key).is_some_and(|sender| sender.send(wake.clone()).is_err());
    if gone {
        channels.remove(key);
    }
}

fn subscribe<K: std::hash::Hash + Eq>(channels: &Channels<K>, key: K) -> broadcast::Receiver<Wake> {
    lock(channels).entry(key).or_insert_with(|| broadcast::channel(LAG_MAX).0).subscribe()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listeners_are_woken_and_silent_channels_go_away() {
        let bus = Bus::default();
        let organisation = OrganisationId::parse("acme").unwrap();
        let conversation = ConversationId::parse("c1").unwrap();
        let wake = Wake::Grown { conversation: conversation.clone(), seq: 1 };
        bus.publish(&organisation, wake.clone());
        let mut listener = bus.conversation(&organisation, &conversation);
        bus.publish(&organisation, wake.clone());
        assert_eq!(listener.try_recv(), Ok(wake.clone()));
        drop(listener);
        bus.publish(&organisation, wake);
        assert!(lock(&bus.conversations).is_empty());
    }
}
